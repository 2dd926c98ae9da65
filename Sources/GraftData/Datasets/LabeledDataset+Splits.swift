import GraftTensor

extension LabeledDataset {
  /// Parts without a sample in common, drawn at random: `split([0.8, 0.2], seed: 1)`.
  ///
  /// Sizes are the fractions of the number of samples, rounded so that they add up; with groups, as near to that as
  /// whole groups allow. Samples keep their order within a part. Traps unless the fractions are positive and their
  /// sum is at most 1; with less, samples are left out.
  ///
  /// - Parameter groups: Which samples have to be in one part, by default none; traps unless they are of as many
  ///   samples.
  public func split(
    _ fractions: [Double], groupedBy groups: SampleGroups? = nil, seed: UInt64
  ) -> [LabeledDataset] {
    split(fractions, by: groups.map { .grouped(by: $0) } ?? .random(count: count), seed: seed)
  }

  /// Parts without a sample in common, drawn at random, in which each class has the share that it has in the whole.
  ///
  /// Of each class, a part gets its fraction rounded up or down; which of the two is chosen so that the parts'
  /// sizes come out right too. With groups, sizes and shares are as near to that as whole groups allow. Otherwise like
  /// ``split(_:groupedBy:seed:)``.
  public func stratifiedSplit(
    _ fractions: [Double], groupedBy groups: SampleGroups? = nil, seed: UInt64
  ) -> [LabeledDataset] {
    split(fractions, by: stratifiedSplitter(groupedBy: groups), seed: seed)
  }

  /// Parts that stay when samples are added: a sample's part follows from its input and the seed alone.
  ///
  /// Samples with equal inputs are in one part. Sizes are not exact; see ``Splitter/hashed(by:)``.
  public func hashedSplit(_ fractions: [Double], seed: UInt64) -> [LabeledDataset] {
    split(fractions, by: .hashed(by: contentKeys), seed: seed)
  }

  /// Parts as a splitter makes them. Traps unless it is of as many samples.
  public func split(_ fractions: [Double], by splitter: Splitter, seed: UInt64) -> [LabeledDataset] {
    require(splitter.count == count, "split: a splitter of \(splitter.count) samples for \(count)")
    return splitter.parts(fractions, seed: seed).map { subset(at: $0) }
  }

  /// The rounds of a cross-validation in which each class has the share that it has in the whole: in each round
  /// another part is held out to be measured on.
  ///
  /// - Parameters:
  ///   - count: The number of folds; traps unless it is at least 2.
  ///   - groups: Which samples have to be in one part, by default none.
  ///   - repetitions: How often everything is divided anew.
  /// - Throws: ``DataError`` if a part would be empty.
  public func stratifiedFolds(
    _ count: Int, groupedBy groups: SampleGroups? = nil, repetitions: Int = 1, seed: UInt64
  ) throws -> [(training: LabeledDataset, validation: LabeledDataset)] {
    try stratifiedSplitter(groupedBy: groups).folds(count, repetitions: repetitions, seed: seed)
      .map { (subset(at: $0.training), subset(at: $0.validation)) }
  }

  private func stratifiedSplitter(groupedBy groups: SampleGroups?) -> Splitter {
    groups.map { .stratified(by: classes, groupedBy: $0) } ?? .stratified(by: classes)
  }

  /// What each sample is recognised by: its input, as it is stored.
  public var contentKeys: [SampleKey] {
    switch storage {
    case .bytes(let tensor): SampleKey.keys(of: tensor, rows: positions.lazy.map(Int.init))
    case .floats(let tensor): SampleKey.keys(of: tensor, rows: positions.lazy.map(Int.init))
    }
  }
}
