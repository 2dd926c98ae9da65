/// Decompresses gzip files (RFC 1952), with a bound on what comes out.
enum Gzip {
  /// Whether the bytes begin like a gzip file.
  static func isCompressed(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x1F, 0x8B])
  }

  /// All the content. Throws if it has more than `limit` bytes, or if the file is damaged or ends early.
  static func decompressed(_ bytes: [UInt8], atMost limit: Int, name: String) throws(DataError) -> [UInt8] {
    let content = try Deflate.inflated(
      bytes[...], as: .gzip, stoppingAfter: max(limit, limit &+ 1), name: name)
    guard content.count <= limit else {
      throw DataError(
        .tooLarge, file: name, "the file decompresses to more than \(limit) bytes",
        advice: "It is damaged or not what it says; raise maximumBytes if that much is intended")
    }
    return content
  }

  /// The beginning of the content: `count` bytes, or fewer if there are no more.
  static func prefix(_ count: Int, of bytes: [UInt8], name: String) throws(DataError) -> [UInt8] {
    Array(try Deflate.inflated(bytes[...], as: .gzip, stoppingAfter: count, name: name).prefix(count))
  }
}
