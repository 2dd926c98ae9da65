/// What a zip archive's directory says about one entry.
struct ZipHeader {
  let name: String
  /// Whether the content is compressed by deflate; else it is stored as it is.
  let isDeflated: Bool
  /// How many bytes the content takes in the archive.
  let storedByteCount: Int
  /// How many bytes the content has.
  let byteCount: Int
  /// The CRC-32 of the content.
  let checksum: UInt32
  /// Where the header before the content lies.
  let localOffset: Int
  /// Where the next header of the directory begins.
  let end: Int

  /// Reads the directory's header at an offset; refuses what is compressed otherwise than by deflate, encrypted or in
  /// another archive.
  init(_ reader: ByteReader, at start: Int, upTo limit: Int) throws(TensorFileError.Problem) {
    guard limit - start >= 46, try reader.uint32(at: start) == 0x0201_4B50 else {
      throw .malformedArchive(offset: start, "expected an entry of the directory")
    }
    let nameCount = Int(try reader.uint16(at: start + 28))
    let extraCount = Int(try reader.uint16(at: start + 30))
    end = start + 46 + nameCount + extraCount + Int(try reader.uint16(at: start + 32))
    guard end <= limit else { throw .malformedArchive(offset: start, "an entry longer than the directory") }
    guard let name = try reader.text(at: start + 46, count: nameCount) else {
      throw .malformedArchive(offset: start, "an entry name that is not UTF-8")
    }
    self.name = name
    guard name.isPlainPath else {
      throw .malformedArchive(
        offset: start, "the entry name \(name.quotedForMessage) leads out of the archive")
    }
    let isEncrypted = try reader.uint16(at: start + 8) & 1 != 0
    let method = try reader.uint16(at: start + 10)
    guard !isEncrypted && (method == 0 || method == Self.deflate) else { throw .compressedEntry(name) }
    isDeflated = method == Self.deflate
    checksum = try reader.uint32(at: start + 16)

    let disk = try reader.uint16(at: start + 34)
    guard disk == 0 || disk == 0xFFFF else {
      throw .malformedArchive(offset: start, "the entry \(name.quotedForMessage) is in another archive")
    }
    var wide = WideFields(reader, start + 46 + nameCount, count: extraCount)
    let full = try wide.value(reader.uint32(at: start + 24))
    let stored = try wide.value(reader.uint32(at: start + 20))
    let offset = try wide.value(reader.uint32(at: start + 42))
    guard isDeflated || full == stored, let byteCount = Int(exactly: full),
      let storedByteCount = Int(exactly: stored), let localOffset = Int(exactly: offset)
    else {
      throw .malformedArchive(offset: start, "the entry \(name.quotedForMessage) has impossible sizes")
    }
    self.byteCount = byteCount
    self.storedByteCount = storedByteCount
    self.localOffset = localOffset
  }

  /// The number of the method in the format.
  private static let deflate: UInt16 = 8

  /// Where the content begins: behind a header of its own, which has to be about the same entry.
  func contentOffset(_ reader: ByteReader) throws(TensorFileError.Problem) -> Int {
    guard localOffset <= reader.count - 30, try reader.uint32(at: localOffset) == 0x0403_4B50,
      try reader.uint16(at: localOffset + 8) == (isDeflated ? Self.deflate : 0)
    else { throw .malformedArchive(offset: localOffset, "expected the header of \(name.quotedForMessage)") }
    let nameCount = Int(try reader.uint16(at: localOffset + 26))
    let extraCount = Int(try reader.uint16(at: localOffset + 28))
    guard try reader.text(at: localOffset + 30, count: nameCount) == name else {
      throw .malformedArchive(
        offset: localOffset, "the entry \(name.quotedForMessage) is called otherwise before its content")
    }
    return localOffset + 30 + nameCount + extraCount
  }
}

/// The 64-bit numbers that stand, in a fixed order, for those that 32 bits can't hold.
private struct WideFields {
  private let reader: ByteReader
  private let extra: Range<Int>
  private var next: Int?

  /// What the `count` bytes at `start` hold; nothing is read until it is needed.
  init(_ reader: ByteReader, _ start: Int, count: Int) {
    self.reader = reader
    extra = start..<(start + count)
  }

  /// The number, or the next of the 64-bit ones if it says so by having all bits set.
  mutating func value(_ short: UInt32) throws(TensorFileError.Problem) -> UInt64 {
    guard short == .max else { return UInt64(short) }
    let place: Int
    if let next { place = next } else { place = try field() }
    guard place + 8 <= extra.upperBound else {
      throw .malformedArchive(offset: extra.lowerBound, "a 64-bit size is missing")
    }
    next = place + 8
    return try reader.uint64(at: place)
  }

  /// Where the field of 64-bit numbers begins.
  private func field() throws(TensorFileError.Problem) -> Int {
    var offset = extra.lowerBound
    while offset + 4 <= extra.upperBound {
      if try reader.uint16(at: offset) == 1 { return offset + 4 }
      offset += 4 + Int(try reader.uint16(at: offset + 2))
    }
    throw .malformedArchive(offset: extra.lowerBound, "a 64-bit size is missing")
  }
}

extension String {
  /// Whether it is a path that stays below where it starts. Looks at bytes, as file systems do: to Swift a slash and an
  /// accent after it are one character, and not a slash.
  fileprivate var isPlainPath: Bool {
    let parts = utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return !isEmpty && parts[0].first != nil && !utf8.contains { $0 == 0x5C || $0 == 0 }
      && !parts.contains { $0.elementsEqual("..".utf8) }
  }
}
