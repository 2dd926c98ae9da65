import GraftData
import GraftTensor
import Testing

@Suite struct LengthBatchesTests {
  @Test(arguments: [0, 1, 7, 8, 9, 1000])
  func everyTextIsInOneBatch(_ count: Int) {
    var generator = RandomGenerator(seed: 1)
    let lengths = (0..<count).map { _ in 1 + generator.integer(below: 60) }
    let batches = LengthBatches(lengths, of: 8)
    for pass in [batches.sorted(), batches.shuffled(using: &generator)] {
      #expect(pass.count == batches.count)
      #expect(pass.flatMap(\.self).sorted() == Array(0..<count))
      // Of the stretches of 128 texts at most the last one has a batch that is not full.
      #expect(pass.count { $0.count < 8 } == (count % 8 == 0 ? 0 : 1))
      #expect(pass.allSatisfy { !$0.isEmpty && $0.count <= 8 })
    }
  }

  @Test func batchesHaveLittlePadding() {
    var generator = RandomGenerator(seed: 2)
    let lengths = (0..<2000).map { _ in 1 + generator.integer(below: 100) }
    func padding(_ pass: [[Int]]) -> Int {
      pass.reduce(0) { sum, batch in
        let longest = batch.map { lengths[$0] }.max() ?? 0
        return sum + batch.reduce(0) { $0 + longest - lengths[$1] }
      }
    }
    let batches = LengthBatches(lengths, of: 16)
    // By chance a text is about 44 shorter than the longest of 16; sorted within 256 about 3, sorted altogether less than 1.
    #expect(padding(batches.shuffled(using: &generator)) < 5 * lengths.count)
    #expect(padding(batches.sorted()) < lengths.count)
  }

  @Test func orderIsByChanceAndRepeatable() {
    let batches = LengthBatches((0..<500).map { $0 % 50 }, of: 10)
    var (first, second, third) = (
      RandomGenerator(seed: 3), RandomGenerator(seed: 3), RandomGenerator(seed: 4)
    )
    let pass = batches.shuffled(using: &first)
    #expect(pass == batches.shuffled(using: &second))
    #expect(pass != batches.shuffled(using: &third))
    #expect(pass != batches.shuffled(using: &first))
  }
}
