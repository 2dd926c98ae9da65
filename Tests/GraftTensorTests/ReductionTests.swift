import Foundation
import Testing

@testable import GraftTensor

/// Reductions of random shapes and views against sums over every position in double precision.
@Suite struct ReductionTests {
  /// The positions folded into each element of the result.
  private func folds(_ shape: Shape, _ axes: [Int]?) -> [[Int]: [[Int]]] {
    let folded = Set((axes ?? Array(0..<shape.rank)).map { $0 < 0 ? $0 + shape.rank : $0 })
    let kept = (0..<shape.rank).filter { !folded.contains($0) }
    var result = Dictionary(
      uniqueKeysWithValues: positions(of: Shape(kept.map { shape[$0] })).map { ($0, [[Int]]()) })
    for position in positions(of: shape) { result[kept.map { position[$0] }]?.append(position) }
    return result
  }

  /// Checks a reduction of random tensors; `tolerance` bounds the error given the folded elements.
  private func check(
    seed: UInt64, allowingEmpty: Bool, _ method: (Tensor<Float>, [Int]?, Bool) -> Tensor<Float>,
    against definition: ([Double]) -> Double, within tolerance: ([Double]) -> Double
  ) {
    var generator = RandomGenerator(seed: seed)
    for _ in 0..<80 {
      let tensor = generator.tensor(generator.shape(allowingEmpty: allowingEmpty))
      let axes = generator.axes(of: tensor.shape)
      let result = method(tensor, axes, false)
      let keeping = method(tensor, axes, true)
      #expect(keeping.rank == tensor.rank && keeping.reshaped(to: result.shape).scalars.count == result.count)
      let folds = folds(tensor.shape, axes)
      #expect(result.count == folds.count)
      for (place, position) in positions(of: result.shape).enumerated() {
        let elements = (folds[position] ?? []).map { Double(tensor.broadcastElement(at: $0)) }
        let expected = definition(elements)
        let actual = Double(result.broadcastElement(at: position))
        let limit = tolerance(elements)
        #expect(
          actual == expected || (actual.isNaN && expected.isNaN) || abs(actual - expected) <= limit,
          "\(tensor.shape) along \(String(describing: axes)) at \(position)")
        let kept = Double(keeping.scalars[place])
        #expect(kept == actual || kept.isNaN)
      }
    }
  }

  /// Rounding of a sum: at most (terms joined one after the other) · ε/2 · Σ|x|; no more than 256 in these sizes.
  private func sumTolerance(_ elements: [Double]) -> Double {
    elements.reduce(0) { $0 + abs($1) } * 256 * Double(Float.ulpOfOne) / 2
  }

  @Test func sums() {
    check(
      seed: 41, allowingEmpty: true, { $0.sum(along: $1, keepingAxes: $2) }, against: { $0.reduce(0, +) },
      within: sumTolerance)
  }

  @Test func means() {
    check(
      seed: 42, allowingEmpty: true, { $0.mean(along: $1, keepingAxes: $2) },
      against: { $0.reduce(0, +) / Double($0.count) }, within: { sumTolerance($0) / Double($0.count) })
  }

  @Test func products() {
    // Each multiplication rounds once.
    check(
      seed: 43, allowingEmpty: true, { ($0 * 0.25 + 1).product(along: $1, keepingAxes: $2) },
      against: { $0.reduce(1) { $0 * ($1 * 0.25 + 1) } },
      within: { elements in
        let product = elements.reduce(1) { $0 * ($1 * 0.25 + 1) }
        return abs(product) * 2 * Double(elements.count) * Double(Float.ulpOfOne)
      })
  }

  @Test func extremes() {
    check(
      seed: 44, allowingEmpty: false, { $0.max(along: $1, keepingAxes: $2) }, against: { $0.max() ?? .nan },
      within: { _ in 0 })
    check(
      seed: 45, allowingEmpty: false, { $0.min(along: $1, keepingAxes: $2) }, against: { $0.min() ?? .nan },
      within: { _ in 0 })
  }

  @Test(arguments: [false, true])
  func variances(unbiased: Bool) {
    check(
      seed: 46, allowingEmpty: false,
      { ($0 + 100).variance(along: $1, unbiased: unbiased, keepingAxes: $2) },
      against: { elements in
        let n = Double(elements.count)
        // What the tensor holds after 100 was added in single precision.
        let shifted = elements.map { Double(Float($0) + 100) }
        let mean = shifted.reduce(0, +) / n
        return shifted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (unbiased ? n - 1 : n)
      },
      // The mean of about 100 is off by δ ≤ 256 · ε/2 · 102, which adds δ² and, since deviations cancel only up to
      // their rounding, as much relative error as a sum has; the deviations are at most 4, their squares 16.
      within: { _ in
        let delta = 256 * Double(Float.ulpOfOne) / 2 * 102
        return 2 * delta * delta + 16 * 2 * 256 * Double(Float.ulpOfOne) / 2
      })
  }

  @Test func logarithmsOfSumsOfExponentials() {
    check(
      seed: 47, allowingEmpty: true, { $0.logSumExp(along: $1, keepingAxes: $2) },
      against: { log($0.reduce(0) { $0 + exp($1) }) },
      within: { _ in 300 * Double(Float.ulpOfOne) })
    let rows = Tensor<Float>([[-.infinity, -.infinity], [.infinity, 0], [1_000, 1_000], [.nan, 0]])
    let result = rows.logSumExp(along: [1]).scalars
    #expect(result[0] == -.infinity && result[1] == .infinity && result[3].isNaN)
    #expect(abs(result[2] - 1_000.693_147) < 1e-3)
  }

  /// Cut into pieces along rows and along columns, with the sum of what comes last left over.
  @Test(arguments: [[40_000, 1], [1, 40_000], [300, 2_100], [2, 20_000], [70_001]])
  func longSums(lengths: [Int]) {
    var generator = RandomGenerator(seed: 48)
    let tensor = Tensor<Float>.uniform(Shape(lengths), using: &generator)
    for axes in [nil, [0], [lengths.count - 1]] {
      let one = ComputeThreads.withCount(1) { tensor.sum(along: axes) }
      #expect(one == ComputeThreads.withCount(2) { tensor.sum(along: axes) })
      // Both add in double precision what single precision added in pieces: the total is the same but for rounding,
      // at most 70 steps of ε/2 on each level.
      let total = tensor.scalars.reduce(0.0) { $0 + Double($1) }
      let sum = one.scalars.reduce(0.0) { $0 + Double($1) }
      #expect(abs(sum - total) <= total * 3 * 70 * Double(Float.ulpOfOne) / 2)
    }
  }

  /// Batch normalisation's axes: every plane, then across the batch.
  @Test func planesAndBatch() {
    var generator = RandomGenerator(seed: 49)
    let images = Tensor<Float>.normal([4, 3, 5, 7], mean: 2, using: &generator)
    let channels = images.permuted([1, 0, 2, 3]).flattened()
    #expect(images.mean(along: [0, 2, 3]).isClose(to: channels.mean(along: [1]), relative: 1e-6))
    #expect(images.variance(along: [0, 2, 3]).isClose(to: channels.variance(along: [1]), relative: 1e-6))
    #expect(images.variance(along: [0, 2, 3], keepingAxes: true).shape == [1, 3, 1, 1])
  }

  /// ⟨x broadcast, y⟩ = ⟨x, y summed⟩: what makes one the adjoint of the other.
  @Test func summedIsTheAdjointOfBroadcasting() {
    var generator = RandomGenerator(seed: 50)
    for _ in 0..<60 {
      let shape = generator.shape()
      let x = Tensor<Double>(generator.tensor(broadcastingTo: shape))
      let y = Tensor<Double>(generator.tensor(shape))
      let summed = y.summed(to: x.shape)
      #expect(summed.shape == x.shape)
      let (left, right) = ((x.broadcast(to: shape) * y).sum().scalar, (x * summed).sum().scalar)
      // Up to 9⁴ terms of at most 4, in double precision.
      #expect(abs(left - right) <= 6_561 * 4 * 256 * Double.ulpOfOne)
    }
  }

  @Test func norms() {
    #expect(Tensor<Float>([[3, 0], [0, -4]]).transposed().norm() == 5)
    #expect(Tensor<Float>([-2]).norm() == 2)
    #expect(Tensor<Float>.zeros([0]).norm() == 0)
    #expect(Tensor<Double>([.infinity, 1]).norm() == .infinity)
  }

  @Test func extremesPropagateNaN() {
    var tensor = Tensor<Float>(repeating: 1, shape: [3, 40])
    tensor.setElement(1, 33, to: .nan)
    #expect(tensor.max(along: [1]).scalars.map(\.isNaN) == [false, true, false])
    #expect(tensor.min(along: [0]).scalars.map(\.isNaN) == (0..<40).map { $0 == 33 })
    #expect(tensor.argmax().scalars == [0, 33, 0])
    #expect(tensor.argmin().scalars == [0, 33, 0])
  }

  @Test func integersAdd() {
    #expect(Tensor<Int32>([[1, 2], [3, 4]]).sum(along: [0]) == Tensor([4, 6]))
    #expect(Tensor<Int64>([[1, 2], [3, 4]]).product().scalar == 24)
    #expect(Tensor<UInt8>([[1, 2], [3, 4]]).max(along: [1]) == Tensor([2, 4]))
  }

  @Test func positionsOfExtremes() {
    var generator = RandomGenerator(seed: 51)
    for _ in 0..<40 {
      let shape = generator.shape(allowingEmpty: false)
      guard shape.rank > 0 else { continue }
      let tensor = generator.tensor(shape)
      let axis = generator.integer(below: shape.rank)
      for (positions, extremes) in [
        (tensor.argmax(along: axis), tensor.max(along: [axis])),
        (tensor.argmin(along: axis), tensor.min(along: [axis])),
      ] {
        let picked = tensor.gather(along: axis, positions.expandingAxis(at: axis))
        #expect(picked.squeezed(at: axis) == extremes)
      }
    }
    #expect(Tensor<Int32>([2, 7, 7, 1, 1]).argmax().scalar == 1)
    #expect(Tensor<Int32>([2, 7, 7, 1, 1]).argmin().scalar == 3)
  }

  @Test func trapsOnImpossibleAxes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>.zeros([2]).sum(along: [1])
    }
    #expect(result.message.contains("sum: axis 1 does not exist in shape [2]"))
    let second = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>.zeros([2, 0]).max(along: [1])
    }
    #expect(second.message.contains("max"))
    #expect(second.message.contains("[2, 0]"))
  }
}
