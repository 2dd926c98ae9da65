import Graft

/// A step of the CIFAR ResNet-20 on images of 32 × 32, whole, batch 64, SGD with momentum.
struct SmallImageNetwork: Workload {
  let name = "resnet20_cifar_full_b64"
  private let batch = 64

  func prepare() -> Prepared {
    let model = CIFARResNet(.resNet20, classes: 10)
    var generator = RandomGenerator(seed: 1)
    let images = Tensor<Float>.normal([batch, 3, 32, 32], using: &generator)
    let labels = cyclingLabels(batch, classes: 10)
    var optimizer = SGD(learningRate: 0.01, momentum: 0.9)
    return Prepared { model.train(on: images, labels, with: &optimizer) }
  }

  var arithmetic: Double? {
    var count = Arithmetic()
    count.convolution(batch, 3, 16, kernel: 3, size: 32)
    var channels = 16
    for stage in 0..<3 {
      let width = 16 << stage
      for _ in 0..<3 {
        count.convolution(batch, channels, width, kernel: 3, size: 32 >> stage)
        count.convolution(batch, width, width, kernel: 3, size: 32 >> stage)
        channels = width
      }
    }
    count.linear(batch, 64, 10)
    return count.training
  }
}
