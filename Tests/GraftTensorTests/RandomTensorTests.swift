import CGraftKernels
import Foundation
import Testing

@testable import GraftTensor

@Suite struct RandomTensorTests {
  /// Statistical bounds are five standard errors wide: a correct generator would break one in two million.
  let bound = 5.0

  @Test(arguments: [0, 1, 3, 4, 257, 1_000])
  func wordsAreThoseOfTheGenerator(count: Int) {
    let place = graft_random_place(seed: 7, stream: 9, block: UInt64.max - 20)
    var words = [UInt32](repeating: 0, count: count)
    graft_random_words(place, &words, count)
    for index in 0..<count {
      let block = RandomGenerator.words(seed: 7, stream: 9, block: place.block &+ UInt64(index / 4))
      #expect(words[index] == [block.0, block.1, block.2, block.3][index % 4])
    }
  }

  @Test func elementsDoNotDependOnThreadsOrShape() {
    func draw(_ shape: Shape, threads: Int) -> [Tensor<Float>] {
      ComputeThreads.withCount(threads) {
        var generator = RandomGenerator(seed: 3, stream: 1)
        return [
          .uniform(shape, in: -1..<3, using: &generator), .normal(shape, using: &generator),
          .truncatedNormal(shape, using: &generator), .bernoulli(shape, probability: 0.3, using: &generator),
        ]
      }
    }
    let one = draw([50_001], threads: 1)
    #expect(one == draw([50_001], threads: 2))
    #expect(one.map { $0.reshaped(to: [3, 16_667]) } == draw([3, 16_667], threads: 2))
  }

  @Test func followingDrawsContinueTheSequence() {
    var whole = RandomGenerator(seed: 5)
    var pieces = RandomGenerator(seed: 5)
    let expected = Tensor<Float>.normal([100], using: &whole)
    let first = Tensor<Float>.normal([40], using: &pieces)
    let second = Tensor<Float>.normal([60], using: &pieces)
    #expect(Tensor.concatenated([first, second]) == expected)
    #expect(whole == pieces)
  }

  @Test func uniformIsUniform() {
    var generator = RandomGenerator(seed: 11)
    let count = 20_000
    let numbers = Tensor<Float>.uniform([count], in: 2..<6, using: &generator).scalars.map(Double.init)
    #expect(numbers.allSatisfy { $0 >= 2 && $0 < 6 })
    #expect(deviation(numbers) { ($0 - 2) / 4 } < 2)
    // The upper bound stays out even where the range has two numbers only.
    let narrow = Float(1)..<Float(1).nextUp.nextUp
    let few = Tensor<Float>.uniform([count], in: narrow, using: &generator)
    #expect(few.max().scalar < narrow.upperBound && few.min().scalar == 1)
  }

  @Test func normalIsNormal() {
    var generator = RandomGenerator(seed: 12)
    let count = 40_000
    let numbers = Tensor<Float>.normal([count], mean: 3, standardDeviation: 2, using: &generator)
      .scalars.map { (Double($0) - 3) / 2 }
    let n = Double(count)
    // Standard errors of the first four moments of a normal sample.
    #expect(abs(moment(numbers, 1)) < bound * (1 / n).squareRoot())
    #expect(abs(moment(numbers, 2) - 1) < bound * (2 / n).squareRoot())
    #expect(abs(moment(numbers, 3)) < bound * (15 / n).squareRoot())
    #expect(abs(moment(numbers, 4) - 3) < bound * (96 / n).squareRoot())
    #expect(deviation(numbers, from: cumulative) < 2)
    // Neighbours come from one pair of words and must not be related.
    let product = stride(from: 0, to: count, by: 2).reduce(0) { $0 + numbers[$1] * numbers[$1 + 1] }
    #expect(abs(product) < bound * (n / 2).squareRoot())
  }

  /// The transform against the same formula in double precision: single precision steps lose a few of the 24 bits
  /// in the logarithm's argument near 1 and in the angle, at most 4e-7 of the radius and 1e-6 in all here.
  @Test func normalFollowsItsFormula() {
    var generator = RandomGenerator(seed: 13)
    var words = [UInt32](repeating: 0, count: 4_000)
    graft_random_words(graft_random_place(seed: 13, stream: 0, block: 0), &words, 4_000)
    let numbers = Tensor<Float>.normal([4_000], using: &generator).scalars
    for index in stride(from: 0, to: 4_000, by: 2) {
      let fraction = (Double(words[index] >> 1) + 1) * 0x1p-31
      let radius = (-2 * log(fraction)).squareRoot()
      let angle = Double(words[index + 1]) * 0x1p-31 * Double.pi
      // An error δ of the fraction moves the radius by δ / (fraction · radius); δ is at most 2⁻²⁵ · fraction.
      let tolerance = 1e-6 * (1 + radius) + 0x1p-24 / max(radius, 1e-3)
      #expect(abs(Double(numbers[index]) - radius * cos(angle)) < tolerance)
      #expect(abs(Double(numbers[index + 1]) - radius * sin(angle)) < tolerance)
    }
  }

  @Test(arguments: [Float(-2)...2, -0.5...3, 4...6, -9...(-5)])
  func truncatedNormalFollowsTheRest(bounds: ClosedRange<Float>) {
    var generator = RandomGenerator(seed: 14)
    let numbers = Tensor<Float>.truncatedNormal([10_000], bounds: bounds, using: &generator).scalars
    #expect(numbers.allSatisfy(bounds.contains))
    // From the side on which the probabilities are small, where they are exact.
    let sign: Double = bounds.lowerBound > 0 ? -1 : 1
    let ends = [cumulative(sign * Double(bounds.lowerBound)), cumulative(sign * Double(bounds.upperBound))]
    let share = abs(ends[1] - ends[0])
    let distance = deviation(numbers.map(Double.init)) { abs(cumulative(sign * $0) - ends[0]) / share }
    #expect(distance < 2)
  }

  @Test func bernoulliHasItsProbability() {
    var generator = RandomGenerator(seed: 15)
    for probability in [Float(0), 0.1, 0.5, 1] {
      let ones = Double(
        Tensor<Float>.bernoulli([20_000], probability: probability, using: &generator).sum().scalar)
      let p = Double(probability)
      #expect(abs(ones - 20_000 * p) <= bound * (20_000 * p * (1 - p)).squareRoot())
    }
  }

  /// Values from tables; then as the inverse of the distribution, whose own rounding allows a few ε.
  @Test func quantileInvertsTheDistribution() {
    #expect(abs(graft_normal_quantile(0.975) - 1.959963984540054) < 1e-14)
    #expect(abs(graft_normal_quantile(1e-10) + 6.361340902404056) < 1e-13)
    #expect(graft_normal_quantile(0) == -.infinity && graft_normal_quantile(1) == .infinity)
    for exponent in stride(from: -290.0, through: -0.31, by: 0.37) {
      let probability = pow(10, exponent)
      let x = graft_normal_quantile(probability)
      // d(log Φ)/dx is about -x in the tail, so that a relative error ε of x costs x²·ε.
      #expect(abs(cumulative(x) / probability - 1) < 1e-15 * (10 + 4 * x * x))
    }
  }

  private func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

  private func moment(_ numbers: [Double], _ power: Int) -> Double {
    numbers.reduce(0) { $0 + pow($1, Double(power)) } / Double(numbers.count)
  }

  /// The distance of Kolmogorov and Smirnov between a sample and its distribution, times the square root of the
  /// sample's size: above 2 with a probability of 2·exp(-8) = 0.0007.
  private func deviation(_ sample: [Double], from distribution: (Double) -> Double) -> Double {
    let n = Double(sample.count)
    var distance = 0.0
    for (index, number) in sample.sorted().enumerated() {
      let p = distribution(number)
      distance = max(distance, max(p - Double(index) / n, Double(index + 1) / n - p))
    }
    return distance * n.squareRoot()
  }
}
