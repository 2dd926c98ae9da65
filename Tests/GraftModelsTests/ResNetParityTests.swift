import GraftModels
import GraftTensor
import Testing

/// ResNets against PyTorch: inference, and everything that one training step produces.
@Suite struct ResNetParityTests {
  @Test func resNet18() throws {
    try ImageFixture(named: "resnet18").check(ResNet(.resNet18, classes: 10))
  }

  @Test func resNet50() throws {
    try ImageFixture(named: "resnet50").check(ResNet(.resNet50, classes: 10))
  }

  @Test func resNet20() throws {
    try ImageFixture(named: "resnet20").check(CIFARResNet(.resNet20, classes: 10))
  }

  /// The same step with the kernels of each instruction set that this machine has, not of the best alone.
  @Test(arguments: Kernels.available.indices)
  func resNet20OnEveryInstructionSet(index: Int) throws {
    try Kernels.using(Kernels.available[index]) {
      try ImageFixture(named: "resnet20").check(CIFARResNet(.resNet20, classes: 10))
    }
  }
}
