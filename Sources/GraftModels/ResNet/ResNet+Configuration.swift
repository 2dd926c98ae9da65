import GraftNN
import GraftTensor

extension ResNet {
  /// What tells the members of the family apart.
  public struct Configuration: Sendable, Hashable {
    /// The kind of block.
    public let block: ResidualBlock
    /// The number of blocks in each of the four layers.
    public let blockCounts: [Int]
    /// Into how many independent parts the channels of a bottleneck's 3×3 convolution are divided.
    public let groups: Int
    /// The channels of each part in the first layer; they double from layer to layer.
    public let widthPerGroup: Int

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
    /// ``resNet50`` with 3×3 convolutions twice as wide, 68.9 million parameters; torchvision's `wide_resnet50_2`.
    ///
    /// Zagoruyko, Komodakis: *Wide Residual Networks*, BMVC 2016.
    public static let wideResNet50 = Configuration(
      block: .bottleneck, blockCounts: [3, 4, 6, 3], widthPerGroup: 128)
    /// ``resNet50`` with 3×3 convolutions in 32 groups of 4 channels, 25.0 million parameters; torchvision's `resnext50_32x4d`.
    ///
    /// Xie, Girshick, Dollár, Tu, He: *Aggregated Residual Transformations for Deep Neural Networks*, CVPR 2017.
    public static let resNeXt50 = Configuration(
      block: .bottleneck, blockCounts: [3, 4, 6, 3], groups: 32, widthPerGroup: 4)

    /// A network of your own layout.
    ///
    /// Traps unless there are four positive counts, and groups and their width are positive; basic blocks have one group of
    /// 64 channels.
    /// - Parameters:
    ///   - block: the kind of block.
    ///   - blockCounts: the number of blocks in each of the four layers.
    ///   - groups: the parts of a bottleneck's 3×3 convolution. Default: 1.
    ///   - widthPerGroup: the channels of each part in the first layer. Default: 64.
    public init(block: ResidualBlock, blockCounts: [Int], groups: Int = 1, widthPerGroup: Int = 64) {
      require(
        blockCounts.count == 4 && blockCounts.allSatisfy { $0 > 0 },
        "ResNet.Configuration: four positive block counts are needed, not \(blockCounts)")
      require(
        groups > 0 && widthPerGroup > 0 && (block == .bottleneck || (groups == 1 && widthPerGroup == 64)),
        "ResNet.Configuration: \(groups) groups of \(widthPerGroup) channels do not go with \(block) blocks")
      self.block = block
      self.blockCounts = blockCounts
      self.groups = groups
      self.widthPerGroup = widthPerGroup
    }

    /// A block of this network, for one of the four layers.
    ///
    /// - Parameter width: 64 in the first layer, then twice as much in each.
    func makeBlock(
      _ inputs: Int, _ width: Int, stride: Int, using generator: inout RandomGenerator
    ) -> any Layer {
      switch block {
      case .basic: return BasicBlock(inputs, width, stride: stride, using: &generator)
      case .bottleneck:
        return Bottleneck(
          inputs, inner: width * widthPerGroup / 64 * groups, outputs: width * block.expansion,
          stride: stride, groups: groups, using: &generator)
      }
    }
  }
}
