/// The files inside a zip archive, where they lie in it: nothing is unpacked.
///
/// Unless the caller can inflate, only stored entries are accepted, not compressed ones: a small archive can't expand
/// into a large one, and each entry's bytes can be used where they are. Everything that the archive says about itself
/// is held against the rest of it: entries may neither overlap nor leave the archive, and both of an entry's headers
/// must agree.
///
/// PKWARE, *.ZIP File Format Specification*, 6.3.10.
package struct ZipArchive {
  /// One file inside the archive.
  package struct Entry {
    package var name: String
    /// Where its content lies in the archive.
    package var bytes: Range<Int>
    /// Whether the content is compressed, by deflate without a header.
    package var isDeflated: Bool
    /// How many bytes the content has when it is inflated.
    package var byteCount: Int
    /// The CRC-32 of the inflated content.
    package var checksum: UInt32
  }

  /// The files in the order of their content.
  package let entries: [Entry]

  /// Reads the directory at the archive's end.
  /// - Parameter acceptsDeflated: whether entries may be compressed. Default: they may not.
  package init(
    _ file: UnsafeRawBufferPointer, acceptsDeflated: Bool = false
  ) throws(TensorFileError.Problem) {
    let reader = ByteReader(file)
    let directory = try ZipDirectory(reader)
    var headers: [ZipHeader] = []
    var names: Set<String> = []
    var offset = directory.bytes.lowerBound
    while offset < directory.bytes.upperBound {
      let header = try ZipHeader(reader, at: offset, upTo: directory.bytes.upperBound)
      guard names.insert(header.name).inserted else { throw .duplicateName(header.name) }
      guard acceptsDeflated || !header.isDeflated else { throw .compressedEntry(header.name) }
      offset = header.end
      headers.append(header)
    }
    guard headers.count == directory.entryCount else {
      throw .malformedArchive(
        offset: directory.bytes.lowerBound,
        "the directory lists \(headers.count) entries and claims \(directory.entryCount)")
    }
    entries = try Self.located(headers, in: reader, before: directory.bytes.lowerBound)
  }

  /// Finds the entries' content, which has to lie one after the other before the directory.
  private static func located(
    _ headers: [ZipHeader], in reader: ByteReader, before limit: Int
  ) throws(TensorFileError.Problem) -> [Entry] {
    var entries: [Entry] = []
    var end = 0
    for header in headers.sorted(by: { $0.localOffset < $1.localOffset }) {
      guard header.localOffset >= end else {
        throw .malformedArchive(
          offset: header.localOffset, "entry \(header.name.quotedForMessage) overlaps another")
      }
      let start = try header.contentOffset(reader)
      guard start <= limit, header.storedByteCount <= limit - start else {
        throw .malformedArchive(
          offset: header.localOffset,
          "entry \(header.name.quotedForMessage) reaches into the directory")
      }
      end = start + header.storedByteCount
      entries.append(
        Entry(
          name: header.name, bytes: start..<end, isDeflated: header.isDeflated,
          byteCount: header.byteCount, checksum: header.checksum))
    }
    return entries
  }
}

/// Where the list of an archive's entries lies, as the records at the end of the archive say.
private struct ZipDirectory {
  let entryCount: Int
  let bytes: Range<Int>

  /// The end record takes 22 bytes and a comment of at most 65,535.
  init(_ reader: ByteReader) throws(TensorFileError.Problem) {
    let end = try Self.endRecord(reader)
    var count = UInt64(try reader.uint16(at: end + 10))
    var size = UInt64(try reader.uint32(at: end + 12))
    var start = UInt64(try reader.uint32(at: end + 16))
    var limit = end
    // Larger archives, and all of PyTorch's, have the same in 64 bits just before, and a pointer to it.
    if end >= 20, try reader.uint32(at: end - 20) == 0x0706_4B50 {
      let place = try reader.offset(at: end - 12)
      guard place <= end - 20 - 56, try reader.uint32(at: place) == 0x0606_4B50,
        try reader.offset(at: place + 4) == end - 20 - place - 12
      else { throw .malformedArchive(offset: end - 20, "there is no 64-bit end record where it should be") }
      limit = place
      count = try reader.uint64(at: place + 32)
      size = try reader.uint64(at: place + 40)
      start = try reader.uint64(at: place + 48)
    }
    guard let entryCount = Int(exactly: count), start <= UInt64(limit), size == UInt64(limit) - start else {
      throw .malformedArchive(offset: end, "the directory is not just before the end record")
    }
    self.entryCount = entryCount
    bytes = Int(start)..<limit
  }

  private static func endRecord(_ reader: ByteReader) throws(TensorFileError.Problem) -> Int {
    var offset = reader.count - 22
    while offset >= max(0, reader.count - 22 - 65_535) {
      if try reader.uint32(at: offset) == 0x0605_4B50,
        Int(try reader.uint16(at: offset + 20)) == reader.count - offset - 22
      {
        return offset
      }
      offset -= 1
    }
    throw .malformedArchive(
      offset: reader.count, "there is no directory at the end; the download may have been cut short")
  }
}
