import GraftTensor

extension LabeledDataset {
  /// Parts without a sample in common, drawn at random: `split([0.8, 0.2], seed: 1)`.
  ///
  /// Sizes are the fractions of the number of samples, rounded so that they add up. Samples keep their order
  /// within a part. Traps unless the fractions are positive and their sum is at most 1; with less, samples are
  /// left out.
  public func split(_ fractions: [Double], seed: UInt64) -> [LabeledDataset] {
    var apportionment = Apportionment(fractions)
    var generator = RandomGenerator(seed: seed, for: .split)
    let order = generator.permutation(of: count)
    return parts([order], &apportionment)
  }

  /// Parts without a sample in common, drawn at random, in which each class has the share that it has in the whole.
  ///
  /// Of each class, a part gets its fraction rounded up or down; which of the two is chosen so that the parts'
  /// sizes come out right too. Otherwise like ``split(_:seed:)``.
  public func stratifiedSplit(_ fractions: [Double], seed: UInt64) -> [LabeledDataset] {
    var apportionment = Apportionment(fractions)
    let groups = membersByClass().enumerated().map { label, members in
      var generator = RandomGenerator(seed: seed, for: .split, sample: label)
      return generator.permutation(of: members.count).map { members[$0] }
    }
    return parts(groups, &apportionment)
  }

  /// Deals out each group of samples in the order given.
  private func parts(_ groups: [[Int]], _ apportionment: inout Apportionment) -> [LabeledDataset] {
    var kept = Array(repeating: [Int](), count: apportionment.fractions.count)
    for group in groups {
      var rest = group[...]
      for (part, size) in apportionment.sizes(of: group.count).enumerated() {
        kept[part] += rest.prefix(size)
        rest = rest.dropFirst(size)
      }
    }
    return kept.map { subset(at: $0.sorted()) }
  }
}

/// Shares out groups in whole numbers, each within one of its exact share, and evens out over the groups what
/// rounding took.
struct Apportionment {
  let fractions: [Double]

  /// How much each part has still to get from earlier groups. The last entry stands for what is left out.
  private var owed: [Double]

  /// Traps unless the fractions are positive and their sum is at most 1.
  init(_ fractions: [Double]) {
    let sum = fractions.reduce(0, +)
    // Decimal fractions such as 0.7 + 0.2 + 0.1 miss 1 by a few units in the last place.
    require(
      !fractions.isEmpty && fractions.allSatisfy { $0 > 0 } && sum <= 1 + 1e-9,
      "split: fractions \(fractions) have to be positive and add up to 1 at most")
    self.fractions = fractions
    owed = Array(repeating: 0, count: fractions.count + 1)
  }

  /// How many of `count` samples each part gets.
  mutating func sizes(of count: Int) -> [Int] {
    let sum = fractions.reduce(0, +)
    let leftOut = sum > 1 - 1e-9 ? 0 : 1 - sum
    let shares = (fractions + [leftOut]).map { $0 / max(sum, 1) * Double(count) }
    // A share that is whole but for rounding errors counts as whole.
    var sizes = shares.map { Int(($0 + 1e-12 * Double(count)).rounded(.down)) }
    let claims = shares.indices.map { owed[$0] + shares[$0] - Double(sizes[$0]) }
    let byClaim = shares.indices.filter { shares[$0] > 0 }.sorted { (claims[$0], $1) > (claims[$1], $0) }
    for part in byClaim.prefix(count - sizes.reduce(0, +)) { sizes[part] += 1 }
    for part in shares.indices { owed[part] += shares[part] - Double(sizes[part]) }
    return Array(sizes.dropLast())
  }
}
