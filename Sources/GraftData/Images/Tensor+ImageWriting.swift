import Foundation
import GraftTensor

extension Tensor where Scalar == UInt8 {
  /// The image as a PNG file (8 bits, gray or RGB): to look at what a program sees. Needs no package trait.
  ///
  /// `[1, height, width]` or `[3, height, width]`. Traps unless the tensor has such a shape, and pixels.
  public func pngData() -> Data {
    requireImage("pngData")
    let (channels, height, width) = (shape[0], shape[1], shape[2])
    let pixels = permuted([1, 2, 0]).scalars
    var rows: [UInt8] = []
    rows.reserveCapacity(height * (1 + width * channels))
    for row in 0..<height {
      // Each byte less the one above it: photographs get smaller by a third.
      rows.append(row == 0 ? 0 : 2)
      let start = row * width * channels
      for place in start..<(start + width * channels) {
        rows.append(row == 0 ? pixels[place] : pixels[place] &- pixels[place - width * channels])
      }
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // 8 bits, gray (0) or colour (2), deflate, the usual filters, not interlaced.
    let kind: [UInt8] = [8, channels == 3 ? 2 : 0, 0, 0, 0]
    Self.append("IHDR", UInt32(width).bigEndianBytes + UInt32(height).bigEndianBytes + kind, to: &file)
    Self.append("IDAT", Deflate.compressed(rows), to: &file)
    Self.append("IEND", [], to: &file)
    return Data(file)
  }

  /// The image as a PPM file, or PGM of one channel, binary.
  ///
  /// `[1, height, width]` or `[3, height, width]`. Traps unless the tensor has such a shape, and pixels.
  public func portableMapData() -> Data {
    requireImage("portableMapData")
    let header = "P\(shape[0] == 3 ? 6 : 5)\n\(shape[2]) \(shape[1])\n255\n"
    return Data(Array(header.utf8) + permuted([1, 2, 0]).scalars)
  }

  private func requireImage(_ operation: String) {
    require(
      rank == 3 && (shape[0] == 1 || shape[0] == 3) && count > 0,
      "\(operation): \(shape) is not an image [1 or 3, height, width]")
  }

  /// Appends a chunk: length, name, content, and the check sum of the last two (PNG specification, 5.3).
  private static func append(_ name: String, _ content: [UInt8], to file: inout [UInt8]) {
    let body = Array(name.utf8) + content
    file += UInt32(content.count).bigEndianBytes + body + Deflate.checksum(body[...]).bigEndianBytes
  }
}

extension UInt32 {
  fileprivate var bigEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> (24 - 8 * $0)) } }
}
