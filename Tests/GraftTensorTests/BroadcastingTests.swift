import Testing

@testable import GraftTensor

/// Arithmetic on random shapes and views against one element after the other.
@Suite struct BroadcastingTests {
  @Test(arguments: BinaryOperation.allCases)
  func floatOperationsFollowTheReference(operation: BinaryOperation) {
    var generator = RandomGenerator(seed: 21)
    for _ in 0..<60 {
      let shape = generator.shape()
      let left = generator.tensor(broadcastingTo: shape)
      let right = generator.tensor(broadcastingTo: shape)
      let result = apply(operation, left, right)
      #expect(result.shape == Shape.broadcast(left.shape, right.shape, operation: "test"))
      let expected = positions(of: result.shape).map {
        reference(operation, left.broadcastElement(at: $0), right.broadcastElement(at: $0))
      }
      // Each is one operation of IEEE 754: exactly rounded, so the same to the bit.
      #expect(result.scalars == expected)
    }
  }

  @Test func assignmentEqualsOperation() {
    var generator = RandomGenerator(seed: 22)
    for _ in 0..<60 {
      let shape = generator.shape()
      let left = generator.tensor(shape)
      let right = generator.tensor(broadcastingTo: shape)
      var (sum, difference, product, quotient) = (left, left.contiguous() + 0, left, left * 1)
      sum += right
      difference -= right
      product *= right
      quotient /= right
      #expect(sum == left + right)
      #expect(difference == left - right)
      #expect(product == left * right)
      #expect(quotient == left / right)
    }
  }

  @Test func scalarsStandForTensorsOfRankZero() {
    let tensor = Tensor<Float>([1, -2, 4])
    #expect(tensor + 1 == Tensor([2, -1, 5]) && 1 + tensor == tensor + 1)
    #expect(tensor - 1 == Tensor([0, -3, 3]) && 1 - tensor == Tensor([0, 3, -3]))
    #expect(tensor * 2 == Tensor([2, -4, 8]) && 2 * tensor == tensor * 2)
    #expect(tensor / 2 == Tensor([0.5, -1, 2]) && 2 / tensor == Tensor([2, -1, 0.5]))
    #expect(
      Tensor.maximum(tensor, 0) == Tensor([1, 0, 4]) && Tensor.minimum(tensor, 0) == Tensor([0, -2, 0]))
    #expect(-tensor == Tensor([-1, 2, -4]))
    var changed = tensor
    changed += 1
    changed *= 2
    changed -= 4
    changed /= 3
    #expect(changed == ((tensor + 1) * 2 - 4) / 3)
  }

  @Test func infinitiesAndNaNPassThrough() {
    let a = Tensor<Float>([.infinity, .infinity, .nan, 0, 1])
    let b = Tensor<Float>([-.infinity, 0, 1, 0, .nan])
    #expect((a + b).scalars.map(\.isNaN) == [true, false, true, false, true])
    #expect((a * b).scalars.map(\.isNaN) == [false, true, true, false, true])
    #expect((a / b).scalars.map(\.isNaN) == [true, false, true, true, true])
    #expect(Tensor.maximum(a, b).scalars.map(\.isNaN) == [false, false, true, false, true])
    #expect(Tensor.minimum(b, a).scalars.map(\.isNaN) == [false, false, true, false, true])
    #expect((-Tensor<Float>([0])).scalars[0].sign == .minus)
  }

  /// Long enough for several parts.
  @Test func resultsDoNotDependOnThreads() {
    var generator = RandomGenerator(seed: 23)
    let left = Tensor<Float>.normal([3, 50_000], using: &generator)
    let right = Tensor<Float>.normal([3, 1], using: &generator)
    let one = ComputeThreads.withCount(1) { (left * right + left.exp()).softmax() }
    let two = ComputeThreads.withCount(2) { (left * right + left.exp()).softmax() }
    #expect(one == two)
    #expect(one.slice(49_990..<50_000, along: 1).sum().scalar > 0)
    var changed = left
    changed *= right
    #expect(changed == left * right)
  }

  @Test func everyTypeCalculates() {
    #expect(Tensor<UInt8>([200, 103]) - Tensor<UInt8>([100]) == Tensor([100, 3]))
    #expect(Tensor<Int64>([7, -7]) / 2 * 2 == Tensor([6, -6]))
    #expect(Tensor<Double>([1, 2]) + Tensor([[1], [2]]) == Tensor([[2, 3], [3, 4]]))
    #expect(Tensor.maximum(Tensor<Int32>([1, 5]), 3) == Tensor([3, 5]))
  }

  @Test func trapsOnShapesThatDoNotMatch() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>.zeros([2, 3]) + Tensor<Float>.zeros([2])
    }
    #expect(result.message.contains("+: shapes [2, 3] and [2] do not broadcast together"))
    let second = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var tensor = Tensor<Float>.zeros([3])
      tensor += Tensor<Float>.zeros([2, 3])
    }
    #expect(second.message.contains("+=: shape [2, 3] does not broadcast to [3]"))
  }

  private func apply(
    _ operation: BinaryOperation, _ left: Tensor<Float>, _ right: Tensor<Float>
  ) -> Tensor<Float> {
    switch operation {
    case .add: return left + right
    case .subtract: return left - right
    case .multiply: return left * right
    case .divide: return left / right
    case .maximum: return .maximum(left, right)
    case .minimum: return .minimum(left, right)
    }
  }

  private func reference(_ operation: BinaryOperation, _ left: Float, _ right: Float) -> Float {
    var (result, left, right) = (Float.nan, left, right)
    Float.combineReference(operation, &left, step: 0, &right, step: 0, into: &result, count: 1)
    return result
  }
}
