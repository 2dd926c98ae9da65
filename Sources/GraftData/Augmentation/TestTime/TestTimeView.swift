import GraftTensor

/// One way to look at images when they are judged: a part of them, or their mirror image.
public struct TestTimeView: Sendable, Hashable {
  /// A corner of an image, or its middle.
  public enum Corner: Sendable, Hashable, CaseIterable {
    case topLeft, topRight, bottomLeft, bottomRight, center
  }

  private var crop: Crop?
  private var isMirrored = false
  private var isUpsideDown = false

  private struct Crop: Sendable, Hashable {
    let size: ImageSize
    let corner: Corner
  }

  /// The whole image as it is.
  public static let original = TestTimeView()

  /// `size` pixels of the image, at a corner or in the middle.
  public static func crop(_ size: ImageSize, at corner: Corner) -> TestTimeView {
    TestTimeView(crop: Crop(size: size, corner: corner))
  }

  /// This view, mirrored left to right.
  public var mirrored: TestTimeView {
    var view = self
    view.isMirrored.toggle()
    return view
  }

  /// This view, upside down.
  public var upsideDown: TestTimeView {
    var view = self
    view.isUpsideDown.toggle()
    return view
  }

  /// The view of images `[…, height, width]`. Traps if they are smaller than what is cut out of them.
  public func callAsFunction(_ images: Tensor<Float>) -> Tensor<Float> {
    require(images.rank >= 2, "TestTimeView: \(images.shape) are no images […, height, width]")
    var result = images
    if let crop {
      let (height, width) = (images.shape[images.rank - 2], images.shape[images.rank - 1])
      require(
        crop.size.height <= height && crop.size.width <= width,
        "TestTimeView: images of shape \(images.shape) are smaller than \(crop.size) pixels")
      let top = crop.corner.start(of: crop.size.height, in: height, isAtEnd: crop.corner.isAtBottom)
      let left = crop.corner.start(of: crop.size.width, in: width, isAtEnd: crop.corner.isAtRight)
      result = result.slice(top..<(top + crop.size.height), along: -2)
        .slice(left..<(left + crop.size.width), along: -1)
    }
    if isMirrored { result = result.flipped(along: [-1]) }
    if isUpsideDown { result = result.flipped(along: [-2]) }
    return result
  }
}

extension TestTimeView.Corner {
  fileprivate var isAtBottom: Bool { self == .bottomLeft || self == .bottomRight }
  fileprivate var isAtRight: Bool { self == .topRight || self == .bottomRight }

  /// Where a part of an axis starts; halves of a pixel go to the even one, as in torchvision.
  fileprivate func start(of part: Int, in whole: Int, isAtEnd: Bool) -> Int {
    if self == .center { return Int((Double(whole - part) / 2).rounded(.toNearestOrEven)) }
    return isAtEnd ? whole - part : 0
  }
}
