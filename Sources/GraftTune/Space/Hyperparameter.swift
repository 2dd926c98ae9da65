import GraftTensor

/// Something to search for, and the key by which a trial reads what it is set to.
///
/// ```swift
/// let rate = Hyperparameter.continuous("rate", 1e-5...1e-1, .logarithmic)
/// let batch = Hyperparameter.integer("batch size", 8...64, .logarithmic)
/// let optimizer = Hyperparameter.choice("optimizer", ["sgd", "adamw"])
/// let momentum = Hyperparameter.continuous("momentum", 0...0.99).when(optimizer, is: "sgd")
/// let mirror = Hyperparameter.flag("mirror")
///
/// let space = try SearchSpace([rate, batch, optimizer, momentum, mirror])
/// ```
///
/// A hyperparameter's type is that of its values: `trial[rate]` is a `Double`, `trial[batch]` an `Int`.
public struct Hyperparameter<Value: Sendable>: SearchDimension {
  /// Its name, range and condition.
  public let dimension: Dimension

  let decode: @Sendable (Setting) -> Value?

  /// What it is called, in files and reports.
  public var name: String { dimension.name }

  /// The same, which exists only where another has a value.
  ///
  /// Where that one does not exist itself, or has another value, a configuration has nothing for this one:
  /// ``Configuration/value(of:)`` gives `nil`.
  public func when<Other: Equatable>(_ other: Hyperparameter<Other>, is value: Other) -> Hyperparameter {
    when(other, isIn: [value])
  }

  /// The same, which exists only where another has one of some values.
  public func when<Other: Equatable>(_ other: Hyperparameter<Other>, isIn values: [Other]) -> Hyperparameter {
    let condition = Condition(
      parent: other.name, description: values.map { "\($0)" }.joined(separator: ", ")
    ) { setting in
      other.decode(setting).map(values.contains) ?? false
    }
    return Hyperparameter(
      dimension: Dimension(name: name, domain: dimension.domain, condition: condition), decode: decode)
  }
}

extension Hyperparameter where Value == Double {
  /// A number of a range. ``SearchSpace`` throws where the range is not finite, or not positive on a logarithmic scale.
  public static func continuous(
    _ name: String, _ range: ClosedRange<Double>, _ scale: Scale = .linear
  ) -> Hyperparameter {
    Hyperparameter(dimension: Dimension(name: name, domain: .continuous(range, scale))) {
      if case .number(let number) = $0 { number } else { nil }
    }
  }
}

extension Hyperparameter where Value == Int {
  /// An integer of a range, both ends included.
  public static func integer(
    _ name: String, _ range: ClosedRange<Int>, _ scale: Scale = .linear
  ) -> Hyperparameter {
    Hyperparameter(dimension: Dimension(name: name, domain: .integer(range, scale))) {
      if case .number(let number) = $0 { Int(exactly: number) } else { nil }
    }
  }
}

extension Hyperparameter where Value == Bool {
  /// Yes or no.
  public static func flag(_ name: String) -> Hyperparameter {
    choice(name, ["false": false, "true": true])
  }
}

extension Hyperparameter {
  /// One of several values, each with the label that files and reports have for it.
  public static func choice(_ name: String, _ options: KeyValuePairs<String, Value>) -> Hyperparameter {
    let pairs = options.map { ($0.key, $0.value) }
    return Hyperparameter(dimension: Dimension(name: name, domain: .categorical(pairs.map(\.0)))) { setting in
      pairs.first { .label($0.0) == setting }?.1
    }
  }
}

extension Hyperparameter where Value: CustomStringConvertible {
  /// One of several values, labelled with their descriptions.
  public static func choice(_ name: String, _ values: [Value]) -> Hyperparameter {
    let pairs = values.map { ($0.description, $0) }
    return Hyperparameter(dimension: Dimension(name: name, domain: .categorical(pairs.map(\.0)))) { setting in
      pairs.first { .label($0.0) == setting }?.1
    }
  }
}
