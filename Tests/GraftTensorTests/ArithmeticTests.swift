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

  /// Intermediate results lend their memory to what is made of them; whatever somebody still holds stays as it is.
  @Test func operandsInUseKeepTheirValues() {
    var generator = RandomGenerator(seed: 24)
    let a = Tensor<Float>.uniform([64, 33], using: &generator)
    let b = Tensor<Float>.uniform([33], using: &generator)
    let (a0, b0) = (a.scalars, b.scalars)
    let c = a + b
    let held = c
    let d = (c - 1) * (2 - c) / (a + 1) - (b * 2)
    #expect(a.scalars == a0 && b.scalars == b0 && held == c && held.scalars == (a + b).scalars)
    for position in positions(of: [64, 33]) {
      let x = c.broadcastElement(at: position)
      let (p, q) = (a.broadcastElement(at: position), b.broadcastElement(at: position))
      #expect(d.broadcastElement(at: position) == (x - 1) * (2 - x) / (p + 1) - q * 2)
    }
    // A part of something larger must not be written into.
    let whole = Tensor<Float>(repeating: 1, shape: [4, 8])
    let sum = whole[1] + 1
    #expect(whole == Tensor(repeating: 1, shape: [4, 8]) && sum == Tensor(repeating: 2, shape: [8]))
  }
}
