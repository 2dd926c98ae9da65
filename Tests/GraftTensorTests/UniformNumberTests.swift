import GraftTensor
import Testing

@Suite struct UniformNumberTests {
  @Test func numbersAreSpreadEvenly() {
    var generator = RandomGenerator(seed: 3)
    let numbers = (0..<4000).map { _ in generator.uniform(in: -2...3) }
    #expect(numbers.allSatisfy { $0 >= -2 && $0 <= 3 })
    // A mean of n numbers deviates by 5 / √(12 n) = 0.023; five deviations.
    #expect(abs(numbers.reduce(0, +) / 4000 - 0.5) < 0.115)
    for tenth in 0..<10 {
      let share = numbers.filter { Int(($0 + 2) * 2) == tenth }.count
      // Binomial(4000, 1/10): deviation 19; five deviations.
      #expect(abs(share - 400) < 95)
    }
  }

  @Test func drawsOneWordEach() {
    var (generator, same) = (RandomGenerator(seed: 5), RandomGenerator(seed: 5))
    let unit = Double(same.next() >> 11) * 0x1p-53
    #expect(generator.unit() == unit)
    let next = Double(same.next() >> 11) * 0x1p-53
    #expect(generator.uniform(in: 0...1) == next)
    let third = Double(same.next() >> 11) * 0x1p-53
    #expect(generator.bernoulli(probability: 0.5) == (third < 0.5))
    #expect(generator.uniform(in: 0.1...0.1) == 0.1)
    #expect(generator.uniform(in: -1e308...1e308).isFinite)
    var certain = RandomGenerator(seed: 1)
    #expect(
      (0..<100).allSatisfy { _ in certain.bernoulli(probability: 1) && !certain.bernoulli(probability: 0) })
  }
}
