import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct NormalizationTests {
  @Test func standardisesEachChannel() throws {
    let images = try randomImages([4, 3, 2, 5], classes: 2, seed: 3)
    let plain = images.inputs
    let normalized = images.normalized(by: .imageNet).inputs
    #expect(bits(normalized) == bits(Normalization.imageNet(plain)))
    for (image, channel, row, column) in [(0, 0, 0, 0), (1, 1, 1, 3), (3, 2, 1, 4)] {
      let expected =
        (plain.element(image, channel, row, column) - Normalization.imageNet.mean[channel])
        / Normalization.imageNet.standardDeviation[channel]
      #expect(normalized.element(image, channel, row, column) == expected)
    }
    #expect(images.normalized(by: .imageNet).normalized(by: nil).inputs == plain)
  }

  @Test func isFittedToTheData() throws {
    var generator = RandomGenerator(seed: 4)
    let inputs = Tensor<Float>.normal([600, 3], mean: 5, standardDeviation: 2, using: &generator)
    let column = Tensor<Float>(repeating: 0.1, shape: [600, 1])
    let dataset = try LabeledDataset(
      inputs: .concatenated([inputs, column], along: 1),
      labels: Tensor(repeating: 0, shape: [600]))
    let fitted = Normalization(fittedTo: dataset)
    let values = inputs.transposed().contiguous().scalars.map(Double.init)
    for channel in 0..<3 {
      let own = values[(channel * 600)..<(channel * 600 + 600)]
      let mean = own.reduce(0, +) / 600
      let deviation = (own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 600).squareRoot()
      // A block adds up to 256 values in single precision, each addition with a relative error of 2⁻²⁴ at most; the
      // rest is done in double precision.
      #expect(abs(Double(fitted.mean[channel]) - mean) <= mean * 256 * 0x1p-24)
      #expect(abs(Double(fitted.standardDeviation[channel]) - deviation) <= deviation * 256 * 0x1p-24)
    }
    #expect(fitted.mean[3] == 0.1 && fitted.standardDeviation[3] == 1)
    // What was fitted leaves mean 0 and deviation 1, whatever normalisation was there before.
    let again = Normalization(fittedTo: dataset.normalized(by: fitted))
    #expect(again == fitted)
  }

  @Test func isCheckedWhenDecoded() throws {
    let encoded = try JSONEncoder().encode(Normalization.cifar10)
    #expect(try JSONDecoder().decode(Normalization.self, from: encoded) == .cifar10)
    for text in [#"{"mean":[0],"standardDeviation":[0]}"#, #"{"mean":[],"standardDeviation":[]}"#] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(Normalization.self, from: Data(text.utf8))
      }
    }
  }
}

@Suite struct AugmentationTests {
  private let image = Tensor<Float>(shape: [1, 2, 3], scalars: [1, 2, 3, 4, 5, 6])

  @Test func flipsAsOftenAsAsked() {
    var flips = 0
    for seed in 0..<400 as Range<UInt64> {
      var generator = RandomGenerator(seed: seed)
      let result = HorizontalFlip(probability: 0.3)(image, using: &generator).scalars
      if result == [3, 2, 1, 6, 5, 4] { flips += 1 } else { #expect(result == image.scalars) }
    }
    // Binomial(400, 0.3): mean 120, deviation 9.2; five deviations to either side.
    #expect(abs(flips - 120) < 46)
    var generator = RandomGenerator(seed: 0)
    #expect(HorizontalFlip(probability: 1)(image, using: &generator).scalars == [3, 2, 1, 6, 5, 4])
    #expect(HorizontalFlip(probability: 0)(image, using: &generator) == image)
  }

  @Test func cropsAtEveryPlaceOfThePaddedImage() {
    var seen: Set<[Float]> = []
    for seed in 0..<300 as Range<UInt64> {
      var generator = RandomGenerator(seed: seed)
      let crop = PaddedCrop(padding: 1, fill: 255)(image, using: &generator)
      #expect(crop.shape == image.shape)
      seen.insert(crop.scalars)
    }
    #expect(seen.count == 9)
    #expect(seen.contains(image.scalars))
    #expect(seen.contains([1, 1, 1, 1, 1, 2]) && seen.contains([5, 6, 1, 1, 1, 1]))
  }

  @Test func chainsApplyFromLeftToRight() {
    let chain = HorizontalFlip(probability: 1) + PaddedCrop(padding: 1) + HorizontalFlip(probability: 1)
    #expect(chain.parts.count == 3)
    var generator = RandomGenerator(seed: 8)
    var same = generator
    let result = chain(image, using: &generator)
    _ = same.next()
    let expected = PaddedCrop(padding: 1)(image.flipped(along: [2]), using: &same).flipped(along: [2])
    #expect(result == expected)
  }
}
