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

  @Test func describesItself() {
    #expect("\(Shape([1, 28, 28]))" == "[1, 28, 28]")
  }
}
