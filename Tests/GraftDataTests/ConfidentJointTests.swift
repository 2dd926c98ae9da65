import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct ConfidentJointTests {
  /// Worked by hand. Labelled 0: probabilities of class 0 are 0.9, 0.8, 0.1, so the threshold is 0.6. Labelled 1: of
  /// class 1 they are 0.7, 0.6, 0.2: 0.5. The third sample speaks for 1 (0.9 ≥ 0.5), the last for 0 (0.8 ≥ 0.6).
  @Test func byHand() throws {
    let probabilities = Tensor<Float>([
      [0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.3, 0.7], [0.4, 0.6], [0.8, 0.2],
    ])
    let found = try confidentJoint(probabilities: probabilities, labels: Tensor([0, 0, 0, 1, 1, 1]))
    for (threshold, expected) in zip(found.thresholds, [0.6, 0.5]) {
      #expect(abs(threshold - expected) < 1e-7)
    }
    #expect(found.counts == [[2, 1], [1, 2]])
    for (row, expected) in zip(found.joint, [[1.0 / 3, 1.0 / 6], [1.0 / 6, 1.0 / 3]]) {
      for (a, b) in zip(row, expected) { #expect(abs(a - b) < 1e-12) }
    }
    #expect(abs(found.errorRate - 1.0 / 3) < 1e-12)
    // Margins: 0.1 − 0.9 = −0.8 and 0.2 − 0.8 = −0.6.
    #expect(found.suspects().map(\.sample) == [2, 5])
    #expect(found.suspects().map(\.suggestion) == [1, 0])
    #expect(found.suspects()[0].description == "sample 2: labelled 0, speaks for 1 (margin -0.8)")
    #expect(found.description == "6 labels: about 33.3 % wrong, 2 suspects")
  }

  /// Samples that speak for nothing are not counted, and their label's other samples stand for them.
  @Test func calibrationKeepsTheSharesOfLabels() throws {
    // Labelled 0: 0.9, 0.5, 0.4 with the threshold 0.6; the last two reach neither that nor 0.7 for class 1.
    let probabilities = Tensor<Float>([[0.9, 0.1], [0.5, 0.5], [0.4, 0.6], [0.3, 0.7]])
    let found = try confidentJoint(probabilities: probabilities, labels: Tensor([0, 0, 0, 1]))
    #expect(found.counts == [[1, 0], [0, 1]])
    #expect(found.joint == [[0.75, 0], [0, 0.25]])
    #expect(found.errorRate == 0 && found.suspects().isEmpty)
  }

  @Test(arguments: SplitFixture.shared.confidentLearning.indices)
  func asWrittenDownFromThePaper(_ index: Int) throws {
    let problem = SplitFixture.shared.confidentLearning[index]
    let found = try confidentJoint(
      probabilities: Tensor(shape: [problem.labels.count, problem.classes], scalars: problem.probabilities),
      labels: Tensor(problem.labels))
    let expected = problem.expected
    #expect(found.counts == expected.counts)
    #expect(found.suspects().map(\.sample) == expected.byMargin)
    #expect(found.suspects(by: .selfConfidence).map(\.sample) == expected.bySelfConfidence)
    // Sums of at most 120 numbers in double precision.
    func agrees(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-13 } }
    for (threshold, value) in zip(found.thresholds, expected.thresholds) {
      #expect(value.map { abs(threshold - $0) < 1e-13 } ?? (threshold == .infinity))
    }
    #expect(zip(found.joint, expected.joint).allSatisfy(agrees))
    #expect(zip(found.noise, expected.noise).allSatisfy(agrees))
    for row in found.noise { #expect(abs(row.reduce(0, +) - 1) < 1e-12) }
  }

  /// Four classes two apart in the plane (deviation 0.35), 10 % of the labels made another. Probabilities come from the
  /// class means of the other folds.
  ///
  /// Two classes' samples overlap by P(normal > 1 / 0.35) = 0.2 %, so nearly every wrong label lies in the middle of
  /// another class. Means of labels of which 10 % are wrong move by 0.2 of 2: hence the margin asked here, which a
  /// ranking by chance (precision 0.1) misses by far.
  @Test(arguments: 0..<3 as Range<UInt64>)
  func findsPlantedErrors(_ seed: UInt64) throws {
    let (count, classes) = (400, 4)
    var generator = RandomGenerator(seed: seed)
    let truth = (0..<count).map { _ in generator.integer(below: classes) }
    let noise = Tensor<Float>.normal([count, 2], standardDeviation: 0.35, using: &generator).scalars
    let points = truth.indices.map { sample in
      let (x, y) = (truth[sample] % 2 * 2, truth[sample] / 2 * 2)
      return (Double(x) + Double(noise[2 * sample]), Double(y) + Double(noise[2 * sample + 1]))
    }
    let wrong = Set(generator.permutation(of: count).prefix(count / 10))
    let labels = truth.indices.map { sample in
      wrong.contains(sample) ? (truth[sample] + 1 + generator.integer(below: 3)) % classes : truth[sample]
    }
    var probabilities = Array(repeating: Float(0), count: count * classes)
    for fold in try Splitter.stratified(by: labels).folds(5, seed: seed) {
      let means = (0..<classes).map { label -> (Double, Double) in
        let members = fold.training.filter { labels[$0] == label }
        let x = members.map { points[$0].0 }.reduce(0, +)
        let y = members.map { points[$0].1 }.reduce(0, +)
        return (x / Double(members.count), y / Double(members.count))
      }
      for sample in fold.validation {
        let weights = means.map { mean in
          let (x, y) = (points[sample].0 - mean.0, points[sample].1 - mean.1)
          return exp(-(x * x + y * y) / (2 * 0.35 * 0.35))
        }
        for label in 0..<classes {
          probabilities[sample * classes + label] = Float(weights[label] / weights.reduce(0, +))
        }
      }
    }
    let joint = try confidentJoint(
      probabilities: Tensor(shape: [count, classes], scalars: probabilities),
      labels: Tensor(labels.map { Int32($0) }))
    let suspects = joint.suspects()
    let found = suspects.filter { wrong.contains($0.sample) }
    #expect(Double(found.count) >= 0.9 * Double(suspects.count))
    #expect(Double(found.count) >= 0.9 * Double(wrong.count))
    #expect(Double(found.filter { $0.suggestion == truth[$0.sample] }.count) >= 0.95 * Double(found.count))
    // The binomial spread of 40 wrong labels among 400 is 0.015.
    #expect(abs(joint.errorRate - 0.1) < 0.02)
  }

  @Test func classesThatNobodyIsLabelledAs() throws {
    let probabilities = Tensor<Float>([[0.2, 0.1, 0.7], [0.6, 0.1, 0.3]])
    let found = try confidentJoint(probabilities: probabilities, labels: Tensor([0, 0]))
    #expect(found.thresholds[1] == .infinity && found.thresholds[2] == .infinity)
    #expect(found.counts == [[1, 0, 0], [0, 0, 0], [0, 0, 0]])
    #expect(found.noise[2] == [0, 0, 1])
    let empty = try confidentJoint(probabilities: .zeros([0, 3]), labels: Tensor([Int32]()))
    #expect(empty.errorRate == 0 && empty.suspects().isEmpty)
  }

  @Test func whatIsNoProbabilityIsRefused() throws {
    for value in [Float.nan, -0.1, 1.5, .infinity] {
      let error = try #require(throws: DataError.self) {
        try confidentJoint(probabilities: Tensor([[0.5, 0.5], [0.2, value]]), labels: Tensor([0, 1]))
      }
      #expect(error.kind == .malformed && error.place == .sample(1))
    }
    let error = try #require(throws: DataError.self) {
      try confidentJoint(probabilities: Tensor([[0.5, 0.5]]), labels: Tensor([2]))
    }
    #expect(error.kind == .labelOutOfRange)
  }
}
