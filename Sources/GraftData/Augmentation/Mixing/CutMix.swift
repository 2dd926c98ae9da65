import GraftTensor

/// Replaces a rectangle of each image of a batch by that of another one; the targets are mixed by area.
///
/// Yun et al.: *CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features*, 2019. One λ from Beta(α, α)
/// and one rectangle for a batch: its middle anywhere, its sides √(1 − λ) of the image's, less what lies outside, in whole pixels
/// as torchvision rounds them. Partners are a permutation by chance of the batch.
public struct CutMix: BatchMixing, Hashable {
  /// The parameter α of the distribution of λ, the share of an image that remains.
  public let alpha: Double

  /// Traps unless `alpha` is positive and finite.
  public init(alpha: Double = 1) {
    require(alpha > 0 && alpha.isFinite, "CutMix: alpha \(alpha) is not positive and finite")
    self.alpha = alpha
  }

  /// The mixed images. Traps unless `inputs` are images `[n, channels, height, width]` with a row of targets for each.
  public func callAsFunction(
    _ inputs: Tensor<Float>, targets: Tensor<Float>, using generator: inout RandomGenerator
  ) -> MixedBatch {
    checkMixable(inputs, targets, operation: "CutMix")
    require(
      inputs.rank == 4 && inputs.shape[2] > 0 && inputs.shape[3] > 0,
      "CutMix: \(inputs.shape) are no images [n, channels, height, width]")
    let size = ImageSize(height: inputs.shape[2], width: inputs.shape[3])
    let (rows, columns) = rectangle(in: size, using: &generator)
    let partners = generator.permutation(of: inputs.shape[0])
    var mixed = inputs.contiguous()
    inputs.withContiguousBuffer { source in
      mixed.withUnsafeMutableBuffer { out in
        let planes = inputs.shape[1]
        for (sample, partner) in partners.enumerated() {
          for plane in 0..<planes {
            for row in rows {
              let to = ((sample * planes + plane) * size.height + row) * size.width
              let from = ((partner * planes + plane) * size.height + row) * size.width
              for column in columns { out[to + column] = source[from + column] }
            }
          }
        }
      }
    }
    let area = Float(rows.count * columns.count) / Float(size.height * size.width)
    let order = Tensor(partners.map { Int32($0) })
    return MixedBatch(
      inputs: mixed, targets: targets.mixed(with: targets.gather(rows: order), share: 1 - area))
  }

  /// What is replaced in images of this size; perhaps nothing, or everything.
  func rectangle(
    in size: ImageSize, using generator: inout RandomGenerator
  ) -> (rows: Range<Int>, columns: Range<Int>) {
    let half = 0.5 * (1 - generator.beta(alpha, alpha)).squareRoot()
    func side(_ length: Int, middle: Int) -> Range<Int> {
      let reach = Int(half * Double(length))
      return max(middle - reach, 0)..<min(middle + reach, length)
    }
    let (x, y) = (generator.integer(below: size.width), generator.integer(below: size.height))
    return (side(size.height, middle: y), side(size.width, middle: x))
  }
}
