import Foundation
import GraftTensor

/// Erases a rectangle of an image, with a probability.
///
/// Zhong et al.: *Random Erasing Data Augmentation*, 2020. Area and ratio of the sides are drawn as torchvision does: up to ten
/// times, until the rectangle is smaller than the image along both axes; otherwise nothing is erased.
public struct RandomErasing: ImageAugmentation, Hashable {
  /// What an erased pixel becomes.
  public enum Filling: Sendable, Hashable {
    /// Bytes, one for each channel or one for all.
    case color(FillColor)
    /// Every byte of each channel equally likely, each pixel by itself.
    case noise
  }

  /// How likely a rectangle is erased.
  public let probability: Double
  /// The rectangle's share of the image's area, drawn evenly.
  public let area: ClosedRange<Double>
  /// The rectangle's height divided by its width; its logarithm is drawn evenly.
  public let ratio: ClosedRange<Double>
  /// What is put in its place.
  public let filling: Filling

  /// Traps unless the probability and `area` are in 0…1, and `ratio` positive and finite.
  public init(
    probability: Double = 0.5, area: ClosedRange<Double> = 0.02...0.33,
    ratio: ClosedRange<Double> = 0.3...3.3, filling: Filling = .color(0)
  ) {
    require(
      area.lowerBound >= 0 && area.upperBound <= 1,
      "RandomErasing: shares \(area) of an area are not in 0...1")
    require(
      ratio.lowerBound > 0 && ratio.upperBound.isFinite,
      "RandomErasing: ratios \(ratio) are not all positive and finite")
    self.probability = checkedProbability(probability, of: "RandomErasing")
    self.area = area
    self.ratio = ratio
    self.filling = filling
  }

  /// The image with a rectangle erased, or as it was. Traps if the filling has a wrong number of bytes.
  public func callAsFunction(
    _ image: Tensor<UInt8>, using generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    let size = ImageSize(of: image)
    guard generator.bernoulli(probability: probability),
      let (rows, columns) = rectangle(in: size, using: &generator)
    else { return image }
    // A generator of its own: how much noise there is changes nothing for what comes after.
    var noise = generator.split()
    var result = image.contiguous()
    let colors: [UInt8]? =
      if case .color(let color) = filling { color.values(for: image.shape[0]) } else { nil }
    result.withUnsafeMutableBuffer { bytes in
      for channel in 0..<image.shape[0] {
        for row in rows {
          let start = (channel * size.height + row) * size.width
          for column in columns {
            bytes[start + column] = colors?[channel] ?? UInt8(truncatingIfNeeded: noise.next())
          }
        }
      }
    }
    return result
  }

  /// What is erased of an image of this size; `nil` if ten attempts gave nothing that is smaller.
  func rectangle(
    in size: ImageSize, using generator: inout RandomGenerator
  ) -> (rows: Range<Int>, columns: Range<Int>)? {
    for _ in 0..<10 {
      let pixels = Double(size.height * size.width) * generator.uniform(in: area)
      let ratio = exp(generator.uniform(in: log(self.ratio.lowerBound)...log(self.ratio.upperBound)))
      let height = Int((pixels * ratio).squareRoot().rounded(.toNearestOrEven))
      let width = Int((pixels / ratio).squareRoot().rounded(.toNearestOrEven))
      guard height < size.height && width < size.width else { continue }
      let top = generator.integer(below: size.height - height + 1)
      let left = generator.integer(below: size.width - width + 1)
      return (top..<(top + height), left..<(left + width))
    }
    return nil
  }
}
