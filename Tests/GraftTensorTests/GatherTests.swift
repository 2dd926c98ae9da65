import Testing

@testable import GraftTensor

@Suite struct GatherTests {
  @Test func gathersRows() {
    var generator = RandomGenerator(seed: 71)
    let table = generator.tensor([7, 3, 2])
    let indices = Tensor<Int32>([[6, 0, 0], [3, 2, 6]])
    let rows = table.gather(rows: indices)
    #expect(rows.shape == [2, 3, 3, 2])
    for position in positions(of: [2, 3]) {
      #expect(rows[position[0], position[1]] == table[Int(indices.element(position[0], position[1]))])
    }
    #expect(Tensor<Float>([5, 6]).gather(rows: Tensor(1)).scalar == 6)
    #expect(table.gather(rows: Tensor<Int32>.zeros([0])).shape == [0, 3, 2])
  }

  @Test func gathersAlongAnAxis() {
    var generator = RandomGenerator(seed: 72)
    for axis in 0..<3 {
      let tensor = generator.tensor([3, 4, 5])
      var shape = tensor.shape
      shape[axis] = 2
      let indices = Tensor<Int32>(
        shape: shape,
        scalars: (0..<shape.elementCount).map { _ in Int32(generator.integer(below: tensor.shape[axis])) })
      let result = tensor.gather(along: axis - 3, indices)
      #expect(result.shape == shape)
      for position in positions(of: shape) {
        var source = position
        source[axis] = Int(indices.broadcastElement(at: position))
        #expect(result.broadcastElement(at: position) == tensor.broadcastElement(at: source))
      }
    }
  }

  /// ⟨gather x, y⟩ = ⟨x, scatter y⟩, in whole numbers and so exactly.
  @Test func scatteringIsTheAdjoint() {
    var generator = RandomGenerator(seed: 73)
    func numbers(_ shape: Shape, below bound: Int) -> Tensor<Int32> {
      Tensor(
        shape: shape, scalars: (0..<shape.elementCount).map { _ in Int32(generator.integer(below: bound)) })
    }
    let x = numbers([6, 3], below: 100)
    let rows = numbers([2, 5], below: 6)
    let y = numbers([2, 5, 3], below: 100)
    #expect((x.gather(rows: rows) * y).sum() == (x * y.scatterAdded(rows: rows, count: 6)).sum())
    for axis in 0..<2 {
      var shape: Shape = [6, 3]
      shape[axis] = 4
      let indices = numbers(shape, below: [6, 3][axis])
      let z = numbers(shape, below: 100)
      let scattered = z.scatterAdded(along: axis, indices, length: [6, 3][axis])
      #expect((x.gather(along: axis, indices) * z).sum() == (x * scattered).sum())
    }
  }

  /// Rows enough for several parts, some of them named often: every row is the sum in the order of the indices, to the last
  /// bit, on one thread and on several.
  @Test func manyRowsAddUpInTheirOrder() {
    var generator = RandomGenerator(seed: 74)
    let (count, width) = (9_001, 8)
    let indices = (0..<700).map { $0 % 3 == 0 ? Int32(4_500) : Int32(generator.integer(below: count)) }
    let rows = Tensor<Float>.normal([indices.count, width], using: &generator)
    var expected = [Float](repeating: 0, count: count * width)
    for (place, index) in indices.enumerated() {
      for column in 0..<width {
        expected[Int(index) * width + column] += rows.element(place, column)
      }
    }
    for threads in [1, 2, 5] {
      let scattered = ComputeThreads.withCount(threads) {
        rows.scatterAdded(rows: Tensor(indices), count: count)
      }
      #expect(scattered.shape == [count, width] && scattered.scalars == expected)
      let gathered = ComputeThreads.withCount(threads) { scattered.gather(rows: Tensor(indices)) }
      #expect(
        gathered.scalars
          == indices.flatMap { expected[Int($0) * width..<(Int($0) + 1) * width] })
    }
  }

  @Test func trapsOnIndicesOutside() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>([1, 2]).gather(rows: Tensor([2]))
    }
    #expect(result.message.contains("gather: index 2 lies outside axis 0 of shape [2]"))
    await #expect(processExitsWith: .failure) {
      _ = Tensor<Float>([1, 2]).scatterAdded(rows: Tensor([-1, 0]), count: 2)
    }
  }
}
