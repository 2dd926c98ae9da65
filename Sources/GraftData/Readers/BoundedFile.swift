import Foundation

/// Reads files whole, but never more than a limit.
enum BoundedFile {
  /// The bytes of a file.
  static func read(_ file: URL, atMost limit: Int) throws(DataError) -> [UInt8] {
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: file)
      defer { try? handle.close() }
      data = try handle.read(upToCount: max(limit, limit &+ 1)) ?? Data()
    } catch {
      throw DataError(
        .unreadable, file: file.path, "the file cannot be read (\(error.localizedDescription))",
        advice: "Check the path and the permissions")
    }
    guard data.count <= limit else {
      throw DataError(
        .tooLarge, file: file.path, "the file has more than \(limit) bytes",
        advice: "Raise maximumBytes if that is intended")
    }
    return [UInt8](data)
  }

  /// The bytes of a file, decompressed if it is a gzip file; the limit holds for both.
  static func readDecompressed(_ file: URL, atMost limit: Int) throws(DataError) -> [UInt8] {
    let bytes = try read(file, atMost: limit)
    return Gzip.isCompressed(bytes)
      ? try Gzip.decompressed(bytes, atMost: limit, name: file.path) : bytes
  }
}
