import Graft

/// One convolution of a well-known network, by itself: forward, or one of the two products backward.
struct SingleConvolution: Workload {
  enum Product: String, CaseIterable {
    case forward
    case inputGradient = "input"
    case weightGradient = "weight"
  }

  /// What tells it from others: `3x3_64_56`.
  let label: String
  let (inputs, outputs, kernel, stride, size, batch): (Int, Int, Int, Int, Int, Int)
  let groups: Int
  let product: Product

  var name: String { "conv_\(label)_\(product.rawValue)" }
  var isInDefaultSet: Bool { false }

  private var outputSize: Int { size / stride }

  var arithmetic: Double? {
    var count = Arithmetic()
    count.convolution(batch, inputs / groups, outputs, kernel: kernel, size: outputSize)
    return count.forward
  }

  func prepare() -> Prepared {
    var generator = RandomGenerator(seed: 1)
    let geometry = Convolution2D(stride: (stride, stride), padding: (kernel / 2, kernel / 2), groups: groups)
    let inputShape: Shape = [batch, inputs, size, size]
    let weightShape: Shape = [outputs, inputs / groups, kernel, kernel]
    let weight = Tensor<Float>.normal(weightShape, standardDeviation: 0.05, using: &generator)
    let input = Tensor<Float>.normal(inputShape, using: &generator)
    let gradient = Tensor<Float>.normal([batch, outputs, outputSize, outputSize], using: &generator)
    switch product {
    case .forward: return Prepared { _ = input.convolved(with: weight, geometry) }
    case .inputGradient:
      return Prepared {
        _ = Tensor.convolutionInputGradient(gradient, weight, inputShape: inputShape, geometry)
      }
    case .weightGradient:
      return Prepared {
        _ = Tensor.convolutionWeightGradient(input, gradient, weightShape: weightShape, geometry)
      }
    }
  }

  /// Layers of ResNet-18 and -50 with a batch of 16, of the CIFAR ResNet with a batch of 64, and, with a batch of 8, depthwise
  /// ones of MobileNet v2 and those of ResNeXt-50 (32 groups of 4 channels, and more).
  static let all: [any Workload] = [
    layer("7x7s2_3_224", 3, 64, kernel: 7, stride: 2, size: 224),
    layer("3x3_64_56", 64, 64, size: 56), layer("3x3_128_28", 128, 128, size: 28),
    layer("3x3_256_14", 256, 256, size: 14), layer("3x3_512_7", 512, 512, size: 7),
    layer("3x3s2_64_56", 64, 128, stride: 2, size: 56),
    layer("1x1_256_56", 256, 64, kernel: 1, size: 56),
    layer("1x1_64_56", 64, 256, kernel: 1, size: 56),
    layer("cifar_16_32", 16, 16, size: 32, batch: 64), layer("cifar_64_8", 64, 64, size: 8, batch: 64),
    layer("depthwise_144_56", 144, 144, size: 56, batch: 8, groups: 144),
    layer("depthwise_s2_144_56", 144, 144, stride: 2, size: 56, batch: 8, groups: 144),
    layer("depthwise_960_7", 960, 960, size: 7, batch: 8, groups: 960),
    layer("grouped_128_56", 128, 128, size: 56, batch: 8, groups: 32),
    layer("grouped_512_14", 512, 512, size: 14, batch: 8, groups: 32),
  ].flatMap { $0 }

  private static func layer(
    _ label: String, _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1, size: Int,
    batch: Int = 16, groups: Int = 1
  ) -> [SingleConvolution] {
    Product.allCases.map { product in
      SingleConvolution(
        label: label, inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, size: size,
        batch: batch, groups: groups, product: product)
    }
  }
}
