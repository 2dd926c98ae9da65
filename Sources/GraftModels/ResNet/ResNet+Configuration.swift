import GraftTensor

extension ResNet {
  /// What tells the members of the family apart.
  public struct Configuration: Sendable, Hashable {
    /// The kind of block.
    public let block: ResidualBlock
    /// The number of blocks in each of the four layers.
    public let blockCounts: [Int]

    /// 18 layers, 11.7 million parameters with 1,000 classes.
    public static let resNet18 = Configuration(block: .basic, blockCounts: [2, 2, 2, 2])
    /// 34 layers, 21.8 million parameters.
    public static let resNet34 = Configuration(block: .basic, blockCounts: [3, 4, 6, 3])
    /// 50 layers, 25.6 million parameters.
    public static let resNet50 = Configuration(block: .bottleneck, blockCounts: [3, 4, 6, 3])
    /// 101 layers, 44.5 million parameters.
    public static let resNet101 = Configuration(block: .bottleneck, blockCounts: [3, 4, 23, 3])
    /// 152 layers, 60.2 million parameters.
    public static let resNet152 = Configuration(block: .bottleneck, blockCounts: [3, 8, 36, 3])

    /// A network of your own layout.
    ///
    /// Traps unless there are four positive counts.
    public init(block: ResidualBlock, blockCounts: [Int]) {
      require(
        blockCounts.count == 4 && blockCounts.allSatisfy { $0 > 0 },
        "ResNet.Configuration: four positive block counts are needed, not \(blockCounts)")
      self.block = block
      self.blockCounts = blockCounts
    }
  }
}
