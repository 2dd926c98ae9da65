import GraftTensor
import Testing

@Suite struct DescriptionTests {
  @Test func linesColumnsUp() {
    #expect(Tensor<Float>(1.5).description == "1.5")
    #expect(Tensor<Int32>([1, 2, 3]).description == "[1, 2, 3]")
    #expect(Tensor<Int32>([[1, -20], [300, 4]]).description == "[[  1, -20],\n [300,   4]]")
    #expect(
      Tensor<Int32>(shape: [2, 1, 2], scalars: [1, 2, 3, 4]).description == "[[[1, 2]],\n\n [[3, 4]]]")
    #expect(Tensor([true, false]).description == "[ true, false]")
    #expect(Tensor<Float>.zeros([0]).description == "[]")
    #expect(Tensor<Float>.zeros([2, 0]).description == "[[],\n []]")
  }

  @Test func abridgesWhatIsLong() {
    let long = Tensor<Int32>(0..<2_000)
    #expect(long.description == "[   0,    1,    2, …, 1997, 1998, 1999]")
    let rows = long.reshaped(to: [500, 4]).description.split(separator: "\n")
    #expect(rows.count == 7 && rows[3] == " …,")
  }

  @Test func equality() {
    #expect(Tensor<Float>([1, 2]) == Tensor([1, 2]) && Tensor<Float>([1, 2]) != Tensor([1, 3]))
    #expect(Tensor<Float>([1, 2]) != Tensor([[1, 2]]))
    #expect(Tensor<Float>([.nan]) != Tensor([.nan]) && Tensor<Float>([0]) == Tensor([-0.0]))
    #expect(Tensor<Float>([[1, 2], [3, 4]]).transposed() == Tensor([[1, 3], [2, 4]]))
  }

  @Test func closeness() {
    let tensor = Tensor<Float>([1, 100, .infinity])
    #expect(tensor.isClose(to: tensor))
    #expect(tensor.isClose(to: Tensor([1.01, 101, .infinity]), relative: 0.011))
    #expect(!tensor.isClose(to: Tensor([1.01, 101, .infinity]), relative: 0.009, absolute: 0))
    #expect(!tensor.isClose(to: Tensor([1, 100, 7]), relative: 0.5))
    #expect(!Tensor<Float>([.nan]).isClose(to: Tensor([.nan])))
    #expect(Tensor<Float>([0]).isClose(to: Tensor([0.1]), relative: 0, absolute: 0.2))
    #expect(!Tensor<Float>([1]).isClose(to: Tensor([[1]])))
  }
}
