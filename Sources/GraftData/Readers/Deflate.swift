internal import CZlib
import GraftTensor

/// Deflate (RFC 1951) in its several wrappings: the only place that speaks to zlib.
///
/// Output is taken in small pieces as it is produced, so that data which claim to be huge cost no more memory than
/// they really hold.
enum Deflate {
  /// What is around the compressed data.
  enum Form {
    /// A header and a check sum for each member (RFC 1952).
    case gzip
    /// Nothing, as in zip archives.
    case bare

    /// What zlib calls them: 15 is the largest window, 16 more asks for gzip's header, less than nothing for none.
    fileprivate var windowBits: Int32 { self == .gzip ? 15 + 16 : -15 }
  }

  /// The content up to its end, or until at least `count` bytes are there.
  static func inflated(
    _ bytes: ArraySlice<UInt8>, as form: Form, stoppingAfter count: Int, name: String
  ) throws(DataError) -> [UInt8] {
    var stream = z_stream()
    guard inflateInit2_(&stream, form.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw notStarted(name) }
    defer { inflateEnd(&stream) }

    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    var consumed = bytes.startIndex
    while content.count < count {
      let (status, read, written) = step(&stream, bytes[consumed...], into: &piece)
      consumed += read
      content += piece.prefix(written)
      switch status {
      case Z_STREAM_END:
        let rest = bytes[consumed...]
        if rest.isEmpty { return content }
        // Gzip files may consist of several members, and be filled up with zeros.
        if form == .gzip, rest.allSatisfy({ $0 == 0 }) { return content }
        guard form == .gzip, rest.starts(with: [0x1F, 0x8B]), inflateReset(&stream) == Z_OK else {
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

  private static func notStarted(_ name: String) -> DataError {
    DataError(.unreadable, file: name, "zlib could not be started", advice: "Free memory and try again")
  }

  /// The bytes compressed, with zlib's header and check sum (RFC 1950).
  static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var count = compressBound(uLong(bytes.count))
    var result = [UInt8](repeating: 0, count: Int(count))
    let status = bytes.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        compress2(target.baseAddress, &count, source.baseAddress, uLong(source.count), 6)
      }
    }
    // There is room enough, so that memory alone can be missing.
    require(status == Z_OK, "Deflate: zlib has no memory to compress \(bytes.count) bytes")
    return Array(result.prefix(Int(count)))
  }

  /// The check sum CRC-32 of zip archives and PNG files.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { buffer in
      var (sum, rest) = (crc32(0, nil, 0), buffer[...])
      while !rest.isEmpty {
        // zlib counts in 32 bits.
        let part = UnsafeBufferPointer(rebasing: rest.prefix(1 << 30))
        sum = crc32(sum, part.baseAddress, UInt32(part.count))
        rest = rest.dropFirst(part.count)
      }
      return UInt32(sum)
    }
  }
}
