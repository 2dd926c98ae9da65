extension Tensor {
  /// The tensors one after the other along an axis.
  ///
  /// Traps if there are none, or if their shapes differ anywhere else.
  public static func concatenated(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
    require(!tensors.isEmpty, "concatenated: there are no tensors")
    var shape = tensors[0].shape
    let position = shape.normalized(axis: axis, operation: "concatenated")
    shape[position] = 0
    for tensor in tensors {
      var other = tensor.shape
      if other.rank == shape.rank { other[position] = shape[position] }
      require(
        other == shape,
        "concatenated: shapes \(tensors[0].shape) and \(tensor.shape) differ outside axis \(axis)")
      shape[position] += tensor.shape[position]
    }
    let strides = shape.contiguousStrides
    return Tensor(shape: shape) { buffer in
      guard var target = buffer.baseAddress else { return }
      for tensor in tensors {
        tensor.copy(to: target, strides: strides)
        target += tensor.shape[position] * strides[position]
      }
    }
  }

  /// The tensors side by side along a new axis: `n` of shape `[h, w]` become `[n, h, w]` along axis 0.
  ///
  /// Traps if there are none, or if their shapes differ.
  public static func stacked(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
    require(!tensors.isEmpty, "stacked: there are no tensors")
    for tensor in tensors {
      require(
        tensor.shape == tensors[0].shape, "stacked: shapes \(tensors[0].shape) and \(tensor.shape) differ")
    }
    return concatenated(tensors.map { $0.expandingAxis(at: axis) }, along: axis)
  }

  /// This tensor with `value` added before and after its elements, so many times along each axis.
  ///
  /// Traps unless there is a pair of widths, none negative, for each axis.
  public func padded(_ widths: [(before: Int, after: Int)], with value: Scalar = .zeroValue) -> Tensor {
    require(
      widths.count == rank && widths.allSatisfy { $0.before >= 0 && $0.after >= 0 },
      "padded: widths \(widths) do not fit shape \(shape)")
    var target = shape
    for (axis, width) in widths.enumerated() { target[axis] += width.before + width.after }
    let strides = target.contiguousStrides
    var start = 0
    for (axis, width) in widths.enumerated() { start += width.before * strides[axis] }
    return Tensor(shape: target) { buffer in
      buffer.initialize(repeating: value)
      guard count > 0, let first = buffer.baseAddress else { return }
      copy(to: first + start, strides: strides)
    }
  }

  /// Views of the given lengths, one after the other along an axis.
  ///
  /// Traps unless the lengths add up to that of the axis.
  public func split(_ lengths: [Int], along axis: Int = 0) -> [Tensor] {
    shape.pieces(of: lengths, along: axis).map { slice($0, along: axis) }
  }

  /// This tensor with the order along the given axes reversed.
  ///
  /// Traps if an axis does not exist or is named twice.
  public func flipped(along axes: [Int]) -> Tensor {
    var reversedStrides = strides
    var start = offset
    var isFlipped = Shape(repeating: 0, rank: rank)
    for axis in axes {
      let position = shape.normalized(axis: axis, operation: "flipped")
      require(isFlipped[position] == 0, "flipped: axis \(axis) of shape \(shape) is named twice")
      isFlipped[position] = 1
      reversedStrides[position] = -strides[position]
      start += (shape[position] - 1) * strides[position]
    }
    if count == 0 { return self }
    let reversed = Tensor(storage: storage, shape: shape, strides: reversedStrides, offset: start)
    return Tensor(shape: shape) { buffer in
      guard let first = buffer.baseAddress else { return }
      reversed.copy(to: first, strides: shape.contiguousStrides)
    }
  }

  /// This tensor repeated so many times along each axis.
  ///
  /// Traps unless there is a number, not negative, for each axis.
  public func tiled(_ repetitions: [Int]) -> Tensor {
    require(
      repetitions.count == rank && repetitions.allSatisfy { $0 >= 0 },
      "tiled: repetitions \(repetitions) do not fit shape \(shape)")
    var target = shape
    for (axis, repetition) in repetitions.enumerated() { target[axis] *= repetition }
    let strides = target.contiguousStrides
    return Tensor(shape: target) { buffer in
      guard target.elementCount > 0, let first = buffer.baseAddress else { return }
      // The tiles' positions, counted up like the digits of a number.
      var tile = Shape(repeating: 0, rank: rank)
      for _ in 0..<repetitions.reduce(1, *) {
        var start = 0
        for axis in 0..<rank { start += tile[axis] * shape[axis] * strides[axis] }
        copy(to: first + start, strides: strides)
        var axis = rank - 1
        while axis >= 0 {
          tile[axis] += 1
          if tile[axis] < repetitions[axis] { break }
          tile[axis] = 0
          axis -= 1
        }
      }
    }
  }
}

extension Shape {
  /// The positions that pieces of the given lengths take along an axis, one after the other.
  ///
  /// Traps unless the lengths add up to that of the axis.
  package func pieces(of lengths: [Int], along axis: Int) -> [Range<Int>] {
    let position = normalized(axis: axis, operation: "split")
    require(
      lengths.allSatisfy { $0 >= 0 } && lengths.reduce(0, +) == self[position],
      "split: lengths \(lengths) do not add up to axis \(axis) of shape \(self)")
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return start..<(start + length)
    }
  }
}
