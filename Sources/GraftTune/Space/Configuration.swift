import GraftTensor

/// One point of a search space: what each hyperparameter that exists there is set to.
public struct Configuration: Sendable, Hashable, Codable {
  /// Settings by name.
  public let settings: [String: Setting]

  /// A configuration by hand: a first guess to begin with, say. ``SearchSpace/problem(with:)`` tells whether it is one of a space.
  public init(_ settings: [String: Setting]) {
    self.settings = settings
  }

  public init(from decoder: any Decoder) throws {
    settings = try decoder.singleValueContainer().decode([String: Setting].self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(settings)
  }

  /// What a hyperparameter is set to. Traps if it has none here; see ``value(of:)`` for one with a condition.
  public subscript<Value>(_ parameter: Hyperparameter<Value>) -> Value {
    guard let value = value(of: parameter) else {
      fatalError(
        "Configuration: there is no \(parameter.name) in \(self). If it has a condition, read it with value(of:)"
      )
    }
    return value
  }

  /// What a hyperparameter is set to; `nil` where its condition does not hold.
  public func value<Value>(of parameter: Hyperparameter<Value>) -> Value? {
    settings[parameter.name].flatMap(parameter.decode)
  }
}

extension Configuration: CustomStringConvertible {
  /// `batch size 16, rate 0.0021`, by name.
  public var description: String {
    settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}
