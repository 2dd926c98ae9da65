import Foundation
import GraftTensor
import Testing

/// Files made by the formats' reference implementations; see `Fixtures/make_files.py`.
enum Fixture {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/files")

  static func url(_ name: String) -> URL { folder.appendingPathComponent(name) }
}

/// Runs `body` with the address of a file in a folder of its own, which disappears afterwards.
func withTemporaryFile<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("graft-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.appendingPathComponent("tensors"))
}

/// Writes a file without waiting for the disk, as `Data` does: thousands of them take a second.
func write(_ bytes: [UInt8], to url: URL) throws {
  let file = try #require(fopen(url.path, "wb"))
  defer { fclose(file) }
  #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
}

/// The bytes of a safetensors file with this header, the given length field if any, and data.
func safetensors(header: String, length: UInt64? = nil, data: [UInt8] = []) -> [UInt8] {
  let text = Array(header.utf8)
  return withUnsafeBytes(of: (length ?? UInt64(text.count)).littleEndian) { Array($0) } + text + data
}

/// The problem that opening these bytes as a safetensors file reports, or `nil` if they are fine.
func safetensorsProblem(_ bytes: [UInt8]) throws -> TensorFileError.Problem? {
  try withTemporaryFile { url in
    try write(bytes, to: url)
    do {
      _ = try SafetensorsFile(contentsOf: url)
      return nil
    } catch let error as TensorFileError {
      #expect(error.file == url.path)
      return error.problem
    }
  }
}
