import GraftTensor

/// What is searched: hyperparameters, and which combinations are allowed.
///
/// ```swift
/// let space = try SearchSpace([rate, batch, optimizer, momentum]) { $0[rate] * 32 <= Double($0[batch]) }
/// ```
public struct SearchSpace: Sendable {
  /// The hyperparameters, each after the one that its condition names.
  public let dimensions: [Dimension]

  private let isAllowed: (@Sendable (Configuration) -> Bool)?

  /// A space of some hyperparameters.
  ///
  /// - Parameters:
  ///   - parameters: at least one, with different names; a condition names one that comes before.
  ///   - isAllowed: whether a combination makes sense; the same answer each time. Default: all do.
  /// - Throws: ``SearchSpaceError`` for a range that cannot be searched, a name that comes twice, a condition that names nothing, or
  ///   where none of 10,000 random combinations is allowed.
  public init(
    _ parameters: [any SearchDimension], where isAllowed: (@Sendable (Configuration) -> Bool)? = nil
  ) throws {
    dimensions = parameters.map(\.dimension)
    self.isAllowed = isAllowed
    try validate()
  }

  /// The configuration at a point of the unit cube, one coordinate a dimension; the coordinates of what does not exist there are
  /// ignored. It may be one that is not allowed: see ``allows(_:)``.
  ///
  /// Traps unless there are as many coordinates as dimensions, each from 0 to 1.
  public func configuration(at point: [Double]) -> Configuration {
    require(
      point.count == dimensions.count,
      "SearchSpace.configuration: a point of \(point.count) coordinates in \(dimensions.count) dimensions")
    var settings: [String: Setting] = [:]
    for (dimension, unit) in zip(dimensions, point) where exists(dimension, given: settings) {
      settings[dimension.name] = dimension.domain.setting(at: unit)
    }
    return Configuration(settings)
  }

  /// Where a configuration is in the unit cube; `nil` in the dimensions that don't exist there.
  ///
  /// Traps if a setting is outside its domain.
  public func point(of configuration: Configuration) -> [Double?] {
    dimensions.map { dimension in configuration.settings[dimension.name].map(dimension.domain.unit(of:)) }
  }

  /// Whether there are combinations that are not allowed, as far as is known without trying.
  var hasConstraint: Bool { isAllowed != nil }

  /// Whether the constraint allows a configuration.
  public func allows(_ configuration: Configuration) -> Bool { isAllowed?(configuration) ?? true }

  /// A configuration that is allowed, uniform in each dimension's scale.
  public func random(using generator: inout RandomGenerator) -> Configuration {
    guard let found = allowedConfiguration(using: &generator, attempts: 1_000_000) else {
      fatalError("SearchSpace.random: of a million random configurations the constraint allows none")
    }
    return found
  }

  /// Why a configuration is not one of this space, or `nil` if it is one and allowed.
  public func problem(with configuration: Configuration) -> String? {
    var remaining = Set(configuration.settings.keys)
    for dimension in dimensions {
      let isThere = exists(dimension, given: configuration.settings)
      guard let setting = configuration.settings[dimension.name] else {
        if isThere { return "\(dimension.name) is missing" }
        continue
      }
      remaining.remove(dimension.name)
      guard isThere else { return "\(dimension.name) does not exist where \(dimension.conditionText)" }
      guard dimension.domain.contains(setting) else {
        return "\(dimension.name) cannot be \(setting): \(dimension.domain)"
      }
    }
    if let unknown = remaining.min() { return "there is no \(unknown)" }
    return allows(configuration) ? nil : "the space's constraint does not allow \(configuration)"
  }

  /// Whether a hyperparameter exists, given the settings of those before it.
  func exists(_ dimension: Dimension, given settings: [String: Setting]) -> Bool {
    guard let condition = dimension.condition else { return true }
    return settings[condition.parent].map(condition.isMet) ?? false
  }
}

// MARK: - Validation

extension SearchSpace {
  private func validate() throws {
    guard !dimensions.isEmpty else { throw SearchSpaceError.empty }
    var names: Set<String> = []
    for dimension in dimensions {
      if let condition = dimension.condition, !names.contains(condition.parent) {
        throw SearchSpaceError.unknownParent(name: dimension.name, parent: condition.parent)
      }
      guard names.insert(dimension.name).inserted else {
        throw SearchSpaceError.duplicate(name: dimension.name)
      }
      if let problem = dimension.domain.problem {
        throw SearchSpaceError.domain(name: dimension.name, problem: problem)
      }
    }
    var generator = RandomGenerator(seed: 0)
    guard allowedConfiguration(using: &generator, attempts: 10_000) != nil else {
      throw SearchSpaceError.unsatisfiable
    }
  }

  private func allowedConfiguration(using generator: inout RandomGenerator, attempts: Int) -> Configuration? {
    for _ in 0..<attempts {
      let candidate = configuration(at: dimensions.map { _ in generator.unit() })
      if allows(candidate) { return candidate }
    }
    return nil
  }
}

extension Dimension {
  fileprivate var conditionText: String {
    condition.map { "\($0.parent) is not \($0.description)" } ?? "it has no condition"
  }
}

extension Domain {
  /// Why nothing can be searched here.
  fileprivate var problem: String? {
    switch self {
    case .continuous(let range, let scale):
      guard range.lowerBound.isFinite, range.upperBound.isFinite else {
        return "its range \(range) is not finite"
      }
      if scale == .logarithmic, range.lowerBound <= 0 {
        return "its range \(range) must be positive on a logarithmic scale"
      }
    case .integer(let range, let scale):
      guard range.lowerBound > -1 << 53, range.upperBound < 1 << 53 else {
        return "its range \(range) is too large"
      }
      if scale == .logarithmic, range.lowerBound < 1 {
        return "its range \(range) must begin with 1 or more on a logarithmic scale"
      }
    case .categorical(let labels):
      guard !labels.isEmpty else { return "it has no choices" }
      guard Set(labels).count == labels.count else { return "two of its choices have one label: \(labels)" }
    }
    return nil
  }
}
