import GraftTensor
import Testing

@testable import GraftData

/// torchvision's names for the operations.
private let operations: [String: PolicyOperation] = [
  "Identity": .identity, "ShearX": .shearX, "ShearY": .shearY, "TranslateX": .translateX,
  "TranslateY": .translateY, "Rotate": .rotate, "Brightness": .brightness, "Color": .saturation,
  "Contrast": .contrast, "Sharpness": .sharpness, "Posterize": .posterize, "Solarize": .solarize,
  "AutoContrast": .autocontrast, "Equalize": .equalize,
]

@Suite struct PolicyTests {
  /// Shears, translations and rotations, by strengths at which no place is on the border of two pixels. Pillow cuts
  /// the fractions of a mixture off where this library rounds: a level, and another for the coefficients' rounding.
  @Test func movesPixelsAsTorchvisionDoes() throws {
    let images = try AugmentedImages()
    let gray = try images.image("gray")
    var count = 0
    for (name, operation) in operations {
      for key in images.file.names where key.hasPrefix(name + " ") {
        let words = key.split(separator: " ")
        let filter: ResamplingFilter = words[2] == "nearest" ? .nearest : .bilinear
        let result = operation.applied(
          to: gray, strength: try #require(Double(words[1])), filter: filter, fill: 5)
        let expected = try images.file.tensor(key, as: UInt8.self)
        let largest = zip(result.scalars, expected.scalars).map { abs(Int($0) - Int($1)) }.max()
        #expect(try #require(largest) <= (filter == .nearest ? 0 : 2), "\(key)")
        #expect(result != gray)
        count += 1
      }
    }
    #expect(count == 16)
  }

  /// Every operation in every bin: torchvision keeps its strengths as floats.
  @Test func strengthsAreTorchvisions() throws {
    let file = try AugmentedImages().file
    let gray = try AugmentedImages().image("gray")
    let policies: [(String, PolicyStrengths, bins: Int, [PolicyOperation])] = [
      ("RandAugment", RandAugment.strengths, 31, PolicyOperation.allCases),
      ("TrivialAugmentWide", TrivialAugmentWide.strengths, 31, PolicyOperation.allCases),
      ("AugMix", AugMix.strengths, 10, AugMix().operations),
    ]
    for (policy, strengths, bins, expected) in policies {
      let keys = file.names.filter { $0.hasPrefix(policy + " ") }
      var seen: Set<PolicyOperation> = []
      for key in keys {
        let words = key.split(separator: " ")
        let operation = try #require(operations[String(words[words.count - 1])])
        seen.insert(operation)
        #expect(operation.isSigned == (words.count == 3), "\(key)")
        let values = try file.tensor(key, as: Float.self).scalars
        for (bin, value) in values.enumerated() {
          let strength = strengths.strength(of: operation, bin: bin, of: bins, size: ImageSize(of: gray))
          // A few roundings to float of numbers up to 255.
          #expect(abs(strength - Double(value)) <= 1e-4, "\(key), bin \(bin)")
        }
      }
      #expect(seen == Set(expected))
    }
    #expect(AugMix(usesAllOperations: false).operations.count == 9)
  }

  @Test func drawsOperationsAndSignsEvenly() {
    var generator = RandomGenerator(seed: 11)
    var counts: [PolicyOperation: Int] = [:]
    var negative = 0
    let draws = 2_800
    for _ in 0..<draws {
      let draw = PolicyDraw(from: PolicyOperation.allCases, bin: 3, using: &generator)
      counts[draw.operation, default: 0] += 1
      #expect(draw.operation.isSigned || !draw.isNegative)
      if draw.isNegative { negative += 1 }
    }
    // 200 of each, deviation 13.6; nine of fourteen operations have a sign: 900 negative, deviation 24.7. Five deviations.
    #expect(counts.count == 14 && counts.values.allSatisfy { abs($0 - 200) < 68 })
    #expect(abs(negative - 900) < 124)
  }

  @Test func policiesAreSeeded() throws {
    let images = try AugmentedImages()
    let color = try images.image("color")
    let policies: [any ImageAugmentation] = [
      RandAugment(magnitude: 20), TrivialAugmentWide(), AugMix(severity: 9),
    ]
    for policy in policies {
      var results: Set<[UInt8]> = []
      for seed in 0..<12 as Range<UInt64> {
        var (generator, same, other) = (
          RandomGenerator(seed: seed), RandomGenerator(seed: seed), RandomGenerator(seed: seed)
        )
        let result = policy(color, using: &generator)
        #expect(result.shape == color.shape)
        #expect(policy(color, using: &same) == result)
        // Another image of the same size takes the same words.
        _ = policy(try images.image("dim"), using: &other)
        #expect(generator == same && generator == other)
        results.insert(result.scalars)
      }
      // Some draws are none, or too weak to be seen.
      #expect(results.count >= 8, "\(policy)")
    }
    var generator = RandomGenerator(seed: 1)
    #expect(RandAugment(count: 0)(color, using: &generator) == color)
  }

  /// An image of one level is made another by few operations; a mixture stays between what is mixed.
  @Test func aMixtureIsBetweenItsParts() {
    // Neither moved nor changed in colour by what AugMix does at its weakest: solarising from 255 on, no distance, 4 bits.
    let image = Tensor<UInt8>(repeating: 240, shape: [3, 6, 7])
    var generator = RandomGenerator(seed: 4)
    for _ in 0..<20 {
      let mixture = AugMix(severity: 1, usesAllOperations: false)(image, using: &generator)
      #expect(mixture == image)
    }
  }
}

@Suite struct ChoiceTests {
  /// Adds a number to every element: what was applied, and in which order, can be read from the result.
  private struct Step: ImageAugmentation {
    let digit: UInt8
    func callAsFunction(
      _ image: Tensor<UInt8>, using generator: inout RandomGenerator
    ) -> Tensor<UInt8> { image.map { $0 &* 4 &+ digit } }
  }
  private struct OnNumbers: Augmentation {
    func callAsFunction(
      _ image: Tensor<Float>, using generator: inout RandomGenerator
    ) -> Tensor<Float> { image * 0.5 }
  }
  private let image = Tensor<UInt8>(shape: [1, 1, 1], scalars: [0])

  /// How often each result comes out.
  private func counts(
    of augmentation: some ImageAugmentation, draws: Int, seed: UInt64 = 6
  ) -> [UInt8: Int] {
    var generator = RandomGenerator(seed: seed)
    return Dictionary(
      (0..<draws).map { _ in (augmentation(image, using: &generator).scalar, 1) }, uniquingKeysWith: +)
  }

  @Test func appliesAsOftenAsAsked() {
    let often = counts(of: RandomApply(Step(digit: 1), probability: 0.3), draws: 1_000)
    // Binomial(1000, 0.3): deviation 14.5; five of them.
    #expect(abs((often[1] ?? 0) - 300) < 73 && often.values.reduce(0, +) == 1_000)
    #expect(counts(of: RandomApply(.invert, probability: 1), draws: 5) == [255: 5])
    #expect(counts(of: RandomApply(.invert, probability: 0), draws: 5) == [0: 5])
    var generator = RandomGenerator(seed: 1)
    let halves = RandomApply(OnNumbers(), probability: 1)(Tensor<Float>([1]), using: &generator)
    #expect(halves.scalars == [0.5])
  }

  @Test func staysGeometricWhereItsPartIs() {
    let flip: any Augmentation = RandomApply(HorizontalFlip(probability: 1), probability: 1)
    #expect(flip is any GeometricAugmentation && flip is any ImageAugmentation)
    let numbers: any Augmentation = RandomApply(OnNumbers())
    #expect(!(numbers is any ImageAugmentation))
    let size = ImageSize(height: 2, width: 3)
    var generator = RandomGenerator(seed: 1)
    let flipped = HorizontalFlip(probability: 1)
    #expect(
      RandomApply(flipped, probability: 1).warp(of: size, using: &generator)
        == flipped.warp(of: size, using: &generator))
    #expect(RandomApply(flipped, probability: 0).warp(of: size, using: &generator) == .identity(of: size))
  }

  @Test func choosesByWeight() {
    let parts = [(Step(digit: 1), weight: 1.0), (Step(digit: 2), weight: 3), (Step(digit: 3), weight: 0)]
    let weighted = counts(
      of: OneOf(parts.map { ($0.0 as any Augmentation, weight: $0.weight) }), draws: 1_000)
    // Binomial(1000, ¼): deviation 13.7.
    #expect(abs((weighted[1] ?? 0) - 250) < 69 && weighted[3] == nil)
    #expect((weighted[1] ?? 0) + (weighted[2] ?? 0) == 1_000)
    let even = counts(of: OneOf([Step(digit: 1), Step(digit: 2), Step(digit: 3)]), draws: 1_200)
    // 400 of each, deviation 16.3.
    #expect(even.count == 3 && even.values.allSatisfy { abs($0 - 400) < 82 })
    // A part that works on numbers.
    var generator = RandomGenerator(seed: 1)
    let light = Tensor<UInt8>(shape: [1, 1, 1], scalars: [200])
    #expect(OneOf([OnNumbers()])(light, using: &generator).scalar == 100)
    #expect(OneOf([OnNumbers()])(Tensor<Float>([1]), using: &generator).scalars == [0.5])
  }

  @Test func ordersEvenly() {
    let orders = counts(of: RandomOrder([Step(digit: 1), Step(digit: 2), Step(digit: 3)]), draws: 1_200)
    // The six numbers of three digits to the base of four; 200 of each, deviation 12.9.
    #expect(Set(orders.keys) == [27, 30, 39, 45, 54, 57])
    #expect(orders.values.allSatisfy { abs($0 - 200) < 65 })
  }

  @Test func weightsWithoutAnyStop() async {
    await #expect(processExitsWith: .failure) { _ = OneOf([(ColorOperation.invert, weight: 0)]) }
  }
}
