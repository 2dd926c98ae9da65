import GraftTensor

/// Which samples belong together: all photographs of one patient, all copies of one text.
///
/// What belongs together has to be on one side of a split, or a model is tested on what it has learned by heart.
///
/// ```swift
/// let groups = SampleGroups(patients).merged(with: NearDuplicates.groups(ofImages: images))
/// let parts = Splitter.grouped(by: groups).parts([0.8, 0.2], seed: 1)
/// ```
public struct SampleGroups: Sendable, Hashable {
  /// The group of each sample. Groups are numbered from 0, in the order in which they first occur.
  public let numbers: [Int]

  /// The number of groups.
  public let groupCount: Int

  /// Groups of samples with equal keys: each sample's key is a name, a number, a ``SampleKey``.
  public init<Key: Hashable>(_ keys: some Sequence<Key>) {
    var known: [Key: Int] = [:]
    numbers = keys.map { key in
      if let number = known[key] { return number }
      defer { known[key] = known.count }
      return known.count
    }
    groupCount = known.count
  }

  /// Groups of `count` samples in which the two of each pair are together, and with them whatever they are paired
  /// with in turn. A sample without a pair is a group by itself.
  ///
  /// Traps at a position that is not in `0..<count`.
  public init(count: Int, joining pairs: some Sequence<(Int, Int)>) {
    var sets = DisjointSets(count: count)
    for (first, second) in pairs {
      require(
        (0..<count).contains(first) && (0..<count).contains(second),
        "SampleGroups: pair (\(first), \(second)) of \(count) samples")
      sets.join(first, second)
    }
    self.init((0..<count).map { sets.root(of: $0) })
  }

  /// The number of samples.
  public var count: Int { numbers.count }

  /// The positions of each group's samples, ascending.
  public var members: [[Int]] {
    var members = Array(repeating: [Int](), count: groupCount)
    for (position, number) in numbers.enumerated() { members[number].append(position) }
    return members
  }

  /// The smallest groups that keep together what either keeps together.
  ///
  /// Traps unless both are of the same samples.
  public func merged(with other: SampleGroups) -> SampleGroups {
    require(
      count == other.count, "SampleGroups.merged: groups of \(count) samples with groups of \(other.count)")
    let pairs = [members, other.members].joined().lazy.flatMap { group in zip(group, group.dropFirst()) }
    return SampleGroups(count: count, joining: pairs)
  }
}

/// Sets without an element in common that grow together.
///
/// Tarjan: *Efficiency of a Good But Not Linear Set Union Algorithm*, 1975, with paths halved.
private struct DisjointSets {
  private var parents: [Int]
  private var sizes: [Int]

  init(count: Int) {
    parents = Array(0..<count)
    sizes = Array(repeating: 1, count: count)
  }

  /// The element that stands for the set of `element`.
  mutating func root(of element: Int) -> Int {
    var current = element
    while parents[current] != current {
      parents[current] = parents[parents[current]]
      current = parents[current]
    }
    return current
  }

  mutating func join(_ first: Int, _ second: Int) {
    let (a, b) = (root(of: first), root(of: second))
    guard a != b else { return }
    let (larger, smaller) = sizes[a] < sizes[b] ? (b, a) : (a, b)
    parents[smaller] = larger
    sizes[larger] += sizes[smaller]
  }
}
