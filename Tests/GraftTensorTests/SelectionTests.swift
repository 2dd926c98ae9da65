import CGraftKernels
import Testing

@testable import GraftTensor

/// Comparing, choosing, finding extremes and converting on random shapes and views, against the plain loops, with every table.
@Suite struct SelectionTests {
  /// Few distinct values, with zeros of both signs, infinities and NaN among them.
  private func tensor(_ shape: Shape, _ generator: inout TestGenerator) -> Tensor<Float> {
    let values: [Float] = [0, -0.0, 1, -1, 2, .infinity, -.infinity, .nan]
    return Tensor(
      shape: shape,
      scalars: (0..<shape.elementCount).map { _ in values[Int.random(in: 0..<8, using: &generator)] })
  }

  /// A tensor that broadcasts to `shape`, some of its axes 1, whose elements may lie in any order.
  private func operand(_ shape: Shape, _ generator: inout TestGenerator) -> Tensor<Float> {
    var own = shape
    for axis in 0..<shape.rank where Int.random(in: 0..<3, using: &generator) == 0 { own[axis] = 1 }
    guard own.rank == 2, Bool.random(using: &generator) else { return tensor(own, &generator) }
    return tensor([own[1], own[0]], &generator).transposed()
  }

  private static let shapes: [Shape] = [
    [], [1], [7], [33], [5, 40], [130, 3], [2, 3, 65], [0, 4], [2, 1, 5, 9],
  ]

  @Test(arguments: TableUnderTest.all) func comparisonsFollowThePlainLoop(_ under: TableUnderTest) {
    var generator = TestGenerator(41)
    for shape in Self.shapes {
      for comparison in Comparison.allCases {
        let (a, b) = (operand(shape, &generator), operand(shape, &generator))
        let result = Kernels.using(under.table) {
          switch comparison {
          case .equal: a .== b
          case .notEqual: a .!= b
          case .less: a .< b
          case .lessOrEqual: a .<= b
          case .greater: a .> b
          case .greaterOrEqual: a .>= b
          }
        }
        let (left, right) = (a.broadcast(to: result.shape).scalars, b.broadcast(to: result.shape).scalars)
        var expected = [Bool](repeating: false, count: result.count)
        Float.compareReference(
          comparison, left, step: 1, right, step: 1, into: &expected, count: result.count)
        #expect(result.scalars == expected, "\(comparison) of \(a.shape) and \(b.shape)")
      }
    }
  }

  /// Elements of one, four and eight bytes; every operand may be broadcast, or transposed.
  @Test(arguments: TableUnderTest.all) func choosingFollowsThePlainLoop(_ under: TableUnderTest) {
    var generator = TestGenerator(42)
    func check<Element: TensorScalar>(
      _ mask: Tensor<Bool>, _ first: Tensor<Element>, _ second: Tensor<Element>
    ) {
      let result = Kernels.using(under.table) { mask.choosing(first, second) }
      let (m, a, b) = (
        mask.broadcast(to: result.shape).scalars, first.broadcast(to: result.shape).scalars,
        second.broadcast(to: result.shape).scalars
      )
      #expect(result.scalars == (0..<result.count).map { m[$0] ? a[$0] : b[$0] })
      guard Shape.broadcast(second.shape, mask.shape, operation: "test") == second.shape, first.count > 0
      else { return }
      let replaced = Kernels.using(under.table) { second.replacing(with: first.scalars[0], where: mask) }
      let flags = mask.broadcast(to: second.shape).scalars
      #expect(replaced.scalars == zip(flags, second.scalars).map { $0 ? first.scalars[0] : $1 })
    }
    for shape in Self.shapes {
      for _ in 0..<8 {
        let mask = operand(shape, &generator) .> 0
        let (a, b) = (operand(shape, &generator).isFinite(), operand(shape, &generator).isFinite())
        check(mask, a, b)
        check(mask, Tensor<Float>(a) * 3, Tensor<Float>(b) - 5)
        check(mask, Tensor<Int32>(a), Tensor<Int32>(b) - 5)
        check(mask, Tensor<Double>(a) * 3, Tensor<Double>(b) - 5)
      }
    }
  }

  @Test(arguments: TableUnderTest.all) func masksCombine(_ under: TableUnderTest) {
    var generator = TestGenerator(43)
    for shape in Self.shapes {
      let (a, b) = (operand(shape, &generator) .> 0, operand(shape, &generator) .> 0)
      Kernels.using(under.table) {
        let (both, either) = (a .& b, a .| b)
        let pairs = zip(a.broadcast(to: both.shape).scalars, b.broadcast(to: both.shape).scalars)
        #expect(both.scalars == pairs.map { $0 && $1 } && either.scalars == pairs.map { $0 || $1 })
        #expect((.!a).scalars == a.scalars.map { !$0 })
        #expect(a.trueCount == a.scalars.filter { $0 }.count)
        #expect(a.all() == a.scalars.allSatisfy { $0 } && a.any() == a.scalars.contains(true))
      }
    }
  }

  /// Rows and columns, few and many; with equal extremes, infinities and NaN.
  @Test(arguments: TableUnderTest.all) func extremesAreFoundWhereThePlainLoopFindsThem(
    _ under: TableUnderTest
  ) {
    var generator = TestGenerator(44)
    for shape in Self.shapes + [[3, 2, 2100], [1030, 2], [2, 1500]] where shape.rank > 0 {
      for axis in 0..<shape.rank where shape[axis] > 0 {
        var values = tensor(shape, &generator)
        if Bool.random(using: &generator) { values = values.replacing(with: 3, where: values .!= values) }
        let (largest, smallest) = Kernels.using(under.table) {
          (values.argmax(along: axis), values.argmin(along: axis))
        }
        let rows = values.permuted((0..<shape.rank).filter { $0 != axis } + [axis]).scalars
        let length = shape[axis]
        rows.withUnsafeBufferPointer { rows in
          guard let start = rows.baseAddress else { return }
          for row in 0..<(rows.count / length) {
            let first = start + row * length
            #expect(
              Int(largest.scalars[row]) == Float.positionReference(of: .maximum, first, count: length))
            #expect(
              Int(smallest.scalars[row]) == Float.positionReference(of: .minimum, first, count: length))
          }
        }
      }
    }
  }

  /// Integers go through the loops that floats' kernels replace.
  @Test func extremesOfIntegersFollowTheSameRule() {
    let tensor = Tensor<Int32>([[3, 9, 9, -2], [7, -2, 9, -2]])
    #expect(tensor.argmax() == Tensor([1, 2]) && tensor.argmin() == Tensor([3, 1]))
    let wide = Tensor<Int32>(shape: [3, 20], scalars: (0..<60).map { Int32($0 * 7 % 11) })
    let expected = (0..<20).map { column in
      let values = (0..<3).map { wide.element($0, column) }
      return Int32(values.firstIndex(of: values.max() ?? 0) ?? 0)
    }
    #expect(wide.argmax(along: 0).scalars == expected)
  }

  @Test(arguments: TableUnderTest.all) func conversionsFollowThePlainLoop(_ under: TableUnderTest) {
    var generator = TestGenerator(45)
    for count in [0, 1, 7, 33, 100] {
      let bytes = Tensor<UInt8>((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
      let integers = Tensor<Int32>(
        (0..<count).map { _ in Int32.random(in: .min ... .max, using: &generator) })
      let small = Tensor<Float>((0..<count).map { _ in Float.random(in: -0.9...255.9, using: &generator) })
      let large = Tensor<Float>((0..<count).map { _ in Float.random(in: -2e9...2e9, using: &generator) })
      Kernels.using(under.table) {
        #expect(Tensor<Float>(bytes) == bytes.map { Float($0) })
        #expect(Tensor<Float>(integers) == integers.map { Float($0) })
        #expect(Tensor<Float>(small .> 100) == small.map { $0 > 100 ? 1 : 0 })
        #expect(Tensor<UInt8>(small) == small.map { UInt8($0) })
        #expect(Tensor<Int32>(large) == large.map { Int32($0) })
      }
    }
  }

  @Test func conversionsOfWhatDoesNotFitTrap() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<UInt8>(Tensor<Float>([1, 256]))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("a number is not finite or does not fit uint8"))
  }
}
