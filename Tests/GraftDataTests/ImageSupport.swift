import Foundation
import GraftTensor

@testable import GraftData

/// Small image files of many kinds with what Pillow makes of them: `Fixtures/make_images.py`.
enum ImageFixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/Images")

  /// The names of the files that end so.
  static func names(_ suffixes: String...) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { name in suffixes.contains { name.hasSuffix($0) } }
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: folder.appending(path: name)))
  }

  static func expected() throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: folder.appending(path: "expected.safetensors"))
  }
}

/// A PPM (or PGM, of one channel) file of an image `[channels, height, width]`.
func portableMap(_ image: Tensor<UInt8>) -> [UInt8] {
  let (channels, height, width) = (image.shape[0], image.shape[1], image.shape[2])
  let interleaved = image.permuted([1, 2, 0]).scalars
  return Array("P\(channels == 3 ? 6 : 5)\n# made for a test\n\(width) \(height)\n255\n".utf8) + interleaved
}

/// An image of random bytes.
func randomImage(_ shape: Shape, seed: UInt64) -> Tensor<UInt8> {
  var generator = RandomGenerator(seed: seed)
  return Tensor(
    shape: shape, scalars: (0..<shape.elementCount).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
}

/// Calls `body` with a new folder that holds files of these bytes under these paths; it is removed afterwards.
func withFolder<Result>(_ files: [String: [UInt8]], _ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: folder) }
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  for (path, bytes) in files {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }
  return try body(folder)
}

/// A PNG file whose chunks have the check sums of what is in them, as far as there are chunks.
func withRightChecksums(_ file: [UInt8]) -> [UInt8] {
  var (result, offset) = (file, 8)
  while offset + 12 <= file.count {
    let length = file[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
    guard length <= file.count - offset - 12 else { break }
    let end = offset + 8 + length
    let sum = Deflate.checksum(file[(offset + 4)..<end])
    for byte in 0..<4 { result[end + byte] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32(byte))) }
    offset = end + 4
  }
  return result
}
