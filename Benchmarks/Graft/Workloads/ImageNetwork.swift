import Graft

/// A residual network on images of 224 × 224: inferring, training its head, or training whole.
struct ImageNetwork: Workload {
  enum Depth: Int {
    case resNet18 = 18
    case resNet50 = 50
  }

  enum Use: String {
    /// A forward pass, 1,000 classes.
    case inference = "infer"
    /// A new head of 37 classes on a frozen backbone, SGD with momentum; features are not cached.
    case head
    /// Forward, backward, SGD with momentum, batch norm training; 1,000 classes.
    case full
  }

  let depth: Depth
  let use: Use
  let batch: Int

  init(_ depth: Depth, _ use: Use, batch: Int) {
    (self.depth, self.use, self.batch) = (depth, use, batch)
  }

  var name: String { "resnet\(depth.rawValue)_\(use.rawValue)_b\(batch)" }

  func prepare() -> Prepared {
    let model = ResNet(depth == .resNet18 ? .resNet18 : .resNet50, classes: 1000)
    var generator = RandomGenerator(seed: 1)
    let images = Tensor<Float>.normal([batch, 3, 224, 224], using: &generator)
    if use == .inference { return Prepared { _ = model(images) } }
    if use == .head {
      model.replaceHead(classes: headClasses)
      model.freeze(.backbone)
    }
    let labels = cyclingLabels(batch, classes: use == .head ? headClasses : 1000)
    var optimizer = SGD(learningRate: 0.001, momentum: 0.9)
    return Prepared { model.train(on: images, labels, with: &optimizer) }
  }

  private let headClasses = 37

  /// Inference: forward. Full: see ``Arithmetic/training``. Head: forward, and the head's weight gradient.
  var arithmetic: Double? {
    let counted = backbone
    let features = depth == .resNet18 ? 512 : 2048
    switch use {
    case .inference, .full:
      var whole = counted
      whole.linear(batch, features, 1000)
      return use == .full ? whole.training : whole.forward
    case .head: return counted.forward + 4 * Double(batch * features * headClasses)
    }
  }

  /// The convolutions: He, Zhang, Ren, Sun 2016, table 1.
  private var backbone: Arithmetic {
    var count = Arithmetic()
    count.convolution(batch, 3, 64, kernel: 7, size: 112)
    var channels = 64
    let blocks = depth == .resNet18 ? [2, 2, 2, 2] : [3, 4, 6, 3]
    for (stage, blockCount) in blocks.enumerated() {
      let width = 64 << stage
      let size = 56 >> stage
      for block in 0..<blockCount {
        let inputSize = block == 0 && stage > 0 ? 2 * size : size
        let outputs = depth == .resNet18 ? width : 4 * width
        if depth == .resNet18 {
          count.convolution(batch, channels, width, kernel: 3, size: size)
          count.convolution(batch, width, width, kernel: 3, size: size)
        } else {
          count.convolution(batch, channels, width, kernel: 1, size: inputSize)
          count.convolution(batch, width, width, kernel: 3, size: size)
          count.convolution(batch, width, outputs, kernel: 1, size: size)
        }
        if channels != outputs { count.convolution(batch, channels, outputs, kernel: 1, size: size) }
        channels = outputs
      }
    }
    return count
  }
}
