import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct ErasingTests {
  private let size = ImageSize(height: 40, width: 60)

  @Test func drawsAreaAndRatioAsAsked() {
    let erasing = RandomErasing(area: 0.1...0.3, ratio: 0.5...2)
    var generator = RandomGenerator(seed: 8)
    var (areas, logarithms, tops) = ([Double](), [Double](), [Double]())
    for _ in 0..<1_000 {
      guard let (rows, columns) = erasing.rectangle(in: size, using: &generator) else {
        Issue.record("nothing in ten attempts")
        continue
      }
      #expect(rows.lowerBound >= 0 && rows.upperBound <= 40 && columns.upperBound <= 60)
      areas.append(Double(rows.count * columns.count) / 2_400)
      logarithms.append(log(Double(rows.count) / Double(columns.count)))
      tops.append(Double(rows.lowerBound) / Double(40 - rows.count))
    }
    // Sides are rounded by half a pixel of at least 10.
    #expect(areas.allSatisfy { $0 > 0.09 && $0 < 0.32 })
    #expect(logarithms.allSatisfy { abs($0) < log(2) + 0.1 })
    // Means of uniform draws: five times width / √12 / √1000. The tallest has 38 rows, so that none is rejected.
    let mean = { (values: [Double]) in values.reduce(0, +) / Double(values.count) }
    let deviation = (1.0 / 12 / 1_000).squareRoot()
    #expect(abs(mean(areas) - 0.2) < 5 * deviation * 0.2)
    #expect(abs(mean(logarithms)) < 5 * deviation * 2 * log(2))
    // Few places for a tall one: up to 1.2 times the deviation.
    #expect(abs(mean(tops) - 0.5) < 6 * deviation)
  }

  @Test func erasesARectangleAndNothingElse() {
    let image = Tensor<UInt8>(repeating: 7, shape: [3, 40, 60])
    for seed in 0..<20 as Range<UInt64> {
      var (generator, same) = (RandomGenerator(seed: seed), RandomGenerator(seed: seed))
      let erasing = RandomErasing(probability: 1, filling: .color([1, 2, 3]))
      let result = erasing(image, using: &generator)
      _ = same.unit()
      let rectangle = erasing.rectangle(in: size, using: &same)
      for (index, byte) in result.scalars.enumerated() {
        let (channel, row, column) = (index / 2_400, index / 60 % 40, index % 60)
        let isErased = rectangle.map { $0.rows.contains(row) && $0.columns.contains(column) } ?? false
        if byte != (isErased ? UInt8(channel + 1) : 7) {
          Issue.record("seed \(seed): \(byte) at \(channel), \(row), \(column)")
          break
        }
      }
    }
    // What is put in takes nothing from the generator that another filling would not.
    var (colored, noisy) = (RandomGenerator(seed: 3), RandomGenerator(seed: 3))
    let color = RandomErasing(probability: 1)(image, using: &colored)
    let noise = RandomErasing(probability: 1, filling: .noise)(image, using: &noisy)
    #expect(colored == noisy && Set(noise.scalars).count > 100)
    #expect(zip(color.scalars, noise.scalars).allSatisfy { $0 == 0 || $1 == 7 })
  }

  @Test func erasesAsOftenAsAskedAndOnlyWhatFits() {
    let image = Tensor<UInt8>(repeating: 7, shape: [1, 12, 12])
    var generator = RandomGenerator(seed: 2)
    let erased = (0..<400).count { _ in RandomErasing(probability: 0.25)(image, using: &generator) != image }
    // Binomial(400, ¼): deviation 8.7.
    #expect(abs(erased - 100) < 44)
    // All of the area is not smaller than the image.
    #expect(RandomErasing(probability: 1, area: 1...1, ratio: 1...1)(image, using: &generator) == image)
  }
}

@Suite struct NoiseTests {
  @Test func gaussianNoiseHasItsDeviation() {
    let image = Tensor<UInt8>(repeating: 128, shape: [3, 30, 40])
    var generator = RandomGenerator(seed: 4)
    let noisy = GaussianNoise(standardDeviation: 0.05)(image, using: &generator)
    let differences = noisy.scalars.map { Double($0) - 128 }
    let n = Double(differences.count)
    let mean = differences.reduce(0, +) / n
    let variance = differences.reduce(0) { $0 + $1 * $1 } / n
    // σ = 12.75 levels, and 1/12 for the rounding. The mean's deviation is σ / √n, the variance's σ² √(2 / n).
    let expected = 12.75 * 12.75 + 1.0 / 12
    #expect(abs(mean) < 5 * expected.squareRoot() / n.squareRoot())
    #expect(abs(variance - expected) < 5 * expected * (2 / n).squareRoot())
    // Numbers are not rounded, but confined.
    let white = GaussianNoise(standardDeviation: 1)(Tensor<Float>.ones([1, 20, 20]), using: &generator)
    #expect(white.scalars.allSatisfy { $0 >= 0 && $0 <= 1 } && Set(white.scalars).count > 50)
    #expect(GaussianNoise(standardDeviation: 0)(image, using: &generator) == image)
  }

  @Test func saltAndPepperHitPixelsWhole() {
    let image = Tensor<UInt8>(repeating: 128, shape: [3, 40, 50])
    var generator = RandomGenerator(seed: 5)
    let result = SaltAndPepper(amount: 0.2, whiteShare: 0.25)(image, using: &generator)
    let first = result.select(0).scalars
    for channel in 1..<3 { #expect(result.select(channel).scalars == first) }
    let (white, black) = (first.count { $0 == 255 }, first.count { $0 == 0 })
    // Of 2000 pixels 100 and 300: deviations 9.7 and 16.
    #expect(abs(white - 100) < 49 && abs(black - 300) < 80)
    #expect(first.allSatisfy { [0, 128, 255].contains($0) })
  }
}
