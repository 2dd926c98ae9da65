import Graft

/// A step of a small convolutional network on digits of 28 × 28: 3×3 convolution to 32 channels, pool, 3×3 to 64, pool, 128, 10;
/// ReLU between them, batch 64, Adam.
struct DigitNetwork: Workload {
  let name = "cnn_mnist_b64"
  private let batch = 64

  func prepare() -> Prepared {
    var generator = RandomGenerator(seed: 1)
    let model = Sequential {
      Conv2D(1, 32, kernel: 3, padding: 1, using: &generator)
      ReLU()
      MaxPool2D(2)
      Conv2D(32, 64, kernel: 3, padding: 1, using: &generator)
      ReLU()
      MaxPool2D(2)
      Flatten()
      Linear(64 * 7 * 7, 128, using: &generator)
      ReLU()
      Linear(128, 10, using: &generator)
    }
    let images = Tensor<Float>.normal([batch, 1, 28, 28], using: &generator)
    let labels = cyclingLabels(batch, classes: 10)
    var optimizer = Adam(learningRate: 0.001)
    return Prepared { model.train(on: images, labels, with: &optimizer) }
  }

  var arithmetic: Double? {
    var count = Arithmetic()
    count.convolution(batch, 1, 32, kernel: 3, size: 28)
    count.convolution(batch, 32, 64, kernel: 3, size: 14)
    count.linear(batch, 64 * 7 * 7, 128)
    count.linear(batch, 128, 10)
    return count.training
  }
}
