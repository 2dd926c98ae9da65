import GraftTensor

extension VisionTransformer {
  /// The sizes of a vision transformer.
  public struct Configuration: Sendable, Hashable {
    /// Height and width of a patch, in pixels: each becomes a token.
    public var patchSize: Int
    /// The length of the vector that stands for a patch.
    public var width: Int
    /// Transformer layers.
    public var layers: Int
    /// Attention heads in each of them; a divisor of the width.
    public var heads: Int
    /// The width inside the feed-forward blocks. Default: four times the width.
    public var innerWidth: Int
    /// Height and width of the images that the network is made for. Default: 224.
    public var imageSize: Int
    /// The probability of an activation to be dropped while training, after the positions and where it joins the residual. Default: 0.
    public var dropout: Float
    /// The probability of an attention weight to be dropped while training. Default: 0.
    public var attentionDropout: Float
    /// What layer norm adds to the variance. Default: 1e-6.
    public var epsilon: Float

    /// Sizes of your own.
    ///
    /// Traps unless the sizes are positive, `heads` divides `width`, `patchSize` divides `imageSize` and the rates are below 1.
    public init(
      patchSize: Int, width: Int, layers: Int, heads: Int, innerWidth: Int? = nil, imageSize: Int = 224,
      dropout: Float = 0, attentionDropout: Float = 0, epsilon: Float = 1e-6
    ) {
      self.patchSize = patchSize
      self.width = width
      self.layers = layers
      self.heads = heads
      self.innerWidth = innerWidth ?? 4 * width
      self.imageSize = imageSize
      self.dropout = dropout
      self.attentionDropout = attentionDropout
      self.epsilon = epsilon
      check()
    }

    /// Ti/16: 5.7 million parameters with 1,000 classes. (Touvron et al., 2021.)
    public static let tiny16 = Configuration(patchSize: 16, width: 192, layers: 12, heads: 3)
    /// S/16: 22 million parameters.
    public static let small16 = Configuration(patchSize: 16, width: 384, layers: 12, heads: 6)
    /// B/16: 86.6 million parameters.
    public static let base16 = Configuration(patchSize: 16, width: 768, layers: 12, heads: 12)
    /// B/32: 88.2 million parameters, at about a quarter of the work.
    public static let base32 = Configuration(patchSize: 32, width: 768, layers: 12, heads: 12)
    /// L/16: 304 million parameters.
    public static let large16 = Configuration(patchSize: 16, width: 1024, layers: 24, heads: 16)
    /// L/32: 307 million parameters.
    public static let large32 = Configuration(patchSize: 32, width: 1024, layers: 24, heads: 16)

    /// The same network for images of another size, `imageSize` × `imageSize`: some weights are published for 384×384.
    public func forImages(of imageSize: Int) -> Configuration {
      var result = self
      result.imageSize = imageSize
      result.check()
      return result
    }

    /// Traps if the sizes make no network. Each can be set by itself, so a network asks again.
    func check() {
      let sizes = [patchSize, width, layers, heads, innerWidth, imageSize]
      require(
        sizes.allSatisfy { $0 > 0 } && width % heads == 0 && imageSize % patchSize == 0,
        "VisionTransformer.Configuration: patches of \(patchSize) in images of \(imageSize), width \(width), "
          + "\(heads) heads, \(layers) layers, inner width \(innerWidth): all have to be positive, and patches and heads have to fit"
      )
      require(
        [dropout, attentionDropout].allSatisfy { (0..<1).contains($0) } && epsilon > 0,
        "VisionTransformer.Configuration: dropout \(dropout), of attention \(attentionDropout), epsilon \(epsilon)"
      )
    }
  }
}
