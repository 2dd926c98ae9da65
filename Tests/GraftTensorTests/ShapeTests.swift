import GraftTensor
import Testing

@Suite struct ShapeTests {
  @Test func countsElements() {
    #expect(Shape([2, 3, 4]).elementCount == 24)
    #expect(Shape().elementCount == 1)
    #expect(Shape([5, 0, 2]).elementCount == 0)
  }

  @Test func insertsAndRemovesAxes() {
    var shape: Shape = [2, 4]
    shape.insert(3, at: 1)
    #expect(shape == [2, 3, 4])
    #expect(shape.remove(at: 0) == 2)
    #expect(shape == [3, 4])
  }

  @Test func permutes() {
    #expect(Shape([2, 3, 4]).permuted([2, 0, 1]) == [4, 2, 3])
  }

  @Test func keepsEachOfItsAxes() {
    var shape = Shape(1...8)
    for axis in 0..<8 { shape[axis] *= 10 }
    #expect(Array(shape) == [10, 20, 30, 40, 50, 60, 70, 80])
    #expect(shape.withUnsafeLengths { lengths in (0..<8).map { lengths[$0] } } == Array(shape))
    shape.remove(at: 3)
    #expect(shape == [10, 20, 30, 50, 60, 70, 80] && shape != [10, 20, 30, 50, 60, 70, 81])
    shape.remove(at: 6)
    shape.remove(at: 5)
    #expect(shape == [10, 20, 30, 50, 60], "what has been removed takes part in comparisons")
  }

  @Test func reachesItsLargestLength() {
    let longest = Shape.maximumLength
    #expect(Shape([longest, longest, 1]).elementCount == longest * longest)
    #expect(Shape([2, longest]).contiguousStrides == [longest, 1])
    // Where nobody steps along an axis, its distance doesn't matter.
    #expect(Shape([1, 2, longest]).contiguousStrides.rank == 3)
    #expect(Shape([3, 0, longest, longest]).contiguousStrides.rank == 4)
  }

  @Test func trapsBeyondItsLargestLength() async {
    await #expect(processExitsWith: .failure) { _ = Shape([Shape.maximumLength + 1]) }
    await #expect(processExitsWith: .failure) { _ = Shape([2, 2, Shape.maximumLength]).contiguousStrides }
  }

  @Test func describesItself() {
    #expect("\(Shape([1, 28, 28]))" == "[1, 28, 28]")
  }
}
