import Foundation

/// What one hyperparameter is set to in one configuration: a number, or the label of a choice.
///
/// In JSON, a plain number or string.
public enum Setting: Sendable, Hashable {
  /// Of a continuous or integer parameter; integers are exact up to 2⁵³.
  case number(Double)
  /// Of a categorical or Boolean parameter.
  case label(String)
}

extension Setting: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .label(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .label(let label): try container.encode(label)
    }
  }
}

extension Setting: CustomStringConvertible {
  /// The label, or the number with up to four significant digits; integers in full.
  public var description: String {
    switch self {
    case .label(let label): return label
    case .number(let number):
      if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
      return String(format: "%.4g", number)
    }
  }
}
