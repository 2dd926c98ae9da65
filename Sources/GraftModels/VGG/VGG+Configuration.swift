import GraftTensor

extension VGG {
  /// What tells the members of the family apart.
  public struct Configuration: Sendable, Hashable {
    /// The output channels of each 3×3 convolution, block by block; a maximum pooling ends each block.
    public let blocks: [[Int]]
    /// Whether a batch norm follows each convolution.
    public let isNormalized: Bool
    /// The width of the two hidden layers of the classifier.
    public let hiddenWidth: Int

    /// 11 layers, 132.9 million parameters with 1,000 classes.
    public static let vgg11 = Configuration(convolutions: [1, 1, 2, 2, 2])
    /// 13 layers, 133.0 million parameters.
    public static let vgg13 = Configuration(convolutions: [2, 2, 2, 2, 2])
    /// 16 layers, 138.4 million parameters.
    public static let vgg16 = Configuration(convolutions: [2, 2, 3, 3, 3])
    /// 19 layers, 143.7 million parameters.
    public static let vgg19 = Configuration(convolutions: [2, 2, 4, 4, 4])

    /// ``vgg11`` with batch norms, torchvision's `vgg11_bn`.
    public static let vgg11BN = vgg11.normalized
    /// ``vgg13`` with batch norms.
    public static let vgg13BN = vgg13.normalized
    /// ``vgg16`` with batch norms.
    public static let vgg16BN = vgg16.normalized
    /// ``vgg19`` with batch norms.
    public static let vgg19BN = vgg19.normalized

    /// A network of your own layout.
    ///
    /// Traps unless there is a block, each has a convolution, and all widths are positive.
    /// - Parameters:
    ///   - blocks: the output channels of each convolution, block by block.
    ///   - isNormalized: whether a batch norm follows each convolution. Default: no.
    ///   - hiddenWidth: the width of the classifier's hidden layers. Default: 4,096.
    public init(blocks: [[Int]], isNormalized: Bool = false, hiddenWidth: Int = 4096) {
      require(
        !blocks.isEmpty && blocks.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0 > 0 } } && hiddenWidth > 0,
        "VGG.Configuration: blocks \(blocks) and hidden width \(hiddenWidth) have to be there and positive")
      self.blocks = blocks
      self.isNormalized = isNormalized
      self.hiddenWidth = hiddenWidth
    }

    /// The published widths, with the given number of convolutions in each block.
    private init(convolutions counts: [Int]) {
      self.init(
        blocks: zip(counts, [64, 128, 256, 512, 512]).map { Array(repeating: $0.1, count: $0.0) })
    }

    private var normalized: Configuration {
      Configuration(blocks: blocks, isNormalized: true, hiddenWidth: hiddenWidth)
    }

    /// Which of the numbered layers belong to each block: a convolution, perhaps a norm, a ReLU each, and the pooling.
    var layerRanges: [Range<Int>] {
      var end = 0
      return blocks.map { block in
        let start = end
        end += block.count * (isNormalized ? 3 : 2) + 1
        return start..<end
      }
    }
  }
}
