import GraftTensor
import Testing

@testable import GraftData

/// Clean splits pass, and each kind of leak that is planted is found.
@Suite struct SplitAuditTests {
  private let count = 120
  private let labels = (0..<120).map { $0 % 3 }
  private let patients = SampleGroups((0..<120).map { $0 / 4 })
  private let times = (0..<120).map(Double.init)
  private let keys = (0..<120).map { SampleKey("text \($0)") }

  private func failed(_ audit: SplitAudit) -> [SplitCheck.Kind] {
    audit.findings.filter { !$0.passed }.map(\.check)
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func cleanSplitsPass(_ seed: UInt64) throws {
    let parts = Splitter.stratified(by: labels, groupedBy: patients).parts([0.6, 0.2, 0.2], seed: seed)
    let audit = SplitAudit(
      parts, checks: [.duplicates(keys), .groups(patients, named: "patient"), .classes(labels)])
    #expect(audit.passed && audit.partNames == ["training", "validation", "test"])
    try audit.check()
    #expect(!audit.description.contains("FAILED"))
    let past = ChronologicalSplitter(times: times, gap: 2).parts([0.7, 0.3])
    try SplitAudit(past, checks: [.times(times, gap: 2)]).check()
  }

  @Test func aSampleInTwoParts() throws {
    let audit = SplitAudit([[0, 1, 2, 2], [3, 1]], checks: [])
    #expect(failed(audit) == [.positions])
    let finding = audit.findings(of: .positions)[0]
    #expect(finding.faultCount == 2 && finding.leakedPairs.map(\.first) == [2, 1])
    #expect(finding.examples[1] == "sample 1 in training and in test")
    #expect(failed(SplitAudit([[0], []], checks: [])) == [.sizes])
  }

  @Test func aCopy() throws {
    var keys = keys
    keys[100] = keys[7]
    // Copies within a part are no leak.
    keys[5] = keys[4]
    let audit = SplitAudit([Array(0..<80), Array(80..<120)], checks: [.duplicates(keys)])
    #expect(failed(audit) == [.duplicates])
    #expect(audit.findings(of: .duplicates)[0].leakedPairs == [.init(first: 7, second: 100)])
    let error = #expect(throws: SplitAuditError.self) { try audit.check() }
    #expect(
      error?.description.contains("sample 7 of training and sample 100 of test have the same content") == true
    )
    #expect(error?.audit == audit)
    // Nor is one whose other copy was left out.
    #expect(SplitAudit([Array(0..<80), Array(80..<100)], checks: [.duplicates(keys)]).passed)
  }

  @Test func aGroupOnTwoSides() {
    let audit = SplitAudit(
      [Array(0..<82), Array(82..<120)], names: ["train", "holdout"],
      checks: [.groups(patients, named: "patient")])
    #expect(failed(audit) == [.groups])
    let finding = audit.findings(of: .groups)[0]
    #expect(finding.faultCount == 1 && finding.leakedPairs == [.init(first: 80, second: 82)])
    #expect(finding.examples == ["sample 80 of train and sample 82 of holdout have the same patient"])
    #expect(finding.summary == "1 of 30 patients are in more than one part")
  }

  @Test func aTrainingSampleThatIsLater() {
    var parts = [Array(0..<80), Array(80..<100), Array(100..<120)]
    parts[0].swapAt(3, 4)
    #expect(SplitAudit(parts, checks: [.times(times)]).passed)
    #expect(!SplitAudit(parts, checks: [.times(times, gap: 1.5)]).passed)
    (parts[0][10], parts[2][4]) = (parts[2][4], parts[0][10])
    let audit = SplitAudit(parts, checks: [.times(times)])
    #expect(failed(audit) == [.times])
    // Sample 104 is later than all of validation and some of the test; with 10 in the test, all after it are too.
    let finding = audit.findings(of: .times)[0]
    #expect(finding.faultCount == 69 + 20 + 1)
    #expect(finding.leakedPairs.contains(.init(first: 104, second: 10)))
    // A time that is no number can't be shown to be earlier.
    var unknown = times
    unknown[5] = .nan
    #expect(!SplitAudit([Array(0..<80), Array(80..<120)], checks: [.times(unknown)]).passed)
  }

  @Test func skewedClasses() {
    let sorted = labels.indices.sorted { (labels[$0], $0) < (labels[$1], $1) }
    let audit = SplitAudit([Array(sorted.prefix(80)), Array(sorted.suffix(40))], checks: [.classes(labels)])
    #expect(failed(audit) == [.classes])
    let finding = audit.findings(of: .classes)[0]
    #expect(finding.examples.contains("training has no sample of class 2"))
    #expect(finding.examples.contains("test has no sample of class 0"))
    // 46 % instead of 33 %, nothing missing.
    let tilted = SplitAudit(
      [Array(0..<60), Array(60..<120).filter { $0 % 3 != 1 || $0 % 2 == 0 }], checks: [.classes(labels)])
    #expect(failed(tilted) == [.classes])
    #expect(SplitAudit([Array(0..<60), Array(60..<120)], checks: [.classes(labels)]).passed)
    // One sample of a rare class is on one side only; that is to learn from.
    let rare = Array(repeating: 0, count: 19) + [1]
    #expect(SplitAudit([Array(4..<20), Array(0..<4)], checks: [.classes(rare)]).passed)
    #expect(!SplitAudit([Array(0..<16), Array(16..<20)], checks: [.classes(rare)]).passed)
  }

  @Test func anImageThatLooksLikeAnother() throws {
    var images = (0..<12 as Range<UInt64>).map { picture($0) }
    let clean = SplitAudit(
      [Array(0..<8), Array(8..<12)], checks: [.nearDuplicates(images.map { ImageFingerprint($0) })])
    #expect(clean.passed)
    images[10] = images[3].resized(to: ImageSize(height: 60, width: 50))
    let audit = SplitAudit(
      [Array(0..<8), Array(8..<12)], checks: [.nearDuplicates(images.map { ImageFingerprint($0) })])
    #expect(failed(audit) == [.nearDuplicates])
    #expect(audit.findings(of: .nearDuplicates)[0].leakedPairs == [.init(first: 3, second: 10)])
    // Three equal images: two in training, one in the test.
    images[5] = images[10]
    images[4] = images[10]
    #expect(
      !SplitAudit(
        [Array(0..<8), Array(8..<12)], checks: [.nearDuplicates(images.map { ImageFingerprint($0) })]
      ).passed)
  }

  @Test func dataSets() throws {
    let images = Tensor.stacked(
      (0..<30 as Range<UInt64>).map { picture($0 % 28 == 1 ? 1 : $0, height: 20, width: 20) })
    let all = try LabeledDataset(images: images, labels: Tensor((0..<30).map { Int32($0 % 2) }))
    // Samples 1 and 29 are the same image.
    let leaky = LabeledDataset.audit(["training": all.subset(at: 0..<20), "test": all.subset(at: 20..<30)])
    #expect(failed(leaky) == [.duplicates, .nearDuplicates])
    #expect(leaky.findings(of: .duplicates)[0].leakedPairs == [.init(first: 1, second: 29)])
    #expect(throws: SplitAuditError.self) { try leaky.check() }

    let groups = SampleGroups(all.contentKeys).merged(with: NearDuplicates.groups(ofImages: images))
    let parts = all.stratifiedSplit([0.7, 0.3], groupedBy: groups, seed: 1)
    try LabeledDataset.audit(["training": parts[0], "test": parts[1]]).check()
    // Rows of numbers have no looks.
    let rows = try LabeledDataset(inputs: .zeros([4, 2]), labels: Tensor<Int32>([0, 1, 0, 1]))
    #expect(
      failed(LabeledDataset.audit(["a": rows.subset(at: [0, 1]), "b": rows.subset(at: [2, 3])])) == [
        .duplicates
      ])
  }

  @Test func checksOfOtherSamplesStop() async {
    await #expect(processExitsWith: .failure) {
      _ = SplitAudit([[0, 1], [2]], checks: [.classes([0, 1])])
    }
  }
}
