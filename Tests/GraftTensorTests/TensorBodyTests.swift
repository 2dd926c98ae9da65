import Testing

@testable import GraftTensor

/// Who may write where: views and copies share memory until somebody writes.
@Suite struct TensorBodyTests {
  private func tensor() -> Tensor<Float> { Tensor([1, 2, 3, 4, 5, 6]).reshaped(to: [2, 3]) }

  @Test func aTensorOfItsOwnIsWrittenInPlace() {
    var x = tensor()
    let address = x.firstElement
    x *= 2
    x.setElement(0, 1, to: 7)
    #expect(x.firstElement == address && x.scalars == [2, 7, 6, 8, 10, 12])
  }

  @Test func aCopyIsWrittenApart() {
    let x = tensor()
    var y = x
    y += 1
    #expect(x.scalars == [1, 2, 3, 4, 5, 6] && y.scalars == [2, 3, 4, 5, 6, 7])
  }

  @Test func aViewOfALivingTensorIsWrittenApart() {
    let x = tensor()
    var row = x.select(1)
    row += 1
    #expect(x.scalars == [1, 2, 3, 4, 5, 6] && row.scalars == [5, 6, 7])
  }

  @Test func aTensorWithALivingViewIsWrittenApart() {
    var x = tensor()
    let row = x.select(1)
    x += 1
    #expect(x.scalars == [2, 3, 4, 5, 6, 7] && row.scalars == [4, 5, 6])
  }

  @Test func siblingViewsAreWrittenApart() {
    var (first, second) = (tensor().select(0), tensor().select(0))
    do {
      let x = tensor()
      (first, second) = (x.select(0), x.select(0))
    }
    first += 1
    #expect(first.scalars == [2, 3, 4] && second.scalars == [1, 2, 3])
  }

  @Test func theLastViewIsWrittenInPlace() {
    // A view of a view refers to the memory, not to the view.
    var view = tensor().reshaped(to: [6]).slice(2..<5).reshaped(to: [3, 1])
    let address = view.firstElement
    view += 1
    #expect(view.firstElement == address && view.scalars == [4, 5, 6] && view.shape == [3, 1])
  }

  @Test func viewsKnowWhereTheyLie() {
    let x = tensor()
    let view = x.transposed().slice(1..<3)
    #expect(view.offset == 1 && view.strides == [1, 3] && !view.isContiguous)
    #expect(view.scalars == [2, 5, 3, 6])
    #expect(x.strides == [3, 1] && x.offset == 0 && x.isContiguous)
  }

  @Test func borrowedMemoryIsNeverWritten() {
    let scalars: [Float] = [1, 2, 3]
    scalars.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      final class Owner {}
      var x = Tensor(borrowing: start, shape: [3], owner: Owner())
      var view = x.slice(1..<3)
      view += 1
      x += 1
      #expect(buffer.elementsEqual([1, 2, 3]) && x.scalars == [2, 3, 4] && view.scalars == [3, 4])
    }
  }
}
