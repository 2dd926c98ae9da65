import GraftTensor

// Operands broadcast: axes are matched from the last, and an axis of length 1, or a missing one, repeats. The
// gradient of an operand that was repeated is the sum over its repetitions. Each operation traps if the shapes are
// incompatible.

extension Variable {
  /// The sums of the elements, broadcast together.
  public static func + (left: Variable, right: Variable) -> Variable {
    let (a, b) = (left.node, right.node)
    let (aShape, bShape) = (left.shape, right.shape)
    if aShape == bShape { return record(left.value + right.value, a, b, rule: .pass) }
    return record(left.value + right.value, a, b) { gradient, sink in
      sink.add(gradient.summed(to: aShape), to: a)
      sink.add(gradient.summed(to: bShape), to: b)
    }
  }

  /// The differences of the elements, broadcast together.
  public static func - (left: Variable, right: Variable) -> Variable {
    let (a, b) = (left.node, right.node)
    let (aShape, bShape) = (left.shape, right.shape)
    return record(left.value - right.value, a, b) { gradient, sink in
      sink.add(gradient.summed(to: aShape), to: a)
      sink.add(-gradient.summed(to: bShape), to: b)
    }
  }

  /// The products of the elements, broadcast together. For the matrix product see ``matmul(_:)``.
  public static func * (left: Variable, right: Variable) -> Variable {
    let (a, b) = (left.node, right.node)
    let (aShape, bShape) = (left.shape, right.shape)
    let (x, y) = (left.value.kept(for: b), right.value.kept(for: a))
    return record(left.value * right.value, a, b) { gradient, sink in
      if let y { sink.add((gradient * y).summed(to: aShape), to: a) }
      if let x { sink.add((gradient * x).summed(to: bShape), to: b) }
    }
  }

  /// The quotients of the elements, broadcast together.
  public static func / (left: Variable, right: Variable) -> Variable {
    let (a, b) = (left.node, right.node)
    let (aShape, bShape, y) = (left.shape, right.shape, right.value)
    let quotient = left.value / right.value
    let kept = quotient.kept(for: b)
    return record(quotient, a, b) { gradient, sink in
      gradient = gradient / y
      sink.add(gradient.summed(to: aShape), to: a)
      if let kept { sink.add(-(gradient * kept).summed(to: bShape), to: b) }
    }
  }

  /// Each element with the opposite sign.
  public static prefix func - (x: Variable) -> Variable { x * -1 }
}

// MARK: - With a number

extension Variable {
  /// Adds a number to each element.
  public static func + (left: Variable, right: Float) -> Variable {
    record(left.value + right, left.node, rule: .pass)
  }

  /// Adds a number to each element.
  public static func + (left: Float, right: Variable) -> Variable { right + left }

  /// Subtracts a number from each element.
  public static func - (left: Variable, right: Float) -> Variable {
    record(left.value - right, left.node, rule: .pass)
  }

  /// Subtracts each element from a number.
  public static func - (left: Float, right: Variable) -> Variable {
    record(left - right.value, right.node, rule: .scale(-1))
  }

  /// Multiplies each element by a number.
  public static func * (left: Variable, right: Float) -> Variable {
    record(left.value * right, left.node, rule: .scale(right))
  }

  /// Multiplies each element by a number.
  public static func * (left: Float, right: Variable) -> Variable { right * left }

  /// Divides each element by a number.
  public static func / (left: Variable, right: Float) -> Variable {
    record(left.value / right, left.node) { [node = left.node] gradient, sink in
      gradient /= right
      sink.add(gradient, to: node)
    }
  }

  /// Divides a number by each element.
  public static func / (left: Float, right: Variable) -> Variable { Variable(Tensor(left)) / right }
}

// MARK: - Larger and smaller

extension Variable {
  /// The larger element of each pair, broadcast together; NaN if either is NaN.
  ///
  /// The gradient goes to the larger one; where both are equal, half to each.
  public static func maximum(_ left: Variable, _ right: Variable) -> Variable {
    extreme(Tensor.maximum(left.value, right.value), left, right, isChosen: .>)
  }

  /// The smaller element of each pair, broadcast together; NaN if either is NaN.
  ///
  /// The gradient goes to the smaller one; where both are equal, half to each.
  public static func minimum(_ left: Variable, _ right: Variable) -> Variable {
    extreme(Tensor.minimum(left.value, right.value), left, right, isChosen: .<)
  }

  private static func extreme(
    _ value: Tensor<Float>, _ left: Variable, _ right: Variable,
    isChosen: @escaping (Tensor<Float>, Tensor<Float>) -> Tensor<Bool>
  ) -> Variable {
    let (a, b) = (left.node, right.node)
    let (x, y) = (left.value, right.value)
    return record(value, a, b) { gradient, sink in
      let half = Tensor<Float>(x .== y) * 0.5
      let shares = (Tensor<Float>(isChosen(x, y)) + half, Tensor<Float>(isChosen(y, x)) + half)
      sink.add((gradient * shares.0).summed(to: x.shape), to: a)
      sink.add((gradient * shares.1).summed(to: y.shape), to: b)
    }
  }

  /// The elements of `first` where `mask` is true and those of `second` elsewhere, all broadcast together.
  public static func choosing(where mask: Tensor<Bool>, _ first: Variable, _ second: Variable) -> Variable {
    let (a, b) = (first.node, second.node)
    let (aShape, bShape) = (first.shape, second.shape)
    return record(mask.choosing(first.value, second.value), a, b) { gradient, sink in
      let zero = Tensor<Float>(0)
      sink.add(mask.choosing(gradient, zero).summed(to: aShape), to: a)
      sink.add(mask.choosing(zero, gradient).summed(to: bShape), to: b)
    }
  }

  /// This variable with the number `value` where `mask`, broadcast to its shape, is true: an attention mask, for
  /// example. No gradient flows back from there.
  public func replacing(with value: Float, where mask: Tensor<Bool>) -> Variable {
    .record(self.value.replacing(with: value, where: mask), node) { [node] gradient, sink in
      sink.add(gradient.replacing(with: 0, where: mask), to: node)
    }
  }
}

// MARK: - Helpers of the rules

extension Tensor {
  /// The tensor, if a gradient that is computed from it may be asked for: `nil` if `node` is a constant's.
  func kept(for node: Node?) -> Tensor? { node == nil ? nil : self }
}
