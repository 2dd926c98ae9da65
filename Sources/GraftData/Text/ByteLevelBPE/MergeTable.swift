/// Which pairs of tokens become one token, the most important first (Sennrich et al., 2016).
struct MergeTable: Sendable {
  /// The rank of each pair: its line in the file of merges.
  private var ranks: IntegerTable

  /// What the pair of each rank becomes.
  private var results: [Int32] = []

  init(capacity: Int) {
    ranks = IntegerTable(capacity: capacity)
    results.reserveCapacity(capacity)
  }

  /// Adds a pair, less important than those before it.
  ///
  /// - Returns: Whether the pair is new.
  mutating func append(_ first: Int32, _ second: Int32, result: Int32) -> Bool {
    guard ranks.insert(Int32(results.count), for: Self.key(first, second)) == nil else { return false }
    results.append(result)
    return true
  }

  /// The rank of a pair, `nil` if it stays apart.
  @inline(__always)
  func rank(_ first: Int32, _ second: Int32) -> Int32? { ranks[Self.key(first, second)] }

  /// What a pair becomes.
  @inline(__always)
  func result(ofRank rank: Int32) -> Int32 { results[Int(rank)] }

  @inline(__always)
  private static func key(_ first: Int32, _ second: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
  }
}
