import GraftTensor

/// Every class equally often, whatever its share of the data.
///
/// In each epoch the numbers of samples of two classes differ by one at most. A class with fewer samples than that
/// is gone through several times, each time in a new order; of a class with more, another part is drawn in each epoch.
public struct ClassBalancedSampler: Sampler, Hashable {
  private let members: [[Int]]
  private let sampleCount: Int
  private let draws: Int
  private let seed: UInt64

  /// A sampler of samples with given classes.
  ///
  /// - Parameters:
  ///   - labels: The class of each sample. Classes without a sample are left out.
  ///   - draws: How many samples an epoch has, by default as many as there are labels; traps if it is negative, or
  ///     positive without any label.
  ///   - seed: What the draws follow from, with the epoch.
  public init(labels: [some BinaryInteger], draws: Int? = nil, seed: UInt64) {
    let draws = draws ?? labels.count
    require(
      draws >= 0 && (draws == 0 || !labels.isEmpty),
      "ClassBalancedSampler: \(draws) draws from \(labels.count) samples")
    members = SampleGroups(labels.map { Int($0) }).members
    sampleCount = labels.count
    self.draws = draws
    self.seed = seed
  }

  /// As many as are drawn, whatever `count` is.
  public func length(of count: Int) -> Int { draws }

  /// The positions drawn, in an order by chance. Traps unless `count` is the number of labels.
  public func order(of count: Int, epoch: Int) -> [Int] {
    require(count == sampleCount, "ClassBalancedSampler: \(sampleCount) labels for \(count) samples")
    var generator = RandomGenerator(seed: seed, for: .shuffle, epoch: epoch)
    // Which classes get one more, where it cannot be equal, is by chance too.
    let turns = generator.permutation(of: members.count)
    var drawn: [Int] = []
    for (turn, label) in turns.enumerated() {
      var missing = draws / members.count + (turn < draws % members.count ? 1 : 0)
      while missing > 0 {
        let order = generator.permutation(of: members[label].count).prefix(missing)
        drawn += order.map { members[label][$0] }
        missing -= order.count
      }
    }
    return generator.permutation(of: drawn.count).map { drawn[$0] }
  }
}

extension Sampler where Self == ClassBalancedSampler {
  /// Every class equally often; see ``ClassBalancedSampler``.
  public static func classBalanced(
    _ labels: [some BinaryInteger], draws: Int? = nil, seed: UInt64
  ) -> ClassBalancedSampler {
    ClassBalancedSampler(labels: labels, draws: draws, seed: seed)
  }
}
