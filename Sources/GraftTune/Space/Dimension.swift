/// A hyperparameter without the type of its values: how a space and a method of search see it.
public struct Dimension: Sendable {
  /// What it is called; unique in its space.
  public let name: String
  /// What it may be.
  public let domain: Domain
  /// When it exists; `nil` for always.
  public let condition: Condition?

  init(name: String, domain: Domain, condition: Condition? = nil) {
    self.name = name
    self.domain = domain
    self.condition = condition
  }
}

/// When a hyperparameter exists: another one has one of some values.
public struct Condition: Sendable {
  /// The other's name.
  public let parent: String
  /// Its values, to be read.
  public let description: String
  let isMet: @Sendable (Setting) -> Bool

  init(parent: String, description: String, isMet: @escaping @Sendable (Setting) -> Bool) {
    self.parent = parent
    self.description = description
    self.isMet = isMet
  }
}

/// What a ``SearchSpace`` is made of: hyperparameters of all types of values.
public protocol SearchDimension: Sendable {
  /// Name, range and condition.
  var dimension: Dimension { get }
}
