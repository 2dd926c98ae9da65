/// Merges the tokens of one word, the pair of lowest rank first and of equal ones the leftmost, until none is left.
///
/// A linked list and a heap of pairs make that n log n steps, so that even a word of ten million characters takes seconds.
/// The arrays are kept from one word to the next.
struct WordMerger {
  private static let none: Int32 = -1

  /// The token at each place; a place whose token was merged into the one before it is skipped by the list.
  private var tokens: [Int32] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []

  /// The rank of the pair that begins at each place, and what is to be merged: rank in the upper half, place in the lower.
  private var ranks: [Int32] = []
  private var heap = BinaryHeap()

  /// Merges tokens and calls `body` with those that are left and the places that they take.
  mutating func merge(
    _ start: some Collection<Int32>, by merges: MergeTable,
    _ body: (_ token: Int32, _ places: Range<Int>) -> Void
  ) {
    begin(start, merges)
    while let entry = heap.popMinimum() {
      let place = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF)
      let rank = Int32(truncatingIfNeeded: entry >> 32)
      // Pairs change while they wait; what is no longer so is passed over.
      if ranks[place] == rank { merge(at: place, to: merges.result(ofRank: rank), merges) }
    }
    var place = 0
    while place < tokens.count {
      let end = next[place] == Self.none ? tokens.count : Int(next[place])
      body(tokens[place], place..<end)
      place = end
    }
  }

  private mutating func begin(_ start: some Collection<Int32>, _ merges: MergeTable) {
    tokens.removeAll(keepingCapacity: true)
    tokens.append(contentsOf: start)
    let count = Int32(tokens.count)
    next.removeAll(keepingCapacity: true)
    next.append(contentsOf: 1..<max(count, 1))
    next.append(Self.none)
    previous.removeAll(keepingCapacity: true)
    previous.append(contentsOf: Self.none..<max(count - 1, 0))
    ranks.removeAll(keepingCapacity: true)
    ranks.append(contentsOf: repeatElement(Self.none, count: tokens.count))
    for place in 0..<tokens.count { rankPair(at: place, merges) }
  }

  private mutating func merge(at place: Int, to token: Int32, _ merges: MergeTable) {
    let second = Int(next[place])
    tokens[place] = token
    ranks[second] = Self.none
    next[place] = next[second]
    if next[place] != Self.none { previous[Int(next[place])] = Int32(place) }
    rankPair(at: place, merges)
    if previous[place] != Self.none { rankPair(at: Int(previous[place]), merges) }
  }

  /// Looks the pair up that begins at a place.
  private mutating func rankPair(at place: Int, _ merges: MergeTable) {
    guard next[place] != Self.none, let rank = merges.rank(tokens[place], tokens[Int(next[place])]) else {
      ranks[place] = Self.none
      return
    }
    ranks[place] = rank
    heap.insert(UInt64(rank) << 32 | UInt64(place))
  }
}
