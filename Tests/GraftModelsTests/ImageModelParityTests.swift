import GraftModels
import Testing

/// Small members of each family of image models against torchvision: inference for images of two sizes, one of them not square,
/// and everything that one training step produces.
@Suite struct ImageModelParityTests {
  @Test func groupedResNet() throws {
    let configuration = ResNet.Configuration(
      block: .bottleneck, blockCounts: [1, 1, 1, 1], groups: 8, widthPerGroup: 12)
    try ImageFixture(named: "resnext_small").check(ResNet(configuration, classes: 10))
  }

  @Test(arguments: [(false, "vgg_small"), (true, "vgg_small_bn")])
  func vgg(isNormalized: Bool, fixture: String) throws {
    let configuration = VGG.Configuration(
      blocks: [[6], [10, 12], [16]], isNormalized: isNormalized, hiddenWidth: 24)
    try ImageFixture(named: fixture).check(VGG(configuration, classes: 10, dropout: 0))
  }

  @Test func squeezeNet() throws {
    try ImageFixture(named: "squeezenet1_1").check(SqueezeNet(classes: 10, dropout: 0))
  }

  @Test func mobileNet() throws {
    try ImageFixture(named: "mobilenet_v2_035").check(MobileNetV2(width: 0.35, classes: 10, dropout: 0))
  }
}
