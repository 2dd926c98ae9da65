import GraftTensor

/// Proposes configurations uniform in each dimension's scale, independently of each other.
///
/// With a few parameters that matter and several that don't, it tries more values of those that matter than a grid of the same size
/// (Bergstra, Bengio: *Random Search for Hyper-Parameter Optimization*, 2012). What others are measured against.
public struct RandomSearch: SearchMethod {
  /// `random`
  public var name: String { "random" }

  public init() {}

  public func proposal(number: Int, given history: SearchHistory, seed: UInt64) -> Configuration? {
    var generator = RandomGenerator(seed: seed, stream: UInt64(number))
    return history.space.random(using: &generator)
  }
}
