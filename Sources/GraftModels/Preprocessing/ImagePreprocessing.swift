import GraftData
import GraftTensor

/// How photographs become the input that published weights expect: resized, cropped in the middle, standardised.
///
/// ```swift
/// let preprocessing = ResNet.Configuration.resNet18.preprocessing
/// let input = preprocessing.prepared(photograph)     // [3, height, width] bytes to [3, 224, 224]
/// ```
///
/// The numbers are those of torchvision's preprocessing with Pillow's images. A network that sees other sizes or colours than it
/// was trained with is less accurate, and nothing says so.
public struct ImagePreprocessing: Sendable, Hashable {
  /// The length of the shorter side after resizing, in pixels; the longer side follows.
  public let shortSide: Int

  /// Height and width of what is cut from the middle: the side of the network's input.
  public let cropSide: Int

  /// How pixels are weighted when the image is resized.
  public let filter: ResamplingFilter

  /// The standardisation of the colours, after they are divided by 255.
  public let normalization: Normalization

  /// A preprocessing of your own.
  ///
  /// Traps unless the sides are positive and the crop is at most as large as the short side.
  /// - Parameters:
  ///   - shortSide: the shorter side after resizing.
  ///   - cropSide: the side of the square that is cut from the middle.
  ///   - filter: how pixels are weighted. Default: bilinear.
  ///   - normalization: the standardisation of the colours. Default: of ImageNet's.
  public init(
    shortSide: Int, cropSide: Int, filter: ResamplingFilter = .bilinear,
    normalization: Normalization = .imageNet
  ) {
    require(
      cropSide > 0 && cropSide <= shortSide,
      "ImagePreprocessing: a square of \(cropSide) cannot be cut from a short side of \(shortSide)")
    self.shortSide = shortSide
    self.cropSide = cropSide
    self.filter = filter
    self.normalization = normalization
  }

  /// 256, 224, ImageNet's colours: most published weights.
  public static let imageNet = ImagePreprocessing(shortSide: 256, cropSide: 224)

  /// 232, 224, ImageNet's colours: torchvision's second generation of weights (`IMAGENET1K_V2`) of ResNets and MobileNet v2.
  public static let imageNetV2 = ImagePreprocessing(shortSide: 232, cropSide: 224)

  /// 342, 299, colours from −1 to 1: Inception v3.
  ///
  /// torchvision's own layer turns ImageNet's standardisation into this one inside the network; give the network one of
  /// the two, never both.
  public static let inception = ImagePreprocessing(
    shortSide: 342, cropSide: 299, normalization: .symmetric)

  /// 257, 225, colours from −1 to 1: MobileNets whose weights were trained in TensorFlow.
  ///
  /// A side of 32k + 1 is where TensorFlow's padding, which depends on the size, is that of the network here.
  public static let tensorFlowMobileNet = ImagePreprocessing(
    shortSide: 257, cropSide: 225, normalization: .symmetric)

  /// The input for a photograph, `[3, cropSide, cropSide]` from `[3, height, width]` in RGB: ``cropped(_:)``, then divided by 255 and
  /// standardised.
  ///
  /// Traps unless the image has three axes, pixels, and channels that the normalisation fits.
  public func prepared(_ image: Tensor<UInt8>) -> Tensor<Float> {
    let batch = (Tensor<Float>(cropped(image)) / 255).expandingAxis(at: 0)
    return normalization(batch).squeezed(at: 0)
  }

  /// The middle of a photograph after resizing, still in bytes: `[3, cropSide, cropSide]` from `[3, height, width]`.
  ///
  /// A data set of such images takes a quarter of the memory, and ``LabeledDataset/normalized(by:)`` does the rest. The longer side becomes
  /// ⌊shortSide · long / short⌋; the crop begins at half the difference, rounded to the nearest even number where it lies between two.
  /// Traps unless the image has three axes and pixels.
  public func cropped(_ image: Tensor<UInt8>) -> Tensor<UInt8> {
    let size = ImageSize(of: image).scaled(shorterSide: shortSide)
    let origin = size.centeredOrigin(of: ImageSize(side: cropSide))
    return image.resized(
      to: size,
      keeping: (origin.top..<(origin.top + cropSide), origin.left..<(origin.left + cropSide)), by: filter)
  }
}
