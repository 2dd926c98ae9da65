/// Byte strings numbered from 0, found by their content.
struct ByteStringTable: Sendable {
  /// All strings, one after the other.
  private(set) var bytes: [UInt8] = []

  /// Where string i begins; one more entry than there are strings.
  private var starts: [Int] = [0]

  /// The number of the string in each slot, -1 where there is none.
  private var slots: [Int32] = Array(repeating: -1, count: 16)

  /// Hashes differ from one process to the next, so that no file can hold strings chosen to collide.
  private let seed = UInt64.random(in: .min ... .max)

  /// The number of strings.
  var count: Int { starts.count - 1 }

  /// Where a string lies in ``bytes``.
  func range(of index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

  /// The number of the string that equals a part of `source`.
  func index(of source: [UInt8], in range: Range<Int>) -> Int? {
    let mask = slots.count - 1
    var slot = hash(source, range) & mask
    while true {
      let index = Int(slots[slot])
      if index < 0 { return nil }
      if equals(index, source, range) { return index }
      slot = (slot + 1) & mask
    }
  }

  /// The number of a string.
  func index(of string: String) -> Int? {
    let source = Array(string.utf8)
    return index(of: source, in: source.indices)
  }

  /// Adds a string, whether or not an equal one is there: the first of equal strings is the one that is found.
  mutating func append(_ string: some Sequence<UInt8>) {
    bytes.append(contentsOf: string)
    starts.append(bytes.count)
    if count * 2 > slots.count {
      slots = Array(repeating: -1, count: slots.count * 2)
      for index in 0..<count { place(index) }
    } else {
      place(count - 1)
    }
  }

  private mutating func place(_ index: Int) {
    let mask = slots.count - 1
    var slot = hash(bytes, range(of: index)) & mask
    while slots[slot] >= 0 { slot = (slot + 1) & mask }
    slots[slot] = Int32(index)
  }

  private func equals(_ index: Int, _ source: [UInt8], _ range: Range<Int>) -> Bool {
    let start = starts[index]
    guard starts[index + 1] - start == range.count else { return false }
    for offset in 0..<range.count where bytes[start + offset] != source[range.lowerBound + offset] {
      return false
    }
    return true
  }

  /// FNV-1a (Fowler, Noll, Vo), begun at the seed.
  private func hash(_ source: [UInt8], _ range: Range<Int>) -> Int {
    var hash = seed
    for index in range { hash = (hash ^ UInt64(source[index])) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 29)
  }
}
