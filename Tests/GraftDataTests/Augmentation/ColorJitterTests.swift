import GraftTensor
import Testing

@testable import GraftData

@Suite struct ColorJitterTests {
  /// All 24 orders, in one pass or two, against one operation of Pillow's after the other.
  @Test func goesThroughItsStepsAsPillowDoes() throws {
    let images = try AugmentedImages()
    let color = try images.image("color")
    let steps: [String: ColorChange] = [
      "brightness": .brightness(1.3), "contrast": .contrast(0.7), "saturation": .saturation(1.4),
      "hue": .hue(turns: 0.08),
    ]
    let names = images.file.names.filter { $0.hasPrefix("jitter ") }
    #expect(names.count == 24)
    for name in names {
      let changes = name.split(separator: " ").dropFirst().compactMap { steps[String($0)] }
      #expect(changes.count == 4)
      let result = color.changing(changes, "test")
      #expect(try result == images.file.tensor(name, as: UInt8.self), "\(name)")
    }
    // More than one contrast: each has its own mean.
    let twice = color.changing([.contrast(0.5), .brightness(0.5), .contrast(2)], "test")
    #expect(twice == color.adjustingContrast(by: 0.5).adjustingBrightness(by: 0.5).adjustingContrast(by: 2))
  }

  @Test func drawsEvenlyFromItsRanges() {
    let jitter = ColorJitter(brightness: 0.4, contrast: 1.5, saturation: 0.2, hue: 0.1)
    #expect(jitter.contrast == 0...2.5 && jitter.saturation == 0.8...1.2 && jitter.hue == -0.1...0.1)
    let draws = 2_400
    var orders: [[Int]: Int] = [:]
    var sums = [0.0, 0, 0, 0]
    var generator = RandomGenerator(seed: 3)
    for _ in 0..<draws {
      var order: [Int] = []
      for change in jitter.changes(using: &generator) {
        let (kind, value, range): (Int, Double, ClosedRange<Double>)
        switch change {
        case .brightness(let factor): (kind, value, range) = (0, Double(factor), 0.6...1.4)
        case .contrast(let factor): (kind, value, range) = (1, Double(factor), 0...2.5)
        case .saturation(let factor): (kind, value, range) = (2, Double(factor), 0.8...1.2)
        // A byte's −25 is 231.
        case .hue(let shift): (kind, value, range) = (3, Double(Int8(bitPattern: shift)) / 255, -0.1...0.1)
        }
        order.append(kind)
        #expect(value >= range.lowerBound - 1e-6 && value <= range.upperBound + 1e-6)
        sums[kind] += (value - range.lowerBound) / (range.upperBound - range.lowerBound)
      }
      orders[order, default: 0] += 1
    }
    // Uniform: mean ½, deviation 1/√12; the mean of n is within five of 0.29/√n. Hues come in steps, symmetric around 0.
    let deviation = (1.0 / 12 / Double(draws)).squareRoot()
    for sum in sums {
      let mean = sum / Double(draws)
      #expect(abs(mean - 0.5) < 5 * deviation)
    }
    // χ² with 23 degrees of freedom: mean 23, deviation 6.8; five above.
    let expected = Double(draws) / 24
    #expect(orders.count == 24)
    #expect(
      orders.values.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected } < 57)
  }

  @Test func takesTheSameWordsWhateverTheImage() throws {
    let images = try AugmentedImages()
    let jitter = ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)
    var generators = [RandomGenerator](repeating: RandomGenerator(seed: 9), count: 3)
    let names = ["color", "gray", "flat"]
    let first = try names.indices.map { try jitter(images.image(names[$0]), using: &generators[$0]) }
    #expect(generators[0] == generators[1] && generators[0] == generators[2])
    // The same seed, the same bytes; and what is not in use is not done.
    var again = RandomGenerator(seed: 9)
    #expect(try jitter(images.image("color"), using: &again) == first[0])
    #expect(try first[0] != images.image("color"))
    #expect(try ColorJitter()(images.image("color"), using: &again) == images.image("color"))
  }
}
