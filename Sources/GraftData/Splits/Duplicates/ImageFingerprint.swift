import Foundation
import GraftTensor

/// What an image looks like, in 64 bits and a small picture: for finding copies that were compressed, resized or
/// brightened.
///
/// The bits are a perceptual hash. The image is averaged to 32×32 grey pixels, and of its discrete cosine transform the
/// lowest 8×8 frequencies tell, each by a bit, whether they are above their median (Zauner: *Implementation and
/// Benchmarking of Perceptual Image Hash Functions*, 2010, after Krawetz). As images of a plain background share many
/// of these bits, 16×16 grey pixels are kept too, by which a suspicion is confirmed.
///
/// Mirrored, rotated and much cropped copies look different. Images of a single grey are all alike.
public struct ImageFingerprint: Sendable, Hashable {
  /// The perceptual hash. The lowest bit, of the mean, is 0.
  public let hash: UInt64

  /// 16×16 pixels without their mean, in steps of 1/127 of the largest.
  private let thumbnail: [Int8]

  /// The fingerprint of an image of bytes, shape `[channels, height, width]`. Three channels are taken as red, green
  /// and blue (luma of ITU-R BT.601), others are averaged. Traps if it has another number of axes or no pixel.
  public init(_ image: Tensor<UInt8>) {
    require(
      image.rank == 3 && image.count > 0,
      "ImageFingerprint: \(image.shape) is not an image [channels, height, width]")
    let grey = ImageFingerprint.averaged(image)
    hash = ImageFingerprint.hash(grey)
    thumbnail = ImageFingerprint.thumbnail(grey)
  }

  /// The fingerprints of images `[n, channels, height, width]`.
  public static func fingerprints(of images: Tensor<UInt8>) -> [ImageFingerprint] {
    require(images.rank == 4, "ImageFingerprint: \(images.shape) are not images [n, channels, height, width]")
    return (0..<images.shape[0]).map { ImageFingerprint(images.select($0)) }
  }

  /// The number of bits that differ, from 0 to 63. Of unrelated photographs it is 32 on average.
  public func distance(to other: ImageFingerprint) -> Int { (hash ^ other.hash).nonzeroBitCount }

  /// The correlation of the two small pictures, from −1 to 1, whatever their brightness and contrast. That of two
  /// images of a single grey is 1, that of one with any other 0.
  public func correlation(with other: ImageFingerprint) -> Double {
    var (product, own, others): (Int32, Int32, Int32) = (0, 0, 0)
    for (a, b) in zip(thumbnail, other.thumbnail) {
      product += Int32(a) * Int32(b)
      own += Int32(a) * Int32(a)
      others += Int32(b) * Int32(b)
    }
    if own == 0 || others == 0 { return own == others ? 1 : 0 }
    return Double(product) / (Double(own) * Double(others)).squareRoot()
  }
}

extension ImageFingerprint {
  private static let side = 32

  /// 32×32 grey pixels, each the mean of the area it covers.
  private static func averaged(_ image: Tensor<UInt8>) -> [Float] {
    let (channels, height, width) = (image.shape[0], image.shape[1], image.shape[2])
    let weights: [Float] =
      channels == 3 ? [0.299, 0.587, 0.114] : Array(repeating: 1 / Float(channels), count: channels)
    let (columns, rows) = (areas(of: width), areas(of: height))
    var grey = Array(repeating: Float(0), count: side * side)
    image.withContiguousBuffer { pixels in
      var line = Array(repeating: Float(0), count: width)
      var narrow = Array(repeating: Float(0), count: side)
      // Rows in turn, because an image may be large: each is narrowed once and added to the pixels that it touches.
      var firstRow = 0
      for row in 0..<height {
        for column in 0..<width { line[column] = 0 }
        for channel in 0..<channels {
          let start = (channel * height + row) * width
          for column in 0..<width { line[column] += weights[channel] * Float(pixels[start + column]) }
        }
        for (column, area) in columns.enumerated() {
          var sum: Float = 0
          for (offset, share) in area.shares.enumerated() { sum += share * line[area.start + offset] }
          narrow[column] = sum
        }
        while firstRow < side && rows[firstRow].end <= row { firstRow += 1 }
        var target = firstRow
        while target < side && rows[target].start <= row {
          let share = rows[target].shares[row - rows[target].start]
          for column in 0..<side { grey[target * side + column] += share * narrow[column] }
          target += 1
        }
      }
    }
    return grey
  }

  /// Which of `count` pixels each of the 32 covers, and how much of it each contributes.
  private static func areas(of count: Int) -> [(start: Int, end: Int, shares: [Float])] {
    // In units of 1/32 pixel, pixel p covers 32·p ..< 32·(p + 1) and area a covers count·a ..< count·(a + 1).
    (0..<side).map { area in
      let (from, to) = (count * area, count * (area + 1))
      let (start, end) = (from / side, (to + side - 1) / side)
      let shares = (start..<end).map { pixel in
        Float(min(to, side * (pixel + 1)) - max(from, side * pixel)) / Float(count)
      }
      return (start, end, shares)
    }
  }

  /// Which of the lowest 8×8 frequencies are above their median.
  private static func hash(_ grey: [Float]) -> UInt64 {
    // Along columns first, then along rows.
    var half = Array(repeating: Float(0), count: 8 * side)
    for frequency in 0..<8 {
      for row in 0..<side {
        let factor = cosines[frequency * side + row]
        for column in 0..<side { half[frequency * side + column] += factor * grey[row * side + column] }
      }
    }
    let coefficients = (0..<64).map { index in
      (0..<side).reduce(Float(0)) { $0 + half[index / 8 * side + $1] * cosines[index % 8 * side + $1] }
    }
    let median = coefficients.dropFirst().sorted()[31]
    // A hundredth of a grey level all over the image would be 0.3: less than that is rounding, of a flat image.
    return (1..<64).reduce(0) { bits, index in
      coefficients[index] > median + 0.01 ? bits | 1 << UInt64(index) : bits
    }
  }

  /// The first 8 rows of the orthonormal discrete cosine transform (type II) of 32 numbers.
  private static let cosines: [Float] = (0..<8).flatMap { frequency in
    (0..<side).map { place in
      let scale = (frequency == 0 ? 1 : 2.0).squareRoot() / Double(side).squareRoot()
      return Float(scale * cos(Double.pi * Double(frequency) * (Double(place) + 0.5) / Double(side)))
    }
  }

  private static func thumbnail(_ grey: [Float]) -> [Int8] {
    let half = side / 2
    let pixels = (0..<(half * half)).map { index -> Float in
      let corner = index / half * 2 * side + index % half * 2
      return (grey[corner] + grey[corner + 1] + grey[corner + side] + grey[corner + side + 1]) / 4
    }
    let mean = pixels.reduce(0, +) / Float(pixels.count)
    let largest = pixels.reduce(0) { max($0, abs($1 - mean)) }
    // Less than a hundredth of a grey level is rounding.
    return pixels.map { largest < 0.01 ? 0 : Int8((($0 - mean) / largest * 127).rounded()) }
  }
}
