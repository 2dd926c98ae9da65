import Foundation
import GraftMetrics
import GraftTensor
import Testing

/// What `Fixtures/make_probabilities.py` wrote.
private struct ProbabilityFixture: Decodable {
  /// The bins that are not empty.
  struct Reliability: Decodable {
    let accuracy: [Double]
    let confidence: [Double]
    let counts: [Int]
    let expected: Double
    let maximum: Double
  }

  struct Binary: Decodable {
    let labels: [Int32]
    let probabilities: [Float]
    let bins: Int
    let brier: Double
    let reliability: [String: Reliability]
  }

  struct Several: Decodable {
    let classes: Int
    let labels: [Int32]
    let logits: [Float]
    let probabilities: [Float]
    let bins: Int
    let brier: Double
    let reliability: [String: Reliability]
    let temperature: Double

    func tensor(_ scalars: [Float]) -> Tensor<Float> {
      Tensor(shape: [labels.count, classes], scalars: scalars)
    }
  }

  let binary: [Binary]
  let several: [Several]

  static let shared: ProbabilityFixture = fixture("probabilities.json")
}

@Suite struct CalibrationTests {
  private func expect(
    _ calibration: Calibration, bins: Int, _ expected: [String: ProbabilityFixture.Reliability]
  ) throws {
    for (binning, name) in [(Calibration.Binning.equalWidth, "uniform"), (.equalMass, "quantile")] {
      let reliability = try #require(expected[name])
      let table = calibration.table(bins: bins, binning)
      let full = table.bins.filter { $0.count > 0 }
      #expect(table.bins.count == bins)
      #expect(full.map(\.count) == reliability.counts, "\(binning)")
      #expect(agree(full.map(\.accuracy), reliability.accuracy), "\(binning)")
      #expect(agree(full.map(\.confidence), reliability.confidence), "\(binning)")
      #expect(agree(calibration.expectedError(bins: bins, binning), reliability.expected))
      #expect(agree(calibration.maximumError(bins: bins, binning), reliability.maximum))
    }
  }

  @Test(arguments: ProbabilityFixture.shared.binary.indices)
  func ofTwoClassesAgreesWithScikitLearn(_ number: Int) throws {
    let example = ProbabilityFixture.shared.binary[number]
    let (probabilities, labels) = (Tensor(example.probabilities), Tensor(example.labels))
    var calibration = Calibration()
    calibration.add(positiveProbabilities: probabilities, labels: labels)
    try expect(calibration, bins: example.bins, example.reliability)
    var (brier, columns) = (BrierScore(), BrierScore())
    brier.add(positiveProbabilities: probabilities, labels: labels)
    #expect(agree(brier.value, example.brier))
    // The other class' probability is 1 − p, rounded to single precision: 2⁻²⁵ at most, in a square below 1.
    let rows = example.probabilities.flatMap { [1 - $0, $0] }
    columns.add(probabilities: Tensor(shape: [labels.count, 2], scalars: rows), labels: labels)
    #expect(abs((columns.value ?? .nan) - example.brier) <= 0x1p-24)
  }

  @Test(arguments: ProbabilityFixture.shared.several.indices)
  func ofSeveralClassesAgreesWithScikitLearn(_ number: Int) throws {
    let example = ProbabilityFixture.shared.several[number]
    let (probabilities, labels) = (example.tensor(example.probabilities), Tensor(example.labels))
    var (calibration, brier) = (Calibration(), BrierScore())
    for start in stride(from: 0, to: labels.count, by: 5) {
      let rows = start..<min(start + 5, labels.count)
      var (part, partBrier) = (Calibration(), BrierScore())
      part.add(probabilities: probabilities.slice(rows), labels: labels.slice(rows))
      partBrier.add(probabilities: probabilities.slice(rows), labels: labels.slice(rows))
      calibration += part
      brier += partBrier
    }
    try expect(calibration, bins: example.bins, example.reliability)
    #expect(agree(brier.value, example.brier))
  }

  @Test(arguments: ProbabilityFixture.shared.several.indices)
  func findsTheTemperatureThatSciPyFinds(_ number: Int) {
    let example = ProbabilityFixture.shared.several[number]
    let scaling = TemperatureScaling(fitting: example.tensor(example.logits), labels: Tensor(example.labels))
    // Where the slope is 0 its rounding, a few 2⁻⁵³ of logits up to 30, moves the root by that over the curvature,
    // which falls to 10⁻⁴ in these cases.
    #expect(abs(scaling.temperature - example.temperature) <= 1e-9 * example.temperature)
  }

  @Test func temperaturesReachBothEnds() {
    let temperatures = ProbabilityFixture.shared.several.map(\.temperature)
    #expect(temperatures.contains(0.01) || temperatures.contains(100))
    #expect(temperatures.contains { $0 > 1 && $0 < 100 } && temperatures.contains { $0 < 1 && $0 > 0.01 })
    // Sure and right; sure and wrong.
    #expect(
      TemperatureScaling(fitting: Tensor([[4, 0], [0, 4]]), labels: Tensor([0, 1])).temperature == 0.01)
    #expect(
      TemperatureScaling(fitting: Tensor([[4, 0], [0, 4]]), labels: Tensor([1, 0])).temperature == 100)
  }

  @Test func scalingMakesAnOverconfidentModelHonest() throws {
    // Labels drawn from the softmax of logits; the model claims three times those.
    var generator = RandomGenerator(seed: 8)
    let logits = Tensor<Float>.normal([4000, 3], using: &generator)
    let probabilities = logits.softmax().scalars
    let labels = (0..<4000).map { row -> Int32 in
      let draw = Float(generator.integer(below: 1 << 24)) / 0x1p24
      let first = probabilities[3 * row]
      return draw < first ? 0 : draw < first + probabilities[3 * row + 1] ? 1 : 2
    }
    let scaling = TemperatureScaling(fitting: logits * 3, labels: Tensor(labels))
    var (before, after) = (Calibration(), Calibration())
    before.add(logits: logits * 3, labels: Tensor(labels))
    after.add(logits: scaling(logits * 3), labels: Tensor(labels))
    // The information on β of a sample is the variance of its logits, about 0.5 here (0.5·9 in units of the claimed
    // logits); the deviation of T = 3 over 4000 samples is then 3·√(1/(4000·0.5)) = 0.07.
    #expect(abs(scaling.temperature - 3) < 5 * 0.07)
    // Accuracies of 15 bins of 267 samples deviate by at most √(0.25/267) = 0.03 each; half of that on average.
    #expect(try #require(after.expectedError()) < 0.04)
    #expect(try #require(before.expectedError()) > 0.15)
  }

  @Test func decodesATemperatureAndNothingElse() throws {
    let scaling = TemperatureScaling(temperature: 1.7)
    #expect(try JSONDecoder().decode(TemperatureScaling.self, from: JSONEncoder().encode(scaling)) == scaling)
    for text in ["{\"temperature\":0}", "{\"temperature\":-1}", "{}"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(TemperatureScaling.self, from: Data(text.utf8))
      }
    }
  }

  @Test func edgesBelongToTheBinBelow() {
    var calibration = Calibration()
    calibration.add(positiveProbabilities: Tensor([0, 0.25, 0.5, 0.75, 1]), labels: Tensor([0, 0, 1, 1, 1]))
    #expect(calibration.table(bins: 4).bins.map(\.count) == [2, 1, 1, 1])
    #expect(calibration.table(bins: 2, .equalMass).bins.map(\.count) == [3, 2])
    #expect(
      calibration.table(bins: 2).description == """
        confidence    mean  accuracy     gap  samples
        0.000…0.500  0.250     0.333  -0.083        3
        0.500…1.000  0.875     1.000  -0.125        2
        """)
  }

  @Test func isNotDefinedWithoutSamplesAndForNaN() {
    var calibration = Calibration()
    #expect(calibration.expectedError() == nil && calibration.maximumError(.equalMass) == nil)
    #expect(BrierScore().value == nil)
    calibration.add(positiveProbabilities: Tensor([0.5, .nan]), labels: Tensor([0, 1]))
    #expect(calibration.expectedError() == nil && calibration.expectedError(.equalMass) == nil)
  }

  @Test func trapsAtLogits() async {
    await #expect(processExitsWith: .failure) {
      var calibration = Calibration()
      calibration.add(probabilities: Tensor([[3, -1]]), labels: Tensor([0]))
    }
    await #expect(processExitsWith: .failure) {
      _ = TemperatureScaling(fitting: Tensor([[.infinity, 0]]), labels: Tensor([0]))
    }
  }
}
