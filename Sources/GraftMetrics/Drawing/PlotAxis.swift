import Foundation

/// One scale of a ``Plot``: its name, from where to where it goes, and what is written on it.
package struct PlotAxis {
  package let name: String
  package let range: ClosedRange<Double>
  package let ticks: [(value: Double, text: String)]
  private let isLogarithmic: Bool

  /// From 0 to 1, for what is a part of something.
  package static func unit(_ name: String) -> PlotAxis {
    PlotAxis(name: name, range: 0...1, ticks: ticks(of: 0...1, step: 0.2), isLogarithmic: false)
  }

  /// Round numbers that enclose all values; those that are not finite don't count. One value alone is in the middle.
  package static func linear(_ name: String, over values: [Double]) -> PlotAxis {
    // Far enough from the largest double for differences to be finite.
    let finite = values.filter(\.isFinite).map { min(max($0, -1e300), 1e300) }
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    let size = max(abs(low), abs(high))
    if high - low < 1e-300 {
      let half = size < 1e-300 ? 0.5 : size / 10
      (low, high) = (low - half, high + half)
    } else if high - low < size * 1e-6 {
      // Between values that differ in their last digits alone there would be too few doubles for steps.
      (low, high) = (low - size * 5e-7, high + size * 5e-7)
    }
    let step = roundStep((high - low) / 5)
    let range = (low / step).rounded(.down) * step...(high / step).rounded(.up) * step
    return PlotAxis(name: name, range: range, ticks: ticks(of: range, step: step), isLogarithmic: false)
  }

  /// From the smallest to the largest value, in equal distances for equal ratios; those that are not finite and
  /// positive don't count.
  package static func logarithmic(_ name: String, over values: [Double]) -> PlotAxis {
    let positive = values.filter { $0 > 0 && $0.isFinite }
    var (low, high) = (positive.min() ?? 1, positive.max() ?? 10)
    if high < low * 1.01 { (low, high) = (low / 2, high * 2) }
    // Single precision's 1e-7 is a little more than that, and still one of its ends.
    let rounding = 1e-7
    let isWithin = { (value: Double) in
      value >= low * (1 - rounding) && value <= high * (1 + rounding)
    }
    let decades =
      Int(log10(low * (1 + rounding)).rounded(.down))...Int(log10(high * (1 - rounding)).rounded(.up))
    // Few decades are divided, and of many every second or third is named.
    let multiples = decades.count > 3 ? [1] : [1, 2, 5]
    let stride = (decades.count + 8) / 9
    var ticks = decades.filter { $0 % stride == 0 }.flatMap { decade in
      multiples.map { (value: Double($0) * pow(10, Double(decade)), text: power($0, decade)) }
    }.filter { isWithin($0.value) }
    if ticks.count < 2 {
      ticks = linear(name, over: [low, high]).ticks.filter { isWithin($0.value) }
    }
    return PlotAxis(name: name, range: low...high, ticks: ticks, isLogarithmic: true)
  }

  /// Things without an order: the first at 0, the next at 1.
  package static func labels(_ name: String, _ texts: [String]) -> PlotAxis {
    PlotAxis(
      name: name, range: -0.5...(Double(max(texts.count, 1)) - 0.5),
      ticks: texts.enumerated().map { (value: Double($0), text: $1) }, isLogarithmic: false)
  }

  /// Where a value lies, from 0 to 1; one outside the range at its nearer end, one that is no number at 1.
  package func part(of value: Double) -> Double {
    guard !value.isNaN else { return 1 }
    let inside = min(max(value, range.lowerBound), range.upperBound)
    let (low, high) = (range.lowerBound, range.upperBound)
    return isLogarithmic ? log(inside / low) / log(high / low) : (inside - low) / (high - low)
  }

  /// The smallest of 1, 2 and 5 times a power of ten that is at least `step`.
  private static func roundStep(_ step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    return ([1, 2, 5].first { $0 * power >= step * (1 - 1e-9) } ?? 10) * power
  }

  private static func ticks(of range: ClosedRange<Double>, step: Double) -> [(value: Double, text: String)] {
    let first = (range.lowerBound / step).rounded()
    let count = Int(((range.upperBound - range.lowerBound) / step).rounded())
    let largest = max(abs(range.lowerBound), abs(range.upperBound))
    let decimals = Int(max(0, -(log10(step) + 1e-9).rounded(.down)))
    // As many digits as tell two ticks apart.
    let digits = max(3, Int((log10(largest / step) - 1e-9).rounded(.up)) + 1)
    return (0...count).map { number in
      let value = (first + Double(number)) * step
      let isPlain = largest < 1e6 && decimals <= 6
      return (
        value, isPlain ? TextTable.number(value, decimals: decimals) : String(format: "%.\(digits)g", value)
      )
    }
  }

  /// `0.02`, but `2e-5`.
  private static func power(_ factor: Int, _ exponent: Int) -> String {
    abs(exponent) > 3
      ? "\(factor)e\(exponent)" : String(format: "%g", Double(factor) * pow(10, Double(exponent)))
  }
}
