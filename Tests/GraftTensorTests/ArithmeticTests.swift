import Testing

@testable import GraftTensor

@Suite struct ArithmeticTests {
  @Test func broadcasts() {
    let matrix = Tensor<Float>([[1, 2, 3], [4, 5, 6]])
    #expect(matrix + Tensor([10, 20, 30]) == Tensor([[11, 22, 33], [14, 25, 36]]))
    #expect(matrix * Tensor([[10], [100]]) == Tensor([[10, 20, 30], [400, 500, 600]]))
    #expect(1 - matrix == Tensor([[0, -1, -2], [-3, -4, -5]]))
    #expect(matrix.transposed() + matrix.transposed() == (matrix + matrix).transposed())
    #expect(Tensor<Int32>([7, -7]) / 2 == Tensor([3, -3]))
  }

  @Test func assignsInPlaceOnlyWhenUnshared() {
    var tensor = Tensor<Float>([1, 2, 3])
    let copy = tensor
    tensor += 1
    #expect(copy == Tensor([1, 2, 3]))
    #expect(tensor == Tensor([2, 3, 4]))
    let address = tensor.withUnsafeElements { $0 }
    tensor *= 2
    tensor += Tensor([1, 0, 0])
    #expect(tensor.withUnsafeElements { $0 } == address)
    tensor += tensor
    #expect(tensor == Tensor([10, 12, 16]))
  }

  @Test func reduces() {
    let tensor = Tensor<Float>(shape: [2, 2, 3], scalars: (1...12).map(Float.init))
    #expect(tensor.sum().scalar == 78)
    #expect(tensor.sum(along: [0, 2]) == Tensor([30, 48]))
    #expect(tensor.mean(along: [-1], keepingAxes: true).shape == [2, 2, 1])
    #expect(tensor.max(along: [1]) == Tensor([[4, 5, 6], [10, 11, 12]]))
    #expect(tensor.variance(along: [0, 2]).isClose(to: Tensor([29.0 / 3, 29.0 / 3]), relative: 1e-6))
    #expect(tensor.argmax() == Tensor([[2, 2], [2, 2]]))
    #expect(tensor.summed(to: [2, 1]) == Tensor([[30], [48]]))
  }

  @Test func softmaxSumsToOne() {
    let logits = Tensor<Float>([[1, 2, 3], [1000, 1000, -.infinity]])
    #expect(logits.softmax().sum(along: [1]).isClose(to: Tensor([1, 1])))
    #expect(logits.softmax(along: 0).sum(along: [0]).slice(0..<2).isClose(to: Tensor([1, 1])))
    #expect(logits.logSoftmax().exp().isClose(to: logits.softmax(), relative: 1e-6))
  }

  @Test func assembles() {
    let a = Tensor<Float>([[1, 2], [3, 4]])
    #expect(Tensor.concatenated([a, a.transposed()], along: 1) == Tensor([[1, 2, 1, 3], [3, 4, 2, 4]]))
    #expect(Tensor.stacked([a, a], along: 2).shape == [2, 2, 2])
    #expect(a.padded([(1, 0), (0, 1)]) == Tensor([[0, 0, 0], [1, 2, 0], [3, 4, 0]]))
    #expect(a.gather(rows: Tensor([1, 1, 0])) == Tensor([[3, 4], [3, 4], [1, 2]]))
    #expect(a.scatterAdded(rows: Tensor([2, 2]), count: 3) == Tensor([[0, 0], [0, 0], [4, 6]]))
    #expect(a.flipped(along: [1]) == Tensor([[2, 1], [4, 3]]))
    #expect(a.tiled([1, 2]) == Tensor([[1, 2, 1, 2], [3, 4, 3, 4]]))
    #expect(Tensor<Float>(Tensor<Int32>([1, 2])) == Tensor([1, 2]))
    #expect(a.description == "[[1.0, 2.0],\n [3.0, 4.0]]")
  }
}
