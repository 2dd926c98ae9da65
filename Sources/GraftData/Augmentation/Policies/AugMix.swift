import GraftTensor

/// A mixture of an image and some variations of it, each of which went through a chain of operations.
///
/// Hendrycks et al.: *AugMix: A Simple Data Processing Method to Improve Robustness and Uncertainty*, 2020. With m from Beta(α, α)
/// and shares w from Dirichlet(α, …, α) the result is (1 − m) · image + m · Σ wᵢ · chainᵢ(image). Operations and strengths are
/// torchvision's; in the strongest of ten bins: shears by a slope of 0.3, translations by a third of the side, rotations by 30°, no
/// bits, solarising from 0 on; autocontrast, equalisation; and factors of 1 ± 0.9 if all operations are used.
public struct AugMix: ImageAugmentation, Hashable {
  /// Strengths are drawn evenly from so many bins, the weakest of ten.
  public let severity: Int
  /// How many chains there are.
  public let width: Int
  /// How many operations a chain has; `nil`: 1 to 3, each equally likely.
  public let depth: Int?
  /// The parameter of the distributions that shares are drawn from.
  public let alpha: Double
  /// Whether brightness, saturation, contrast and sharpness are among the operations; they are not where robustness
  /// against such corruptions is measured.
  public let usesAllOperations: Bool
  /// How pixels are weighted where they are moved.
  public let filter: ResamplingFilter
  /// What is shown where the image has been moved away from.
  public let fill: FillColor

  static let strengths = PolicyStrengths(
    shear: 0.3, translation: { Double($0) / 3 }, degrees: 30, factor: 0.9, bits: (4, 0))
  static let bins = 10

  /// Traps unless `severity` is in 1…10, there are chains and operations, and `alpha` is positive and finite.
  public init(
    severity: Int = 3, width: Int = 3, depth: Int? = nil, alpha: Double = 1, usesAllOperations: Bool = true,
    filter: ResamplingFilter = .bilinear, fill: FillColor = 0
  ) {
    require(
      severity >= 1 && severity <= AugMix.bins, "AugMix: severity \(severity) is not in 1...\(AugMix.bins)")
    require(width > 0, "AugMix: \(width) chains")
    require(depth.map { $0 > 0 } ?? true, "AugMix: chains of \(depth ?? 0) operations")
    require(alpha > 0 && alpha.isFinite, "AugMix: alpha \(alpha) is not positive and finite")
    self.severity = severity
    self.width = width
    self.depth = depth
    self.alpha = alpha
    self.usesAllOperations = usesAllOperations
    self.filter = filter
    self.fill = fill
  }

  /// The mixture, rounded. Traps unless the image has one or three channels.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    let share = generator.beta(alpha, alpha)
    let weights = generator.dirichlet(count: width, concentration: alpha)
    var mixture = Tensor<Float>(image) * Float(1 - share)
    for weight in weights {
      mixture = mixture + Tensor<Float>(chain(of: image, using: &generator)) * Float(share * weight)
    }
    return Tensor((mixture + 0.5).clamped(to: 0...255))
  }

  /// The operations that are drawn from.
  var operations: [PolicyOperation] {
    PolicyOperation.allCases.filter { operation in
      switch operation {
      case .identity: false
      case .brightness, .saturation, .contrast, .sharpness: usesAllOperations
      default: true
      }
    }
  }

  /// The image after a chain of operations.
  private func chain(
    of image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    let (size, operations) = (ImageSize(of: image), operations)
    let depth = depth ?? 1 + generator.integer(below: 3)
    return (0..<depth).reduce(image) { result, _ in
      let bin = generator.integer(below: severity)
      let draw = PolicyDraw(from: operations, bin: bin, using: &generator)
      let strength = draw.strength(AugMix.strengths, bins: AugMix.bins, size: size)
      return draw.operation.applied(to: result, strength: strength, filter: filter, fill: fill)
    }
  }
}
