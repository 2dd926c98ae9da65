import Foundation

/// The bytes of a text one after the other, of a file in blocks so that only one is in memory.
///
/// A copy reads on by itself: the place in the file belongs to the value, not to the open file.
struct ByteSource: Sendable {
  /// What messages call the text.
  let name: String

  private var block: [UInt8]
  private var position = 0
  private var rest: FileBlocks?

  /// A text in memory.
  init(_ bytes: [UInt8], name: String) {
    block = bytes
    self.name = name
  }

  /// A regular file that is not compressed, in blocks of `blockSize` bytes.
  init(contentsOf file: URL, blockSize: Int = 1 << 18) throws(DataError) {
    var blocks = try FileBlocks(file, blockSize: blockSize)
    name = file.path
    block = try blocks.next() ?? []
    rest = blocks
    if Gzip.isCompressed(block) {
      throw DataError(
        .unsupported, file: name, "a compressed file can't be read a part at a time",
        advice: "Decompress the file first, or read it whole with DataTable")
    }
  }

  /// The next byte, which stays where it is; `nil` at the end.
  mutating func peek() throws(DataError) -> UInt8? {
    while position == block.count {
      guard let next = try rest?.next() else { return nil }
      block = next
      position = 0
    }
    return block[position]
  }

  /// Steps over the byte that ``peek()`` returned.
  mutating func advance() { position += 1 }

  /// Steps over a byte if it is the next.
  mutating func skip(_ byte: UInt8) throws(DataError) -> Bool {
    guard try peek() == byte else { return false }
    position += 1
    return true
  }

  /// Steps over the bytes U+FEFF has in UTF-8, if they come next and the block holds them: at the beginning of a text.
  mutating func skipByteOrderMark() {
    if block[position...].starts(with: TextFile.byteOrderMark) { position += TextFile.byteOrderMark.count }
  }

  /// Appends to `bytes` what comes before the next byte of `stops`, or before the end; stops too once `bytes` is longer than `limit`.
  mutating func take(until stops: ByteSet, into bytes: inout [UInt8], atMost limit: Int) throws(DataError) {
    while try peek() != nil && bytes.count <= limit {
      let start = position
      position = stops.firstIndex(in: block, from: position)
      bytes += block[start..<position]
      if position < block.count { return }
    }
  }
}

/// Some values of a byte.
struct ByteSet: Sendable {
  private let members: [Bool]

  init(_ bytes: [UInt8]) {
    var members = [Bool](repeating: false, count: 256)
    for byte in bytes { members[Int(byte)] = true }
    self.members = members
  }

  /// Where the first member stands, from `start` on; the end if there is none.
  fileprivate func firstIndex(in bytes: [UInt8], from start: Int) -> Int {
    members.withUnsafeBufferPointer { members in
      bytes.withUnsafeBufferPointer { bytes in
        var index = start
        while index < bytes.count && !members[Int(bytes[index])] { index += 1 }
        return index
      }
    }
  }
}

/// The blocks of a file.
private struct FileBlocks: Sendable {
  private let handle: FileHandle
  private let path: String
  private let blockSize: Int
  private var offset: off_t = 0

  init(_ file: URL, blockSize: Int) throws(DataError) {
    path = file.path
    self.blockSize = blockSize
    do {
      handle = try FileHandle(forReadingFrom: file)
    } catch {
      throw FileBlocks.unreadable(path, error.localizedDescription)
    }
  }

  /// The next block, `nil` at the end.
  mutating func next() throws(DataError) -> [UInt8]? {
    let (descriptor, start) = (handle.fileDescriptor, offset)
    var fault: Int32 = 0
    let block = [UInt8](unsafeUninitializedCapacity: blockSize) { buffer, count in
      var read: Int
      repeat {
        read = pread(descriptor, buffer.baseAddress, buffer.count, start)
      } while read < 0 && errno == EINTR
      if read < 0 { fault = errno }
      count = max(read, 0)
    }
    guard fault == 0 else { throw FileBlocks.unreadable(path, String(cString: strerror(fault))) }
    offset += off_t(block.count)
    return block.isEmpty ? nil : block
  }

  private static func unreadable(_ path: String, _ reason: String) -> DataError {
    DataError(
      .unreadable, file: path, "the file cannot be read (\(reason))",
      advice: "Check the path and the permissions")
  }
}
