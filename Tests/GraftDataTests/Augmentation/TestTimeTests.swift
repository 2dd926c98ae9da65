import GraftTensor
import Testing

@testable import GraftData

@Suite struct TestTimeTests {
  /// Two images of 1 × 5 × 6 whose elements are numbered.
  private let images = Tensor<Float>((0..<60).map { Float($0) }).reshaped(to: [2, 1, 5, 6])

  @Test func cropsLieInCornersAndInTheMiddle() {
    let size = ImageSize(height: 2, width: 3)
    // (5 − 2) / 2 and (6 − 3) / 2 are 1½: the even one is 2.
    let corners = [(0, 0), (0, 3), (3, 0), (3, 3), (2, 2)]
    let views = TestTimeAugmentation.fiveCrop(size).views
    #expect(views.count == 5)
    for (view, (top, left)) in zip(views, corners) {
      let expected = images.slice(top..<(top + 2), along: 2).slice(left..<(left + 3), along: 3)
      #expect(view(images) == expected)
      #expect(view.mirrored(images) == expected.flipped(along: [3]))
      #expect(view.upsideDown(images) == expected.flipped(along: [2]))
      #expect(view.mirrored.upsideDown.mirrored(images.select(0)) == expected.select(0).flipped(along: [1]))
    }
    let ten = TestTimeAugmentation.tenCrop(size).views
    #expect(Array(ten[..<5]) == views && Array(ten[5...]) == views.map(\.mirrored) && Set(ten).count == 10)
  }

  @Test func averagesWhatIsJudged() throws {
    // The upper left pixel of each view, and its number.
    var calls: Float = 0
    let mean = TestTimeAugmentation.mirrored.mean(of: images) { view in
      calls += 1
      return .concatenated(
        [view.select(0).reshaped(to: [30]).slice(0..<1, along: 0), Tensor<Float>([calls])])
    }
    #expect(mean.scalars == [2.5, 1.5])
    struct Failure: Error {}
    #expect(throws: Failure.self) {
      try TestTimeAugmentation.mirrored.mean(of: images) { _ in throw Failure() }
    }
  }

  @Test func imagesThatAreTooSmallStop() async {
    await #expect(processExitsWith: .failure) {
      _ = TestTimeAugmentation.fiveCrop(ImageSize(side: 7)).views[0](Tensor<Float>.zeros([1, 5, 6]))
    }
  }
}
