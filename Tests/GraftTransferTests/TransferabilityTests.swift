import Foundation
import GraftAutograd
import GraftData
import GraftNN
import GraftTensor
import Testing

@testable import GraftTransfer

/// What `Fixtures/make_transferability.py` wrote.
private struct TransferabilityCase: Decodable, CustomStringConvertible, Sendable {
  let name: String
  let shape: [Int]
  let features: [Float]
  let labels: [Int32]
  let targets: [Float]
  let sourceClasses: Int
  let sourceProbabilities: [Float]
  let logME: Double
  let logMEOfTargets: Double
  let hScore: Double
  let regularizedHScore: Double
  let shrinkage: Double
  let leep: Double
  let nce: Double

  var description: String { name }
  var featureTensor: Tensor<Float> { Tensor(shape: Shape(shape), scalars: features) }
  var labelTensor: Tensor<Int32> { Tensor(labels) }
  var probabilityTensor: Tensor<Float> {
    Tensor(shape: [labels.count, sourceClasses], scalars: sourceProbabilities)
  }

  static let all: [TransferabilityCase] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    let file = folder.appending(path: "transferability.json")
    return try! JSONDecoder().decode([TransferabilityCase].self, from: Data(contentsOf: file))
  }()
}

/// Both sides compute in double precision. The squared singular values of the features lie within a factor of 10⁵ of each other, so
/// that the smallest is known to 10⁵ · 10⁻¹⁵ or so; the effects of a wrong formula are above 10⁻³.
private func agree(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(1, abs(b)) }

@Suite struct TransferabilityTests {
  @Test(arguments: TransferabilityCase.all)
  fileprivate func scoresFollowTheirDefinitions(_ expected: TransferabilityCase) {
    let (features, labels) = (expected.featureTensor, expected.labelTensor)
    let targets = Tensor(shape: [labels.count, 2], scalars: expected.targets)
    let probabilities = expected.probabilityTensor
    let scores: [(String, Double, Double)] = [
      ("LogME", logME(features: features, labels: labels), expected.logME),
      ("of targets", logME(features: features, targets: targets), expected.logMEOfTargets),
      ("H-score", hScore(features: features, labels: labels), expected.hScore),
      (
        "regularised", hScore(features: features, labels: labels, regularized: true),
        expected.regularizedHScore
      ),
      ("LEEP", leep(sourceProbabilities: probabilities, labels: labels), expected.leep),
      ("NCE", nce(sourceLabels: probabilities.argmax(along: 1), labels: labels), expected.nce),
    ]
    for (name, found, expected) in scores {
      #expect(agree(found, expected), "\(name): \(found) instead of \(expected)")
    }
    let matrix = FeatureMatrix(features, operation: "test").centered
    let shrinkage = CovarianceShrinkage(of: matrix, matrix.spectrum(targets: []))
    #expect(agree(shrinkage.intensity, expected.shrinkage))
  }

  /// Features that say nothing, little and much about three classes.
  private func features(signal: Float, seed: UInt64 = 3) -> (Tensor<Float>, Tensor<Int32>) {
    var generator = RandomGenerator(seed: seed)
    var scalars = Tensor<Float>.normal([90, 6], using: &generator).scalars
    let labels = (0..<90).map { Int32($0 % 3) }
    for row in 0..<90 { scalars[row * 6 + Int(labels[row])] += signal }
    return (Tensor(shape: [90, 6], scalars: scalars), Tensor(labels))
  }

  @Test func moreSignalScoresHigher() {
    for score in [TransferabilityScore.logME, .hScore, .regularizedHScore] {
      let values = [Float(0), 1, 2, 4].map { signal in
        let (features, labels) = features(signal: signal)
        return score.value(features: features, sourceProbabilities: nil, labels: labels) ?? .nan
      }
      // A covariance shrunk to a multiple of the identity gives 0, whatever little there is to see.
      for (less, more) in zip(values, values.dropFirst()) { #expect(more >= less, "\(score): \(values)") }
      #expect(values[2] > values[0] + 0.3 && values[3] > values[2] + 0.3, "\(score): \(values)")
    }
  }

  /// Turning the features does not change what a linear head can make of them; nor does scaling, but for LogME's 10⁻⁵ and single
  /// precision.
  @Test func scoresDoNotDependOnTheBasis() {
    let (features, labels) = features(signal: 1.5)
    let (c, s) = (Float(0.6), Float(0.8))
    var turned = features.scalars
    for row in 0..<90 {
      let (x, y) = (turned[row * 6], turned[row * 6 + 4])
      (turned[row * 6], turned[row * 6 + 4]) = (c * x - s * y, s * x + c * y)
    }
    let other = Tensor(shape: [90, 6], scalars: turned)
    for score in [TransferabilityScore.logME, .hScore, .regularizedHScore] {
      let first = score.value(features: features, sourceProbabilities: nil, labels: labels) ?? .nan
      let second = score.value(features: other, sourceProbabilities: nil, labels: labels) ?? .nan
      #expect(abs(first - second) < 1e-5, "\(score): \(first), \(second)")
    }
    #expect(
      abs(hScore(features: features, labels: labels) - hScore(features: features * 50, labels: labels)) < 1e-5
    )
  }

  @Test func extremesOfFeatures() {
    let (_, labels) = features(signal: 0)
    // Of constant features only the noise is left: each class against the rest as a regression without weights.
    let none = logME(features: .zeros([90, 4]), labels: labels)
    let residual = 30.0
    let beta = 90 / (residual + 1e-5)
    #expect(agree(none, 0.5 * log(beta / (2 * .pi)) - beta * residual / 180))
    #expect(hScore(features: .ones([90, 4]), labels: labels) == 0)
    #expect(hScore(features: .ones([90, 4]), labels: labels, regularized: true) == 0)
    // The labels themselves separate the classes wholly: two directions that explain all of their variance.
    let perfect = Tensor(shape: [90, 3], scalars: (0..<270).map { Float($0 / 3 % 3 == $0 % 3 ? 1 : 0) })
    #expect(agree(hScore(features: perfect, labels: labels), 2))
    #expect(logME(features: perfect, labels: labels) > none + 3)
  }

  @Test func extremesOfLabels() {
    let labels = Tensor<Int32>([0, 1, 2, 0, 1, 2, 0, 0])
    let certain = Tensor(
      shape: [8, 3], scalars: labels.scalars.flatMap { l in (0..<3).map { Float($0 == l ? 1 : 0) } })
    #expect(
      leep(sourceProbabilities: certain, labels: labels) == 0
        && nce(sourceLabels: labels, labels: labels) == 0)
    // An old task that says nothing leaves the entropy of the new labels.
    let entropy = -(0.5 * log(0.5) + 2 * 0.25 * log(0.25))
    let nothing = Tensor<Float>(repeating: 0.25, shape: [8, 4])
    #expect(agree(leep(sourceProbabilities: nothing, labels: labels), -entropy))
    #expect(agree(nce(sourceLabels: .zeros([8]), labels: labels), -entropy))
    // An old class that no sample has is no division by zero.
    let unused = Tensor(
      shape: [8, 4], scalars: labels.scalars.flatMap { l in (0..<4).map { Float($0 == l ? 1 : 0) } })
    #expect(leep(sourceProbabilities: unused, labels: labels) == 0)
  }

  @Test func mistakesStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = logME(features: Tensor([1]), labels: Tensor([0])) }
    await #expect(processExitsWith: .failure) {
      _ = logME(features: Tensor([[.nan, 1], [1, 2]]), labels: Tensor([0, 1]))
    }
    await #expect(processExitsWith: .failure) {
      _ = hScore(features: .zeros([2, 2]), labels: Tensor([0, -1]))
    }
    await #expect(processExitsWith: .failure) {
      _ = leep(sourceProbabilities: Tensor([[0.5, 0.6]]), labels: Tensor([0]))
    }
    await #expect(processExitsWith: .failure) { _ = nce(sourceLabels: Tensor([0]), labels: Tensor([0, 1])) }
  }
}
