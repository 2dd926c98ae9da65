import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// What every splitter promises, over many shapes of data and many seeds.
@Suite struct SplitterTests {
  /// Fractions to divide by: two parts, three, a lone one, and some that leave samples out.
  private static let fractions = [[0.8, 0.2], [0.7, 0.2, 0.1], [1.0], [0.5, 0.1], [0.34, 0.33, 0.33]]

  /// Sizes and numbers of classes and groups, the awkward ones first.
  private static func shapes(_ generator: inout RandomGenerator) -> [(count: Int, classes: Int, groups: Int)]
  {
    [(0, 1, 1), (1, 1, 1), (2, 2, 1), (5, 5, 5), (17, 1, 3)]
      + (0..<3).map { _ in
        (
          count: 1 + generator.integer(below: 80), classes: 1 + generator.integer(below: 12),
          groups: 1 + generator.integer(below: 30)
        )
      }
  }

  /// Numbers with shares that are far from equal, so that some are rare.
  private static func skewed(_ count: Int, below bound: Int, _ generator: inout RandomGenerator) -> [Int] {
    (0..<count).map { _ in
      generator.integer(below: 1 + generator.integer(below: bound))
    }
  }

  /// No sample twice, none that does not exist, all of them if the fractions are the whole.
  private func checkCover(_ parts: [[Int]], _ count: Int, _ fractions: [Double]) {
    let positions = parts.flatMap { $0 }
    #expect(parts.count == fractions.count)
    #expect(Set(positions).count == positions.count && positions.allSatisfy { (0..<count).contains($0) })
    #expect(parts.allSatisfy { $0 == $0.sorted() })
    if fractions.reduce(0, +) > 0.999 { #expect(positions.count == count) }
  }

  private func largestSizeError(_ parts: [[Int]], _ count: Int, _ fractions: [Double]) -> Double {
    zip(parts, fractions).map { abs(Double($0.count) - $1 * Double(count)) }.max() ?? 0
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func singleSamples(_ seed: UInt64) {
    var generator = RandomGenerator(seed: seed, stream: 1)
    for (count, classes, _) in Self.shapes(&generator) {
      let labels = Self.skewed(count, below: classes, &generator)
      for fractions in Self.fractions {
        let drawn = Splitter.random(count: count).parts(fractions, seed: seed)
        checkCover(drawn, count, fractions)
        #expect(largestSizeError(drawn, count, fractions) < 1)

        let stratified = Splitter.stratified(by: labels).parts(fractions, seed: seed)
        checkCover(stratified, count, fractions)
        #expect(largestSizeError(stratified, count, fractions) < 1)
        for label in Set(labels) {
          let total = Double(labels.filter { $0 == label }.count)
          for (part, fraction) in zip(stratified, fractions) {
            let held = part.filter { labels[$0] == label }.count
            #expect(abs(Double(held) - fraction * total) < 1)
          }
        }
      }
    }
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func groupsStayWhole(_ seed: UInt64) {
    var generator = RandomGenerator(seed: seed, stream: 2)
    for (count, classes, groupCount) in Self.shapes(&generator) {
      let labels = Self.skewed(count, below: classes, &generator)
      let groups = SampleGroups(Self.skewed(count, below: groupCount, &generator))
      for fractions in Self.fractions {
        for splitter in [Splitter.grouped(by: groups), .stratified(by: labels, groupedBy: groups)] {
          let parts = splitter.parts(fractions, seed: seed)
          checkCover(parts, count, fractions)
          for members in groups.members {
            let present = parts.filter { !Set($0).isDisjoint(with: members) }
            #expect(present.count <= 1)
            #expect(present.allSatisfy { Set($0).isSuperset(of: members) })
          }
        }
        // With two parts, moving a group of size s out of a part that is d too large leaves |d − s|. The search ends only
        // when that helps no more, so d is at most half the smallest group there.
        let parts = Splitter.grouped(by: groups).parts(fractions, seed: seed)
        if fractions == [0.8, 0.2] {
          for (part, fraction) in zip(parts, fractions) {
            let excess = Double(part.count) - fraction * Double(count)
            let smallest = groups.members.filter { part.contains($0[0]) }.map(\.count).min() ?? 0
            #expect(excess <= Double(smallest) / 2 + 1e-6)
          }
        }
      }
    }
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func labelSetsKeepSizesAndShares(_ seed: UInt64) {
    var generator = RandomGenerator(seed: seed, stream: 3)
    for (count, classes, _) in Self.shapes(&generator) {
      let sets = (0..<count).map { _ in
        Array(Set((0..<generator.integer(below: 4)).map { _ in generator.integer(below: classes) }))
      }
      for fractions in Self.fractions {
        let parts = Splitter.stratified(byLabelSets: sets).parts(fractions, seed: seed)
        checkCover(parts, count, fractions)
        #expect(largestSizeError(parts, count, fractions) < 1)
      }
    }
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func foldsHoldEachSampleOutOnce(_ seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed, stream: 4)
    let (count, classes, foldCount) = (
      40 + generator.integer(below: 100), 1 + generator.integer(below: 9), 2 + generator.integer(below: 6)
    )
    let labels = Self.skewed(count, below: classes, &generator)
    let groups = SampleGroups((0..<count).map { _ in generator.integer(below: 25) })
    let sets = labels.map { [$0, $0 + 100] }
    for splitter in [
      Splitter.random(count: count), .stratified(by: labels), .grouped(by: groups),
      .stratified(by: labels, groupedBy: groups), .stratified(byLabelSets: sets),
    ] {
      let folds = try splitter.folds(foldCount, repetitions: 2, seed: seed)
      #expect(folds.count == 2 * foldCount)
      for repetition in [folds.prefix(foldCount), folds.suffix(foldCount)] {
        #expect(repetition.flatMap(\.validation).sorted() == Array(0..<count))
        for fold in repetition {
          #expect((fold.training + fold.validation).sorted() == Array(0..<count))
          #expect(fold.training == fold.training.sorted())
        }
      }
      #expect(try splitter.folds(foldCount, seed: seed) == Array(folds.prefix(foldCount)))
      #expect(folds.prefix(foldCount) != folds.suffix(foldCount))
    }
    let sizes = try Splitter.stratified(by: labels).folds(foldCount, seed: seed).map(\.validation.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  @Test func aClassOfOneIsHeldOutOnce() throws {
    let labels = Array(repeating: 0, count: 9) + [1]
    let folds = try Splitter.stratified(by: labels).folds(5, seed: 1)
    #expect(folds.map { $0.validation.filter { labels[$0] == 1 }.count }.sorted() == [0, 0, 0, 0, 1])
    #expect(folds.allSatisfy { $0.validation.count == 2 })
  }

  @Test func moreFoldsThanThereIsToFillThem() throws {
    for splitter in [
      Splitter.random(count: 3), .random(count: 0), .stratified(by: [0, 1, 0]),
      .grouped(by: SampleGroups(["a", "a", "b", "b", "c"])), .hashed(by: [SampleKey("a"), SampleKey("a")]),
      .stratified(byLabelSets: [[0], [1, 2]]),
    ] {
      let error = try #require(throws: DataError.self) { try splitter.folds(4, seed: 1) }
      #expect(error.kind == .tooFewSamples)
    }
    #expect(try Splitter.grouped(by: SampleGroups(["a", "a", "b"])).folds(2, seed: 1).count == 2)
  }

  @Test func theSeedDecides() {
    let groups = SampleGroups((0..<100).map { $0 / 4 })
    let keys = (0..<100).map { SampleKey("sample \($0)") }
    for splitter in [
      Splitter.random(count: 100), .stratified(by: (0..<100).map { $0 % 3 }), .grouped(by: groups),
      .hashed(by: keys),
      .stratified(byLabelSets: (0..<100).map { [$0 % 3, 3 + $0 % 5] }),
    ] {
      #expect(splitter.parts([0.5, 0.5], seed: 1) == splitter.parts([0.5, 0.5], seed: 1))
      #expect(splitter.parts([0.5, 0.5], seed: 1) != splitter.parts([0.5, 0.5], seed: 2))
    }
  }

  @Test func anyGroupCanLandInAnyPart() {
    let groups = SampleGroups((0..<40).map { $0 / 2 })
    var landed = Array(repeating: 0, count: 20)
    for seed in 0..<200 as Range<UInt64> {
      for position in Splitter.grouped(by: groups).parts([0.3, 0.7], seed: seed)[0] where position % 2 == 0 {
        landed[position / 2] += 1
      }
    }
    // Binomial(200, 0.3): mean 60, deviation 6.5; five deviations to either side.
    for count in landed { #expect(abs(count - 60) < 33) }
  }

  @Test func leavingAGroupOut() {
    let folds = SampleGroups(["x", "y", "x", "z"]).leavingOneOut
    #expect(folds.map(\.validation) == [[0, 2], [1], [3]])
    #expect(folds.map(\.training) == [[1, 3], [0, 2, 3], [0, 1, 2]])
  }

  @Test(arguments: [[0.8, 0.3], [0.5, 0], [], [-0.2, 0.5], [1.2]])
  func fractionsThatAreNoneStop(_ fractions: [Double]) async {
    await #expect(processExitsWith: .failure) { [fractions] in
      _ = Splitter.random(count: 10).parts(fractions, seed: 1)
    }
  }

  @Test func labelsAndGroupsOfOtherSamplesStop() async {
    await #expect(processExitsWith: .failure) {
      _ = Splitter.stratified(by: [0, 1], groupedBy: SampleGroups([1, 2, 3]))
    }
    await #expect(processExitsWith: .failure) { _ = Splitter.stratified(by: [0, -1]) }
    await #expect(processExitsWith: .failure) { _ = Splitter.stratified(byLabelSets: [[1, 1]]) }
  }
}

@Suite struct HashedSplitTests {
  private let keys = (0..<4000).map { SampleKey("image-\($0).png") }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func staysWhenSamplesAreAdded(_ seed: UInt64) {
    let fractions = [0.7, 0.2, 0.1]
    let before = Splitter.hashed(by: Array(keys.prefix(1000))).parts(fractions, seed: seed)
    let after = Splitter.hashed(by: keys).parts(fractions, seed: seed)
    for (old, new) in zip(before, after) { #expect(new.filter { $0 < 1000 } == old) }
    // The same when they come in another order, or when some are missing.
    let reversed = Splitter.hashed(by: keys.reversed()).parts(fractions, seed: seed)
    #expect(reversed.map { $0.map { 3999 - $0 }.sorted() } == after)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func sizesScatterAsStated(_ seed: UInt64) {
    for (part, fraction) in zip(Splitter.hashed(by: keys).parts([0.7, 0.2], seed: seed), [0.7, 0.2]) {
      // Five standard deviations of a binomial distribution.
      let deviation = (4000 * fraction * (1 - fraction)).squareRoot()
      #expect(abs(Double(part.count) - 4000 * fraction) < 5 * deviation)
    }
    let whole = Splitter.hashed(by: keys).parts([0.7, 0.2, 0.1], seed: seed)
    #expect(whole.flatMap { $0 }.sorted() == Array(0..<4000))
  }

  @Test func equalKeysStayTogether() {
    let doubled = keys.prefix(300) + keys.prefix(300)
    for part in Splitter.hashed(by: Array(doubled)).parts([0.6, 0.4], seed: 4) {
      #expect(Set(part.map { $0 % 300 }).count * 2 == part.count)
    }
  }

  @Test func dataSetsSplitByTheirInputs() throws {
    let dataset = try randomImages([200, 1, 4, 4], classes: 3, seed: 1)
    let grown = dataset.hashedSplit([0.8, 0.2], seed: 3)
    let small = dataset.subset(at: 50..<150).hashedSplit([0.8, 0.2], seed: 3)
    for (part, all) in zip(small, grown) {
      #expect(part.positions == all.positions.filter { (50..<150).contains($0) })
    }
  }

  @Test func keysFollowFromTheContent() {
    let bytes = Tensor<UInt8>(shape: [3, 2, 2], scalars: [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 4, 3])
    let keys = SampleKey.keys(ofRows: bytes)
    #expect(keys[0] == keys[1] && keys[0] != keys[2])
    #expect(keys[0] == SampleKey(bytes.select(0)))
    #expect(keys[0] != SampleKey(bytes.select(0).reshaped(to: [4])))
    #expect(SampleKey("a") == SampleKey(bytes: [97]))
    #expect(SampleKey("") != SampleKey(bytes: [0]) && SampleKey(bytes: [0]) != SampleKey(bytes: [0, 0]))
    // Every bit of 24 bytes counts, and none of the 192 changes meets another.
    let zeros = [UInt8](repeating: 0, count: 24)
    let changed = (0..<192).map { bit in
      var content = zeros
      content[bit / 8] = 1 << UInt8(bit % 8)
      return SampleKey(bytes: content)
    }
    #expect(Set(changed + [SampleKey(bytes: zeros)]).count == 193)
    // Written down, because splits that were made with one version have to come out the same with the next.
    #expect(SampleKey("graft").place(seed: 1) == 0.01528895471630387)
  }
}

@Suite struct ChronologicalSplitTests {
  @Test(arguments: 0..<60 as Range<UInt64>)
  func thePastComesFirst(_ seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let count = generator.integer(below: 120)
    // Few different times make ties; many make none.
    let span = 1 + generator.integer(below: seed % 2 == 0 ? 10 : 100_000)
    let times = (0..<count).map { _ in Double(generator.integer(below: span)) }
    for gap in [0, 3.0] {
      let splitter = ChronologicalSplitter(times: times, gap: gap)
      for fractions in [[0.8, 0.2], [0.6, 0.2, 0.2], [0.5, 0.2]] {
        let parts = splitter.parts(fractions)
        #expect(Set(parts.joined()).count == parts.joined().count)
        for (early, late) in pairs(parts) {
          guard let last = early.map({ times[$0] }).max(), let first = late.map({ times[$0] }).min() else {
            continue
          }
          #expect(gap == 0 ? last < first : last <= first - gap)
        }
        let largestTie = Dictionary(times.map { ($0, 1) }, uniquingKeysWith: +).values.max() ?? 0
        if gap == 0 {
          for (part, fraction) in zip(parts, fractions) {
            // Either end moves by half a tie at most, or by half a sample of rounding.
            #expect(abs(Double(part.count) - fraction * Double(count)) <= Double(max(largestTie, 1)) + 1e-9)
          }
        }
      }
    }
  }

  private func pairs(_ parts: [[Int]]) -> [([Int], [Int])] {
    parts.indices.flatMap { early in parts.indices.filter { $0 > early }.map { (parts[early], parts[$0]) } }
  }

  @Test func foldsLearnFromThePast() throws {
    let times = [5.0, 1, 4, 2, 3, 6, 8, 7]
    let folds = try ChronologicalSplitter(times: times).folds(3)
    #expect(folds.map(\.training) == [[1, 3], [1, 2, 3, 4], [0, 1, 2, 3, 4, 5]])
    #expect(folds.map(\.validation) == [[2, 4], [0, 5], [6, 7]])
    let apart = try ChronologicalSplitter(times: times, gap: 2).folds(3)
    #expect(apart.map(\.training) == [[1], [1, 3, 4], [0, 1, 2, 3, 4]])
    #expect(apart.map(\.validation) == folds.map(\.validation))
    #expect(throws: DataError.self) { try ChronologicalSplitter(times: times, gap: 3).folds(3) }
    #expect(throws: DataError.self) { try ChronologicalSplitter(times: [1, 1, 1, 1]).folds(2) }
    #expect(throws: DataError.self) { try ChronologicalSplitter(times: []).folds(2) }
  }
}
