import GraftTensor

/// A PGM or PPM file: `P2`, `P3` (numbers as text), `P5` or `P6` (binary), then width, height and the largest value,
/// with white space and comments between, then the values row by row (netpbm's manual, `pgm(5)` and `ppm(5)`).
struct PortableMap {
  private let decoding: ImageDecoding
  private let isText: Bool
  private let channels: Int
  private let size: ImageSize
  private let largest: Int
  private let raster: Int

  private var sampleCount: Int { size.height * size.width * channels }

  /// Reads the header.
  init(_ bytes: [UInt8], decoding: ImageDecoding) throws(DataError) {
    self.decoding = decoding
    let kind = bytes.count > 1 ? bytes[1] : 0
    guard let form = Self.forms[kind] else {
      throw DataError(
        .unsupported, at: .byte(0), "the file is a bitmap or a PAM file, not PPM or PGM",
        advice: "Convert it to PPM, PGM or PNG")
    }
    (isText, channels) = form
    var scanner = PortableMapScanner(bytes, from: 2)
    let width = try scanner.number(upTo: Shape.maximumLength, "the width")
    let height = try scanner.number(upTo: Shape.maximumLength, "the height")
    guard width > 0, height > 0 else { throw scanner.fault("the image has no pixels") }
    size = ImageSize(height: height, width: width)
    largest = try scanner.number(upTo: 65_535, "the largest value")
    guard largest > 0 else { throw scanner.fault("the largest value is 0") }
    // One byte of white space ends the header.
    raster = scanner.offset + 1
    try decoding.check(size)
    let needed = isText ? 2 * sampleCount - 1 : sampleCount * (largest > 255 ? 2 : 1)
    guard needed <= bytes.count - raster else {
      throw DataError(
        .truncated, at: .byte(bytes.count),
        "the header announces \(size.width) × \(size.height) pixels, which the file is too short for",
        advice: "Fetch the file again")
    }
  }

  private static let forms: [UInt8: (isText: Bool, channels: Int)] = [
    UInt8(ascii: "2"): (true, 1), UInt8(ascii: "3"): (true, 3), UInt8(ascii: "5"): (false, 1),
    UInt8(ascii: "6"): (false, 3),
  ]

  /// The pixels, `[channels, height, width]`, of the file whose header this is.
  func pixels(of bytes: [UInt8]) throws(DataError) -> Tensor<UInt8> {
    // What a value becomes; rounded as Pillow does.
    let scaled = (0...largest).map {
      UInt8((Double($0) / Double(largest) * 255).rounded(.toNearestOrEven))
    }
    let samples = isText ? try textSamples(bytes, scaled) : try binarySamples(bytes, scaled)
    return planes(of: samples)
  }

  private func textSamples(_ bytes: [UInt8], _ scaled: [UInt8]) throws(DataError) -> [UInt8] {
    var scanner = PortableMapScanner(bytes, from: raster)
    var samples: [UInt8] = []
    samples.reserveCapacity(sampleCount)
    for _ in 0..<sampleCount { samples.append(scaled[try scanner.number(upTo: largest, "a value")]) }
    return samples
  }

  private func binarySamples(_ bytes: [UInt8], _ scaled: [UInt8]) throws(DataError) -> [UInt8] {
    if largest == 255 { return Array(bytes[raster..<(raster + sampleCount)]) }
    let width = largest > 255 ? 2 : 1
    var samples: [UInt8] = []
    samples.reserveCapacity(sampleCount)
    for index in 0..<sampleCount {
      let place = raster + index * width
      let value = width == 1 ? Int(bytes[place]) : Int(bytes[place]) << 8 | Int(bytes[place + 1])
      guard value <= largest else {
        throw DataError(
          .malformed, at: .byte(place), "the value \(value) is larger than \(largest), the largest announced",
          advice: "Fetch the file again")
      }
      samples.append(scaled[value])
    }
    return samples
  }

  /// Interleaved samples as planes of the channels that are wanted.
  private func planes(of samples: [UInt8]) -> Tensor<UInt8> {
    let pixelCount = size.height * size.width
    let wanted = decoding.channels.count
    return Tensor(shape: [wanted, size.height, size.width]) { planes in
      samples.withUnsafeBufferPointer { samples in
        for pixel in 0..<pixelCount {
          switch (channels, wanted) {
          case (3, 1):
            planes[pixel] = Self.luma(samples[3 * pixel], samples[3 * pixel + 1], samples[3 * pixel + 2])
          default:
            for channel in 0..<wanted {
              planes[channel * pixelCount + pixel] = samples[pixel * channels + channel % channels]
            }
          }
        }
      }
    }
  }

  /// Luma of ITU-R BT.601 in 16 bits of fraction, rounded.
  private static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    var sum: UInt32 = 32_768
    sum += 19_595 * UInt32(red)
    sum += 38_470 * UInt32(green)
    sum += 7_471 * UInt32(blue)
    return UInt8(sum >> 16)
  }
}

/// Reads the decimal numbers of a portable map, with white space and comments before them.
private struct PortableMapScanner {
  private let bytes: [UInt8]
  private(set) var offset: Int

  init(_ bytes: [UInt8], from offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  /// The next number.
  mutating func number(upTo limit: Int, _ name: String) throws(DataError) -> Int {
    skipSpace()
    let start = offset
    var value = 0
    while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) {
      value = value * 10 + Int(bytes[offset] - 0x30)
      guard value <= limit else {
        throw DataError(
          .malformed, at: .byte(start), "\(name) is larger than \(limit)", advice: "Fetch the file again")
      }
      offset += 1
    }
    guard offset > start else {
      guard offset < bytes.count else {
        throw DataError(
          .truncated, at: .byte(offset), "the file ends before \(name)", advice: "Fetch the file again")
      }
      throw fault("\(name) is not a number")
    }
    return value
  }

  func fault(_ problem: String) -> DataError {
    DataError(.malformed, at: .byte(offset), problem, advice: "Fetch the file again")
  }

  /// Passes white space, and comments from `#` to the end of their line.
  private mutating func skipSpace() {
    while offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "#") {
        while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
      } else if bytes[offset] == 0x20 || (0x09...0x0D).contains(bytes[offset]) {
        offset += 1
      } else {
        return
      }
    }
  }
}
