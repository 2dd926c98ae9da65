import GraftTensor
import Testing

@Suite struct TensorIndexTests {
  let tensor = Tensor<Float>(shape: [2, 3, 4], scalars: (0..<24).map(Float.init))

  @Test func reads() {
    let row = 1
    #expect(tensor[0].shape == [3, 4])
    #expect(tensor[row, 2, 3].scalar == 23)
    #expect(tensor[.all, 1..<3, 2] == Tensor([[6, 10], [18, 22]]))
    #expect(tensor[1, 1...].shape == [2, 4])
    #expect(tensor[..<1, ...1, 0...0].shape == [1, 2, 1])
    #expect(tensor[.all, 1..<1].count == 0)
  }

  @Test func writesOnlyItsPart() {
    var changed = tensor
    changed[.all, 1, 2...] = Tensor([-1, -2])
    #expect(changed[.all, 1, 2...] == Tensor([[-1, -2], [-1, -2]]))
    #expect(changed.sum().scalar == tensor.sum().scalar - tensor[.all, 1, 2...].sum().scalar - 6)
    #expect(tensor[0, 1, 2].scalar == 6)
  }

  @Test func writesThroughViewsAndItself() {
    var view = tensor.permuted([2, 0, 1])
    view[0] = view[1]
    #expect(view[0] == tensor[.all, .all, 1])
    #expect(view[1...] == tensor.permuted([2, 0, 1])[1...])
    view[3] += 1
    #expect(view[3] == tensor[.all, .all, 3] + 1)
  }

  @Test func trapsOutside() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>([1, 2, 3])[3] }
  }
}
