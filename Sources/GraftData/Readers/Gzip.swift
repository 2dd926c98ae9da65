internal import CZlib

/// Decompresses gzip files (RFC 1952), with a bound on what comes out.
///
/// The only place that speaks to zlib. Output is taken in small pieces as it is produced, so that a file which
/// claims to be huge costs no more memory than it really holds.
enum Gzip {
  /// Whether the bytes begin like a gzip file.
  static func isCompressed(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x1F, 0x8B])
  }

  /// All the content. Throws if it has more than `limit` bytes, or if the file is damaged or ends early.
  static func decompressed(_ bytes: [UInt8], atMost limit: Int, name: String) throws(DataError) -> [UInt8] {
    let content = try inflate(bytes, stoppingAfter: max(limit, limit &+ 1), name: name)
    guard content.count <= limit else {
      throw DataError(
        .tooLarge, file: name, "the file decompresses to more than \(limit) bytes",
        advice: "It is damaged or not what it says; raise maximumBytes if that much is intended")
    }
    return content
  }

  /// The beginning of the content: `count` bytes, or fewer if there are no more.
  static func prefix(_ count: Int, of bytes: [UInt8], name: String) throws(DataError) -> [UInt8] {
    Array(try inflate(bytes, stoppingAfter: count, name: name).prefix(count))
  }

  /// The content up to its end, or until at least `count` bytes are there.
  private static func inflate(
    _ bytes: [UInt8], stoppingAfter count: Int, name: String
  ) throws(DataError) -> [UInt8] {
    var stream = z_stream()
    // 15 is the largest window; 16 more asks for a gzip header and checks its sum.
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw DataError(
        .unreadable, file: name, "zlib could not be started", advice: "Free memory and try again")
    }
    defer { inflateEnd(&stream) }

    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    var consumed = 0
    while content.count < count {
      let (status, read, written) = step(&stream, bytes[consumed...], into: &piece)
      consumed += read
      content += piece.prefix(written)
      switch status {
      case Z_STREAM_END:
        // Files may consist of several members, and be filled up with zeros.
        let rest = bytes[consumed...]
        if rest.allSatisfy({ $0 == 0 }) { return content }
        guard rest.starts(with: [0x1F, 0x8B]), inflateReset(&stream) == Z_OK else {
          throw damaged(name, at: consumed, "something follows the end of the compressed data")
        }
      case Z_OK where read > 0 || written > 0:
        continue
      case Z_OK, Z_BUF_ERROR:
        throw DataError(
          .truncated, file: name, at: .byte(consumed), "the compressed data end early",
          advice: "The file was probably not copied or downloaded completely; fetch it again")
      default:
        throw damaged(name, at: consumed, "the compressed data are damaged")
      }
    }
    return content
  }

  /// Decompresses until the input is used up or the piece is full.
  private static func step(
    _ stream: inout z_stream, _ input: ArraySlice<UInt8>, into piece: inout [UInt8]
  ) -> (status: Int32, read: Int, written: Int) {
    input.withUnsafeBufferPointer { source in
      piece.withUnsafeMutableBufferPointer { target in
        // zlib counts in 32 bits, and promises not to write to its input.
        let offered = min(source.count, 1 << 30)
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = UInt32(offered)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        let status = CZlib.inflate(&stream, Z_NO_FLUSH)
        return (status, offered - Int(stream.avail_in), target.count - Int(stream.avail_out))
      }
    }
  }

  private static func damaged(_ name: String, at byte: Int, _ problem: String) -> DataError {
    DataError(.malformed, file: name, at: .byte(byte), problem, advice: "Fetch the file again")
  }
}
