import GraftTensor
import Testing

@testable import GraftData

@Suite struct MixingTests {
  /// Five images of 3 × 6 × 8, each of one number: its own.
  private let inputs: Tensor<Float> = .concatenated(
    (0..<5).map { Tensor<Float>(repeating: Float($0), shape: [1, 3, 6, 8]) })
  private let targets = Tensor<Float>(probabilitiesOf: Tensor<Int32>([0, 1, 2, 3, 4]), classes: 5)

  /// What each sample is made of, from its targets: the classes other than its own, and their share.
  private func check(_ mixed: MixedBatch) {
    for (sample, row) in (0..<5).map({ ($0, mixed.targets.select($0).scalars) }) {
      #expect(abs(row.reduce(0, +) - 1) < 1e-6)
      #expect(row.count { $0 > 0 } <= 2)
      // The mean of a sample's elements tells the same shares as its targets.
      let mean = mixed.inputs.select(sample).mean().scalar
      let expected = zip(row, 0..<5).reduce(Float(0)) { $0 + $1.0 * Float($1.1) }
      #expect(abs(mean - expected) < 1e-5)
    }
  }

  @Test func mixupMixesSamplesAndTargetsAlike() {
    var (generator, same) = (RandomGenerator(seed: 7), RandomGenerator(seed: 7))
    var shares: [Double] = []
    for _ in 0..<300 {
      let mixed = Mixup(alpha: 0.4)(inputs, targets: targets, using: &generator)
      check(mixed)
      let share = Float(same.beta(0.4, 0.4))
      let partners = same.permutation(of: 5)
      for (sample, partner) in partners.enumerated() {
        let expected = Float(sample) * share + Float(partner) * (1 - share)
        #expect(mixed.inputs.element(sample, 2, 5, 7) == expected)
      }
      shares.append(Double(share))
    }
    #expect(generator == same)
    // Beta(0.4, 0.4): mean ½, variance 0.25 / 1.8.
    let mean = shares.reduce(0, +) / 300
    let deviation = (0.25 / 1.8 / 300).squareRoot()
    #expect(abs(mean - 0.5) < 5 * deviation)
  }

  @Test func cutMixMixesByArea() {
    var generator = RandomGenerator(seed: 8)
    var areas: Set<Float> = []
    for _ in 0..<60 {
      let mixed = CutMix()(inputs, targets: targets, using: &generator)
      check(mixed)
      // Nothing but whole pixels of one sample or the other, the same place in all channels.
      for sample in 0..<5 {
        let image = mixed.inputs.select(sample)
        #expect(Set(image.scalars).count <= 2)
        #expect(image.select(0) == image.select(2))
      }
      areas.insert(mixed.targets.element(0, 0))
    }
    #expect(areas.count > 10)
  }

  @Test func cutMixDrawsRectanglesAsPublished() {
    let size = ImageSize(height: 100, width: 200)
    var (generator, same) = (RandomGenerator(seed: 9), RandomGenerator(seed: 9))
    for _ in 0..<300 {
      let (rows, columns) = CutMix().rectangle(in: size, using: &generator)
      let side = (1 - same.beta(1, 1)).squareRoot()
      let (x, y) = (same.integer(below: 200), same.integer(below: 100))
      #expect(rows == max(0, y - Int(side * 50))..<min(100, y + Int(side * 50)))
      #expect(columns == max(0, x - Int(side * 100))..<min(200, x + Int(side * 100)))
    }
  }

  @Test func batchesAreMixedByTheirLabels() throws {
    let data = try randomImages([12, 3, 6, 8], classes: 4, seed: 5)
    let batch = try #require(data.batches(of: 12).first { _ in true })
    var (generator, same) = (RandomGenerator(seed: 1), RandomGenerator(seed: 1))
    let mixed = Mixup(alpha: 0.2)(batch, classes: 4, using: &generator)
    let expected = Mixup(alpha: 0.2)(
      batch.inputs, targets: Tensor(probabilitiesOf: batch.labels, classes: 4), using: &same)
    #expect(mixed.inputs == expected.inputs && mixed.targets == expected.targets)
    #expect(mixed.targets.shape == [12, 4])
  }

  @Test func eitherIsChosenAsOftenAsAsked() {
    var generator = RandomGenerator(seed: 3)
    let either = MixupOrCutMix(Mixup(alpha: 1), CutMix(), cutMixProbability: 0.2)
    // Mixup leaves no whole numbers but by chance, CutMix nothing else.
    let cut = (0..<200).count { _ in
      let mixed = either(inputs, targets: targets, using: &generator)
      return mixed.inputs.scalars.allSatisfy { $0 == $0.rounded() }
    }
    // Binomial(200, 0.2): deviation 5.7; and permutations that leave everything, one in 120.
    #expect(abs(cut - 40) < 34)
  }

  @Test func whatDoesNotFitStops() async {
    await #expect(processExitsWith: .failure) { _ = Mixup(alpha: 0) }
    await #expect(processExitsWith: .failure) {
      _ = MixedBatch(inputs: .zeros([3, 2]), targets: .zeros([2, 2]))
    }
  }
}
