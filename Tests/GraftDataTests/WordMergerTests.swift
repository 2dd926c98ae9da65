import GraftTensor
import Testing

@testable import GraftData

/// Byte pair merging.
struct WordMergerTests {
  /// The definition: as long as a pair can be merged, the one of lowest rank, of equal ones the leftmost.
  private func reference(_ word: [Int32], _ merges: MergeTable) -> [Int32] {
    var word = word
    while true {
      let ranked = (0..<max(word.count - 1, 0)).compactMap { place in
        merges.rank(word[place], word[place + 1]).map { (rank: $0, place: place) }
      }
      guard let best = ranked.min(by: { ($0.rank, $0.place) < ($1.rank, $1.place) }) else { return word }
      word.replaceSubrange(best.place...best.place + 1, with: [merges.result(ofRank: best.rank)])
    }
  }

  @Test func equalsTheDefinition() {
    var generator = RandomGenerator(seed: 7)
    var merger = WordMerger()
    for _ in 0..<300 {
      // Few letters, so that words are full of repetitions, and merges of merges.
      var merges = MergeTable(capacity: 0)
      var tokens: Int32 = 3
      for _ in 0..<generator.integer(below: 12) {
        let pair = (0..<2).map { _ in Int32(generator.integer(below: Int(tokens))) }
        if merges.append(pair[0], pair[1], result: tokens) { tokens += 1 }
      }
      let word = (0..<generator.integer(below: 30)).map { _ in Int32(generator.integer(below: 3)) }
      var found: [Int32] = []
      var places: [Range<Int>] = []
      merger.merge(word, by: merges) { token, range in
        found.append(token)
        places.append(range)
      }
      #expect(found == reference(word, merges), "\(word)")
      #expect(places.flatMap { Array($0) } == Array(word.indices))
    }
  }

  @Test func heapSorts() {
    var generator = RandomGenerator(seed: 8)
    for count in [0, 1, 2, 3, 10, 100] {
      let numbers = (0..<count).map { _ in UInt64(generator.integer(below: 50)) }
      var heap = BinaryHeap()
      for number in numbers { heap.insert(number) }
      var sorted: [UInt64] = []
      while let minimum = heap.popMinimum() { sorted.append(minimum) }
      #expect(sorted == numbers.sorted())
    }
  }

  @Test func tableHoldsWhatItIsGiven() {
    var generator = RandomGenerator(seed: 9)
    var table = IntegerTable()
    var expected: [UInt64: Int32] = [:]
    for value in Int32(0)..<2000 {
      let key = UInt64(generator.integer(below: 1500)) << UInt64(generator.integer(below: 40))
      #expect(table.insert(value, for: key) == expected[key])
      if expected[key] == nil { expected[key] = value }
    }
    #expect(table.count == expected.count)
    #expect(expected.allSatisfy { table[$0.key] == $0.value })
    #expect(table[.max] == nil && table[1 << 60 | 1] == nil)
  }
}
