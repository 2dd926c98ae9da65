import GraftTensor

/// Divides samples into parts that have none in common, by what is known of the samples: nothing, their classes,
/// which of them belong together, or what each is recognised by.
///
/// A splitter knows positions only, so it serves images in memory, files in folders and lines of text alike.
///
/// ```swift
/// let parts = Splitter.stratified(by: labels).parts([0.8, 0.1, 0.1], seed: 1)
/// let folds = try Splitter.grouped(by: SampleGroups(patients)).folds(5, seed: 1)
/// ```
///
/// Everything drawn follows from the seed: the same splitter, fractions and seed give the same parts.
public struct Splitter: Sendable {
  /// The number of samples.
  public let count: Int

  let method: Method

  enum Method: Sendable {
    /// The samples of each class are shuffled and dealt out. `key` tells the generators of classes apart.
    case dealt([(key: Int, members: [Int])])
    /// Units of one or several samples are weighed against each other.
    case balanced([BalancedAssignment.Unit], members: [[Int]])
    /// Each sample's part follows from its key.
    case hashed([SampleKey])
  }
}

extension Splitter {
  /// Parts drawn at random: their sizes are the fractions of the number of samples, rounded so that they add up.
  public static func random(count: Int) -> Splitter {
    require(count >= 0, "Splitter.random: \(count) samples")
    return Splitter(count: count, method: .dealt([(0, Array(0..<count))]))
  }

  /// Parts drawn at random in which each class has the share that it has in the whole.
  ///
  /// Of each class, a part gets its fraction rounded up or down; which of the two is chosen so that the parts' sizes
  /// come out right too.
  ///
  /// - Parameter labels: The class of each sample; traps if one is negative.
  public static func stratified(by labels: [some BinaryInteger]) -> Splitter {
    var members: [Int: [Int]] = [:]
    for (position, label) in labels.enumerated() {
      require(label >= 0, "Splitter.stratified: class \(label) of sample \(position) is negative")
      members[Int(label), default: []].append(position)
    }
    let classes = members.sorted { $0.key < $1.key }.map { (key: $0.key, members: $0.value) }
    return Splitter(count: labels.count, method: .dealt(classes))
  }

  /// Parts with whole groups, of sizes as near to the fractions as the search finds.
  ///
  /// Groups are dealt out in an order by chance; then single groups change sides, or two groups places, as long as
  /// that brings the sizes nearer.
  public static func grouped(by groups: SampleGroups) -> Splitter {
    balanced(members: groups.members, labels: Array(repeating: [], count: groups.count))
  }

  /// Parts with whole groups in which sizes and shares of the classes are as near to the fractions as the search
  /// finds.
  ///
  /// What is made small is Pearson's χ² of the classes in each part against what they would be by the fractions, and
  /// of the sizes: so a rare class weighs as much as a common one.
  ///
  /// - Parameters:
  ///   - labels: The class of each sample; traps if one is negative.
  ///   - groups: Which samples belong together; traps unless they are of as many samples.
  public static func stratified(by labels: [some BinaryInteger], groupedBy groups: SampleGroups) -> Splitter {
    stratified(byLabelSets: labels.map { [Int($0)] }, groupedBy: groups)
  }

  /// Parts in which each label has about the share that it has in the whole, for samples with any number of labels.
  ///
  /// Sechidis, Tsoumakas, Vlahavas: *On the Stratification of Multi-Label Data*, 2011: label by label, the rarest
  /// first, each sample goes where that label is wanted most. Then samples change sides or places as with groups;
  /// sizes are kept right.
  ///
  /// - Parameters:
  ///   - sets: The labels of each sample, none twice; traps if one is negative or occurs twice in a sample.
  ///   - groups: Which samples belong together, by default none.
  public static func stratified(byLabelSets sets: [[Int]], groupedBy groups: SampleGroups? = nil) -> Splitter
  {
    require(
      groups == nil || groups?.count == sets.count,
      "Splitter.stratified: labels of \(sets.count) samples, groups of \(groups?.count ?? 0)")
    for (position, labels) in sets.enumerated() {
      require(
        labels.allSatisfy { $0 >= 0 } && Set(labels).count == labels.count,
        "Splitter.stratified: labels \(labels) of sample \(position) are not different classes")
    }
    return balanced(members: groups?.members ?? sets.indices.map { [$0] }, labels: sets)
  }

  /// Parts whose samples are chosen by key and seed alone, so that they stay when samples are added or removed.
  ///
  /// A sample's key makes a number between 0 and 1, and the fractions divide that range. Samples with equal keys are
  /// on one side. The price is that sizes are not exact: with n different keys, a part of fraction f has n·f samples
  /// on average, give or take √(n·f·(1 − f)).
  ///
  /// - Parameter keys: What each sample is recognised by: its content, a file's name, or its group's.
  public static func hashed(by keys: [SampleKey]) -> Splitter {
    Splitter(count: keys.count, method: .hashed(keys))
  }

  private static func balanced(members: [[Int]], labels: [[Int]]) -> Splitter {
    let units = members.map { positions in
      BalancedAssignment.Unit(size: positions.count, labels: positions.lazy.flatMap { labels[$0] })
    }
    return Splitter(count: labels.count, method: .balanced(units, members: members))
  }
}

extension Splitter {
  /// Parts of given fractions: the positions of each part's samples, ascending.
  ///
  /// Traps unless the fractions are positive and their sum is at most 1; with less, samples are left out. Parts may
  /// be empty where there are few samples or groups.
  public func parts(_ fractions: [Double], seed: UInt64) -> [[Int]] {
    parts(Apportionment(fractions), seed: seed, repetition: 0)
  }

  func parts(_ apportionment: Apportionment, seed: UInt64, repetition: Int) -> [[Int]] {
    var parts = Array(repeating: [Int](), count: apportionment.partCount)
    switch method {
    case .dealt(let classes):
      var apportionment = apportionment
      for (key, members) in classes {
        var generator = RandomGenerator(seed: seed, for: .split, epoch: repetition, sample: key)
        var rest = generator.permutation(of: members.count)[...]
        for (part, size) in apportionment.sizes(of: members.count).enumerated() {
          parts[part] += rest.prefix(size).map { members[$0] }
          rest = rest.dropFirst(size)
        }
      }
    case .balanced(let units, let members):
      let generator = RandomGenerator(seed: seed, for: .split, epoch: repetition)
      let assignment = BalancedAssignment(of: units, shares: apportionment.shares, using: generator)
      for (unit, part) in assignment.parts.enumerated() where part < parts.count {
        parts[part] += members[unit]
      }
    case .hashed(let keys):
      let derivedSeed = RandomGenerator(seed: seed, for: .split, epoch: repetition).seed
      let bounds = apportionment.upperBounds
      for (position, key) in keys.enumerated() {
        let place = key.place(seed: derivedSeed)
        if let part = bounds.firstIndex(where: { place < $0 }) { parts[part].append(position) }
      }
    }
    return parts.map { $0.sorted() }
  }
}
