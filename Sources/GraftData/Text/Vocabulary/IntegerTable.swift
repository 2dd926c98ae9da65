/// A hash table from numbers to numbers with open addressing, for edges of a trie and pairs of tokens.
///
/// A Swift `Dictionary` costs several times as much to ask, and it is asked once for each byte of a text.
struct IntegerTable: Sendable {
  private static let empty = UInt64.max

  private var keys: [UInt64]
  private var values: [Int32]
  private var shift: UInt64
  private(set) var count = 0

  /// An odd number that no file can know: files with keys chosen to collide stay harmless.
  private let multiplier = UInt64.random(in: .min ... .max) | 1

  /// A table with room for `capacity` keys before it grows.
  init(capacity: Int = 0) {
    let bits = max(4, Int.bitWidth - (capacity * 2).leadingZeroBitCount)
    keys = Array(repeating: Self.empty, count: 1 << bits)
    values = Array(repeating: 0, count: 1 << bits)
    shift = UInt64(64 - bits)
  }

  /// The value of a key. The key `UInt64.max` has none.
  subscript(key: UInt64) -> Int32? {
    var slot = home(of: key)
    while true {
      let found = keys[slot]
      if found == key { return key == Self.empty ? nil : values[slot] }
      if found == Self.empty { return nil }
      slot = (slot + 1) & (keys.count - 1)
    }
  }

  /// Adds a key unless it is there.
  ///
  /// - Returns: The value that the key had before, `nil` if it is new.
  mutating func insert(_ value: Int32, for key: UInt64) -> Int32? {
    if let present = self[key] { return present }
    count += 1
    if count * 2 > keys.count { grow() }
    place(value, for: key)
    return nil
  }

  private func home(of key: UInt64) -> Int {
    // The upper half of the product depends on all bits of the key, once its own halves are mixed.
    Int(truncatingIfNeeded: ((key ^ key >> 32) &* multiplier) >> shift)
  }

  private mutating func place(_ value: Int32, for key: UInt64) {
    var slot = home(of: key)
    while keys[slot] != Self.empty { slot = (slot + 1) & (keys.count - 1) }
    keys[slot] = key
    values[slot] = value
  }

  private mutating func grow() {
    let old = (keys, values)
    keys = Array(repeating: Self.empty, count: old.0.count * 2)
    values = Array(repeating: 0, count: old.0.count * 2)
    shift -= 1
    for (key, value) in zip(old.0, old.1) where key != Self.empty { place(value, for: key) }
  }
}
