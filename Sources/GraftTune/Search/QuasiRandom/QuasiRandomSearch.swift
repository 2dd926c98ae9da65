import GraftTensor

/// Proposes the points of a scrambled Sobol sequence: as random as ``RandomSearch``, but spread more evenly.
///
/// Any first few proposals cover each dimension, and most pairs of them, without large gaps and without clusters; a power of two of them
/// does so best. The scrambling depends on the seed. Points that the constraint does not allow are skipped. Dimensions beyond the
/// thirty-second have independent random coordinates.
public struct QuasiRandomSearch: SearchMethod {
  /// `quasi-random`
  public var name: String { "quasi-random" }

  public init() {}

  public func proposal(number: Int, given history: SearchHistory, seed: UInt64) -> Configuration? {
    let space = history.space
    var sequence = ScrambledPoints(dimensions: space.dimensions.count, seed: seed)
    // Without a constraint no point is skipped; with one they have to be counted.
    guard space.hasConstraint else { return space.configuration(at: sequence.point(at: number)) }
    var (remaining, misses) = (number, 0)
    while misses < QuasiRandomSearch.patience {
      let candidate = space.configuration(at: sequence.next())
      guard space.allows(candidate) else {
        misses += 1
        continue
      }
      if remaining == 0 { return candidate }
      (remaining, misses) = (remaining - 1, 0)
    }
    return RandomSearch().proposal(number: number, given: history, seed: seed)
  }

  /// How many points in a row may be forbidden before random ones are taken instead.
  private static let patience = 100_000
}

/// Points of the unit cube: a scrambled Sobol sequence, with random coordinates in dimensions beyond those that it has.
struct ScrambledPoints {
  private let sobol: SobolSequence
  private let extra: Int
  private let seed: UInt64
  private var index = 0

  init(dimensions: Int, seed: UInt64) {
    // Trials have the streams from 0 on.
    var generator = RandomGenerator(seed: seed, stream: .max)
    extra = max(dimensions - SobolSequence.maximumDimensions, 0)
    sobol = SobolSequence(dimensions: dimensions - extra, scrambledBy: &generator)
    self.seed = generator.next()
  }

  mutating func next() -> [Double] {
    defer { index += 1 }
    return point(at: index)
  }

  func point(at index: Int) -> [Double] {
    let point = sobol.point(at: index)
    guard extra > 0 else { return point }
    var generator = RandomGenerator(seed: seed, stream: UInt64(index))
    return point + (0..<extra).map { _ in generator.unit() }
  }
}
