import Foundation
import GraftTensor

/// How a range of numbers is searched.
public enum Scale: String, Sendable, Hashable, Codable {
  /// Equal differences count alike.
  case linear
  /// Equal ratios count alike: rates, weight decays, sizes.
  case logarithmic
}

/// The values that a hyperparameter may have.
public enum Domain: Sendable, Hashable, Codable {
  case continuous(ClosedRange<Double>, Scale)
  case integer(ClosedRange<Int>, Scale)
  /// Labels without an order.
  case categorical([String])

  /// How many different values there are; `nil` for a continuous range of more than one point.
  public var count: Int? {
    switch self {
    case .continuous(let range, _): range.lowerBound == range.upperBound ? 1 : nil
    case .integer(let range, _): range.count
    case .categorical(let labels): labels.count
    }
  }

  /// Whether a value belongs to the domain.
  public func contains(_ setting: Setting) -> Bool {
    switch (self, setting) {
    case (.continuous(let range, _), .number(let number)): range.contains(number)
    case (.integer(let range, _), .number(let number)):
      number == number.rounded() && number >= Double(range.lowerBound) && number <= Double(range.upperBound)
    case (.categorical(let labels), .label(let label)): labels.contains(label)
    default: false
    }
  }

  /// The value at a place of the unit interval, so that a uniform place gives a value uniform in the domain's scale.
  ///
  /// Integers and labels share the interval in equal parts (integers on a logarithmic scale: from half below to half above, by
  /// logarithm). Traps unless `0 ≤ unit ≤ 1`.
  public func setting(at unit: Double) -> Setting {
    require((0...1).contains(unit), "Domain.setting: \(unit) is no place between 0 and 1")
    switch self {
    case .continuous(let range, let scale):
      let value = scale.interpolated(range.lowerBound, range.upperBound, unit)
      return .number(min(max(value, range.lowerBound), range.upperBound))
    case .integer(let range, let scale):
      let (lower, upper) = Domain.margins(of: range)
      let value = scale.interpolated(lower, upper, unit).rounded()
      return .number(min(max(value, Double(range.lowerBound)), Double(range.upperBound)))
    case .categorical(let labels):
      return .label(labels[min(Int(unit * Double(labels.count)), labels.count - 1)])
    }
  }

  /// The place of a value: the inverse of ``setting(at:)``; of integers and labels the middle of their part.
  ///
  /// Traps if the value is not in the domain.
  public func unit(of setting: Setting) -> Double {
    require(contains(setting), "Domain.unit: \(setting) is not in \(self)")
    switch (self, setting) {
    case (.continuous(let range, let scale), .number(let number)):
      return scale.place(of: number, range.lowerBound, range.upperBound)
    case (.integer, .number):
      // The middle between the borders of its part, which on a logarithmic scale is not the integer's own place.
      let part = part(of: setting)
      return (part.lowerBound + part.upperBound) / 2
    case (.categorical(let labels), .label(let label)):
      return (Double(labels.firstIndex(of: label) ?? 0) + 0.5) / Double(labels.count)
    default: return 0
    }
  }

  /// The part of the unit interval where ``setting(at:)`` gives a value: of a continuous one a point.
  func part(of setting: Setting) -> ClosedRange<Double> {
    switch (self, setting) {
    case (.integer(let range, let scale), .number(let number)):
      let (lower, upper) = Domain.margins(of: range)
      return scale.place(of: number - 0.5, lower, upper)...scale.place(of: number + 0.5, lower, upper)
    case (.categorical(let labels), .label(let label)):
      let (index, count) = (Double(labels.firstIndex(of: label) ?? 0), Double(labels.count))
      return index / count...(index + 1) / count
    default:
      let place = unit(of: setting)
      return place...place
    }
  }

  private static func margins(of range: ClosedRange<Int>) -> (Double, Double) {
    (Double(range.lowerBound) - 0.5, Double(range.upperBound) + 0.5)
  }
}

extension Scale {
  fileprivate func interpolated(_ lower: Double, _ upper: Double, _ unit: Double) -> Double {
    switch self {
    case .linear: lower + (upper - lower) * unit
    case .logarithmic: exp(log(lower) + (log(upper) - log(lower)) * unit)
    }
  }

  fileprivate func place(of value: Double, _ lower: Double, _ upper: Double) -> Double {
    guard upper > lower else { return 0.5 }
    let place =
      switch self {
      case .linear: (value - lower) / (upper - lower)
      case .logarithmic: (log(value) - log(lower)) / (log(upper) - log(lower))
      }
    return min(max(place, 0), 1)
  }
}
