import GraftTensor
import Testing

@testable import GraftData

@Suite struct SplitTests {
  @Test(
    arguments: [[0.8, 0.2], [0.7, 0.2, 0.1], [1.0], [0.5, 0.1], [0.34, 0.33, 0.33]], 0..<4 as Range<UInt64>)
  func partsAreDisjointAndOfTheRightSize(_ fractions: [Double], _ seed: UInt64) throws {
    for count in [0, 1, 7, 100, 101] {
      let dataset = try numberedImages(count)
      for parts in [dataset.split(fractions, seed: seed), dataset.stratifiedSplit(fractions, seed: seed)] {
        let positions = parts.flatMap(\.positions)
        #expect(Set(positions).count == positions.count)
        for (part, fraction) in zip(parts, fractions) {
          #expect(abs(Double(part.count) - fraction * Double(count)) < 2)
        }
        if fractions.reduce(0, +) > 0.99 { #expect(positions.count == count) }
      }
    }
  }

  @Test func stratifiedSplitKeepsShares() throws {
    // 100 classes of 5: a tenth of each is half a sample, so only evening out over the classes gives the part its 50.
    let labels = (0..<500).map { Int32($0 % 100) }
    let dataset = try LabeledDataset(inputs: .zeros([500, 1]), labels: Tensor(labels))
    let parts = dataset.stratifiedSplit([0.9, 0.1], seed: 3)
    #expect(parts.map(\.count) == [450, 50])
    for frequency in parts[1].classFrequencies { #expect(frequency == 0 || frequency == 1) }

    let uneven = try LabeledDataset(
      inputs: .zeros([130, 1]), labels: Tensor((0..<130).map { $0 < 100 ? 0 : $0 < 120 ? 1 : 2 }))
    let shares = uneven.stratifiedSplit([0.5, 0.3, 0.2], seed: 3).map(\.classFrequencies)
    #expect(shares == [[50, 10, 5], [30, 6, 3], [20, 4, 2]])
  }

  @Test func dependsOnTheSeedAlone() throws {
    let dataset = try numberedImages(50)
    let first = dataset.split([0.5, 0.5], seed: 1)[0]
    #expect(dataset.split([0.5, 0.5], seed: 1)[0].positions == first.positions)
    #expect(dataset.split([0.5, 0.5], seed: 2)[0].positions != first.positions)
    #expect(dataset.stratifiedSplit([0.5, 0.5], seed: 1)[0].positions != first.positions)
  }

  @Test func anySampleCanLandInAnyPart() throws {
    let dataset = try numberedImages(10)
    var landed = Array(repeating: 0, count: 10)
    for seed in 0..<200 as Range<UInt64> {
      for position in dataset.split([0.3, 0.7], seed: seed)[0].positions { landed[Int(position)] += 1 }
    }
    // Binomial(200, 0.3): mean 60, deviation 6.5; five deviations to either side.
    for count in landed { #expect(abs(count - 60) < 33) }
  }
}
