import GraftTensor

/// Judges several views of the same images, and averages what comes out: better by a little, slower by their number.
///
/// ```swift
/// let views = TestTimeAugmentation.tenCrop(ImageSize(side: 224))
/// let probabilities = views.mean(of: images) { softmax(model($0)) }   // images of 256 × 256
/// ```
///
/// Averaging probabilities is usual; averaging logits averages probabilities geometrically.
public struct TestTimeAugmentation: Sendable, Hashable {
  /// The views, in the order they are judged.
  public let views: [TestTimeView]

  /// Traps if there is no view.
  public init(_ views: [TestTimeView]) {
    require(!views.isEmpty, "TestTimeAugmentation: no views")
    self.views = views
  }

  /// The image and its mirror image.
  public static let mirrored = TestTimeAugmentation([.original, TestTimeView.original.mirrored])

  /// `size` pixels in each of the four corners and in the middle.
  public static func fiveCrop(_ size: ImageSize) -> TestTimeAugmentation {
    TestTimeAugmentation(TestTimeView.Corner.allCases.map { .crop(size, at: $0) })
  }

  /// ``fiveCrop(_:)``, and the same mirrored: Krizhevsky et al., *ImageNet Classification with Deep Convolutional Neural Networks*, 2012.
  public static func tenCrop(_ size: ImageSize) -> TestTimeAugmentation {
    let five = fiveCrop(size).views
    return TestTimeAugmentation(five + five.map(\.mirrored))
  }

  /// The mean, over all views, of what `judge` makes of the images seen that way.
  ///
  /// - Parameters:
  ///   - images: one or several, `[…, height, width]`; traps if they are smaller than a view.
  ///   - judge: probabilities or logits of the images it is given; traps unless they have one shape for all views.
  public func mean(
    of images: Tensor<Float>, _ judge: (Tensor<Float>) throws -> Tensor<Float>
  ) rethrows -> Tensor<Float> {
    var sum = try judge(views[0](images))
    for view in views.dropFirst() {
      let judgement = try judge(view(images))
      require(
        judgement.shape == sum.shape,
        "TestTimeAugmentation: results of shapes \(sum.shape) and \(judgement.shape) have no mean")
      sum = sum + judgement
    }
    return sum / Float(views.count)
  }
}
