import Testing

@testable import GraftTensor

@Suite struct AssemblyTests {
  @Test func concatenationAndSplittingUndoEachOther() {
    var generator = RandomGenerator(seed: 61)
    for _ in 0..<40 {
      let shape = generator.shape()
      guard shape.rank > 0 else { continue }
      let axis = generator.integer(below: shape.rank)
      var lengths = [generator.integer(below: 4), generator.integer(below: 4), 1]
      let parts = lengths.map { length in
        var part = shape
        part[axis] = length
        return generator.tensor(part)
      }
      let whole = Tensor.concatenated(parts, along: axis - shape.rank)
      #expect(whole.shape[axis] == lengths.reduce(0, +))
      #expect(whole.split(lengths, along: axis) == parts)
      lengths.removeLast()
      #expect(whole.split(lengths + [1, 0], along: axis).dropLast() == parts[...])
    }
  }

  @Test func stacking() {
    let a = Tensor<Int32>([[1, 2], [3, 4]])
    let b = a.transposed()
    for axis in [0, 1, 2, -1] {
      let stack = Tensor.stacked([a, b], along: axis)
      let position = axis < 0 ? 2 : axis
      #expect(stack.shape == [2, 2, 2])
      #expect(stack.select(0, along: position) == a && stack.select(1, along: position) == b)
    }
  }

  @Test func padding() {
    var generator = RandomGenerator(seed: 62)
    for _ in 0..<40 {
      let tensor = generator.tensor(generator.shape())
      let widths = tensor.shape.map { _ in (generator.integer(below: 3), generator.integer(below: 3)) }
      let padded = tensor.padded(widths, with: 7)
      for position in positions(of: padded.shape) {
        let inner = zip(position, widths).map { $0 - $1.0 }
        let isInside = zip(inner, tensor.shape).allSatisfy { $0 >= 0 && $0 < $1 }
        let expected = isInside ? tensor.broadcastElement(at: inner) : 7
        #expect(padded.broadcastElement(at: position) == expected)
      }
    }
    #expect(Tensor([true]).padded([(1, 0)]) == Tensor([false, true]))
  }

  @Test func flippingAndTiling() {
    var generator = RandomGenerator(seed: 63)
    for _ in 0..<40 {
      let tensor = generator.tensor(generator.shape(longest: 4))
      let axes = generator.axes(of: tensor.shape) ?? []
      let folded = Set(axes.map { $0 < 0 ? $0 + tensor.rank : $0 })
      let flipped = tensor.flipped(along: axes)
      let repetitions = tensor.shape.map { _ in generator.integer(below: 3) }
      let tiled = tensor.tiled(repetitions)
      #expect(flipped.shape == tensor.shape && tiled.shape == Shape(zip(tensor.shape, repetitions).map(*)))
      for position in positions(of: tensor.shape) {
        let mirrored = position.enumerated().map {
          folded.contains($0) ? tensor.shape[$0] - 1 - $1 : $1
        }
        #expect(flipped.broadcastElement(at: position) == tensor.broadcastElement(at: mirrored))
      }
      for position in positions(of: tiled.shape) {
        let original = zip(position, tensor.shape).map { $0 % $1 }
        #expect(tiled.broadcastElement(at: position) == tensor.broadcastElement(at: original))
      }
    }
  }

  /// The strided copy against the plain loop, for every size of element.
  @Test func copiesFollowTheReference() {
    func check<Scalar: NumericScalar & BinaryInteger>(_: Scalar.Type, seed: UInt64) {
      var generator = RandomGenerator(seed: seed)
      for _ in 0..<30 {
        let source = generator.tensor(generator.shape()) * 50
        let order = generator.permutation(of: source.rank)
        // Converted first, so that the element type under test is what is copied.
        let tensor = Tensor<Scalar>(source.abs().contiguous()).permuted(order)
        let target = tensor.shape.contiguousStrides
        let reference = Tensor<Scalar>(shape: tensor.shape) { out in
          if let first = out.baseAddress { tensor.copyReference(to: first, strides: target) }
        }
        #expect(tensor.contiguous().scalars == reference.scalars)
      }
    }
    check(UInt8.self, seed: 64)
    check(Int16.self, seed: 65)
    check(Int32.self, seed: 66)
    check(Int64.self, seed: 67)
  }

  /// Large enough for several parts.
  @Test func largeCopies() {
    let tensor = Tensor<Int32>(0..<90_000).reshaped(to: [1, 300, 300])
    let transposed = tensor.transposed().contiguous()
    #expect(transposed.element(0, 7, 299) == 299 * 300 + 7)
    #expect(transposed.transposed() == tensor)
  }

  @Test func trapsOnShapesThatDiffer() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.concatenated([Tensor<Float>.zeros([2, 3]), Tensor<Float>.zeros([2, 2])])
    }
    #expect(result.message.contains("concatenated: shapes [2, 3] and [2, 2]"))
  }
}
