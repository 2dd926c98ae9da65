import GraftTensor
import Testing

@Suite struct MatrixProductTests {
  @Test func multipliesByTheDefinition() {
    let a = Tensor<Int32>([[1, 2, 3], [4, 5, 6]])
    let b = Tensor<Int32>([[1, 0], [0, 1], [1, 1]])
    #expect(a.matmul(b) == Tensor([[4, 5], [10, 11]]))
    #expect(a.matmul(Tensor([1, 0, -1])) == Tensor([-2, -2]))
    #expect(Tensor([1, -1]).matmul(a) == Tensor([-3, -3, -3]))
    #expect(Tensor<Double>([1, 2]).matmul(Tensor([3, 4])) == Tensor(11))
  }

  /// Shapes of the batch axes: none, same, broadcast on one side or the other or both.
  private static let batches: [(Shape, Shape)] = [
    ([], []), ([3], []), ([], [3]), ([2, 3], [2, 3]), ([2, 3], [3]), ([2, 1], [1, 4]), ([1], [1]),
    ([2, 2], []),
    ([0], []), ([2, 1], [2, 3]),
  ]

  @Test(arguments: 0..<200) func fastEqualsReference(seed: UInt64) {
    var generator = TestGenerator(seed)
    let (m, n, k) = (generator.length(0...20), generator.length(0...20), generator.length(0...30))
    let (aBatch, bBatch) = Self.batches[Int(seed) % Self.batches.count]
    let a = Self.view(rows: m, columns: k, batch: aBatch, using: &generator)
    let b = Self.view(rows: k, columns: n, batch: bBatch, using: &generator)
    let (exactA, exactB) = (Tensor<Double>(a), Tensor<Double>(b))
    expectSums(
      a.matmul(b), equal: exactA.matmul(exactB), magnitudes: exactA.abs().matmul(exactB.abs()), terms: k,
      "\(a.shape) · \(b.shape), strides \(a.strides) and \(b.strides)")
  }

  @Test(arguments: 0..<20) func vectorsAreRowsAndColumns(seed: UInt64) {
    var generator = TestGenerator(seed)
    let (m, k) = (generator.length(1...20), generator.length(1...20))
    let matrix = generator.tensor([2, m, k])
    let (row, column) = (generator.tensor([m]), generator.tensor([k]))
    #expect(row.matmul(matrix).isClose(to: row.reshaped(to: [1, m]).matmul(matrix).squeezed(at: 1)))
    #expect(matrix.matmul(column).isClose(to: matrix.matmul(column.reshaped(to: [k, 1])).squeezed(at: 2)))
    #expect(column.matmul(column).shape == [])
  }

  @Test func doesNotDependOnThreads() {
    var generator = TestGenerator(1)
    let (a, b) = (generator.tensor([3, 150, 170]), generator.tensor([3, 170, 130]))
    let one = ComputeThreads.withCount(1) { a.matmul(b) }
    #expect(ComputeThreads.withCount(2) { a.matmul(b) } == one)
  }

  @Test func trapsWithBothShapes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>.zeros([2, 3]).matmul(Tensor<Float>.zeros([2, 3]))
    }
    #expect(result.message.contains("matmul: shapes [2, 3] and [2, 3]"))
  }

  /// A random matrix of random layout: as it comes, transposed, a slice of a larger one, or one column repeated.
  private static func view(
    rows: Int, columns: Int, batch: Shape, using generator: inout TestGenerator
  ) -> Tensor<Float> {
    func shape(_ rows: Int, _ columns: Int) -> Shape { Shape(Array(batch) + [rows, columns]) }
    switch generator.length(0...4) {
    case 0: return generator.tensor(shape(columns, rows)).transposed()
    case 1:
      return generator.tensor(shape(rows + 3, columns + 2)).slice(1..<(rows + 1), along: -2)
        .slice(2..<(columns + 2), along: -1)
    case 2: return generator.tensor(shape(rows, 1)).broadcast(to: shape(rows, columns))
    case 3 where batch.rank == 2:
      return generator.tensor([batch[1], rows, batch[0], columns]).permuted([2, 0, 1, 3])
    default: return generator.tensor(shape(rows, columns))
    }
  }
}
