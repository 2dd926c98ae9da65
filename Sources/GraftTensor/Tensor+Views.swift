extension Tensor {
  /// The same elements, in the same row-major order, under another shape.
  ///
  /// One length may be -1: it becomes what is left over. A view where the elements lie contiguous, else a copy.
  /// Traps if the number of elements differs.
  @specialized(where Scalar == Float)
  public func reshaped(to newShape: Shape) -> Tensor {
    if newShape == shape { return contiguous() }
    var target = newShape
    if let open = newShape.firstIndex(of: -1) {
      target[open] = 1
      let known = target.elementCount
      target[open] = known == 0 ? 0 : count / known
    }
    require(
      target.elementCount == count && target.allSatisfy { $0 >= 0 },
      "reshaped: shape \(shape) has \(count) elements and cannot become \(newShape)")
    let source = contiguous()
    return Tensor(
      storage: source.storage, shape: target, strides: target.contiguousStrides, offset: source.offset)
  }

  /// The axes from `axis` on run together into one: `[n, c, h, w]` becomes `[n, c·h·w]` for the default 1.
  public func flattened(from axis: Int = 1) -> Tensor {
    require(axis >= 0 && axis <= rank, "flattened: axis \(axis) does not exist in shape \(shape)")
    var target = Shape(shape.prefix(axis))
    target.append(shape.dropFirst(axis).reduce(1, *))
    return reshaped(to: target)
  }

  /// A view in which one axis has become several, whose lengths multiply to its own: `[n, s, 768]` becomes `[n, s, 12, 64]` by
  /// `unflattened(2, into: [12, 64])`, whatever the strides.
  ///
  /// Traps if the axis does not exist or the lengths do not multiply to its own.
  public func unflattened(_ axis: Int, into lengths: Shape) -> Tensor {
    let position = shape.normalized(axis: axis, operation: "unflattened")
    require(
      lengths.elementCount == shape[position] && lengths.allSatisfy { $0 >= 0 },
      "unflattened: axis \(axis) of shape \(shape) can't become \(lengths)")
    let inner = lengths.contiguousStrides
    var (newShape, newStrides) = (Shape(shape.prefix(position)), Shape(strides.prefix(position)))
    for (length, stride) in zip(lengths, inner) {
      newShape.append(length)
      newStrides.append(stride * strides[position])
    }
    for later in shape.indices.dropFirst(position + 1) {
      newShape.append(shape[later])
      newStrides.append(strides[later])
    }
    return Tensor(storage: storage, shape: newShape, strides: newStrides, offset: offset)
  }

  /// A view with the axes in another order: `result.shape[i] == shape[order[i]]`.
  ///
  /// Traps unless `order` names each axis once.
  public func permuted(_ order: [Int]) -> Tensor {
    // One bit for each axis that is named.
    let named = order.reduce(0) { $1 >= 0 && $1 < rank ? $0 | 1 << $1 : $0 }
    require(
      order.count == rank && named == (1 << rank) - 1,
      "permuted: \(order) is not an order of the axes of shape \(shape)")
    return Tensor(
      storage: storage, shape: shape.permuted(order), strides: strides.permuted(order), offset: offset)
  }

  /// A view with two axes exchanged, by default the last two: the transpose of a matrix.
  ///
  /// Negative axes count from the end. Traps if an axis does not exist.
  @specialized(where Scalar == Float)
  public func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
    let a = shape.normalized(axis: first, operation: "transposed")
    let b = shape.normalized(axis: second, operation: "transposed")
    var (newShape, newStrides) = (shape, strides)
    newShape.swapAt(a, b)
    newStrides.swapAt(a, b)
    return Tensor(storage: storage, shape: newShape, strides: newStrides, offset: offset)
  }

  /// A view with an axis of length 1 added before `axis` (-1 adds it after the last).
  public func expandingAxis(at axis: Int) -> Tensor {
    let position = axis < 0 ? axis + rank + 1 : axis
    require(position >= 0 && position <= rank, "expandingAxis: no place \(axis) in shape \(shape)")
    var newShape = shape
    var newStrides = strides
    newShape.insert(1, at: position)
    newStrides.insert(0, at: position)
    return Tensor(storage: storage, shape: newShape, strides: newStrides, offset: offset)
  }

  /// A view without an axis of length 1.
  ///
  /// Traps if the axis is longer.
  public func squeezed(at axis: Int) -> Tensor {
    let position = shape.normalized(axis: axis, operation: "squeezed")
    require(shape[position] == 1, "squeezed: axis \(axis) of shape \(shape) is not of length 1")
    var newShape = shape
    var newStrides = strides
    newShape.remove(at: position)
    newStrides.remove(at: position)
    return Tensor(storage: storage, shape: newShape, strides: newStrides, offset: offset)
  }

  /// A view in which axes of length 1 (and missing outer ones) repeat to fill `target`.
  ///
  /// Traps if the shapes are incompatible.
  @specialized(where Scalar == Float)
  public func broadcast(to target: Shape) -> Tensor {
    if shape == target { return self }
    require(rank <= target.rank, "broadcast: shape \(shape) cannot fill \(target)")
    var newStrides = Shape(repeating: 0, rank: target.rank)
    let shift = target.rank - rank
    for axis in 0..<rank where shape[axis] != 1 || target[axis + shift] == 1 {
      require(
        shape[axis] == target[axis + shift], "broadcast: shape \(shape) cannot fill \(target)")
      newStrides[axis + shift] = strides[axis]
    }
    return Tensor(storage: storage, shape: target, strides: newStrides, offset: offset)
  }

  /// A view of the positions `range` along one axis.
  ///
  /// Traps if the range reaches outside the axis.
  @specialized(where Scalar == Float)
  public func slice(_ range: Range<Int>, along axis: Int = 0) -> Tensor {
    let position = shape.normalized(axis: axis, operation: "slice")
    require(
      range.lowerBound >= 0 && range.upperBound <= shape[position],
      "slice: positions \(range) lie outside axis \(axis) of shape \(shape)")
    var newShape = shape
    newShape[position] = range.count
    return Tensor(
      storage: storage, shape: newShape, strides: strides,
      offset: offset + range.lowerBound * strides[position])
  }

  /// A view of one position along one axis, which disappears.
  ///
  /// Traps if the position lies outside the axis.
  public func select(_ index: Int, along axis: Int = 0) -> Tensor {
    slice(index..<(index + 1), along: axis).squeezed(at: axis)
  }
}

extension Shape {
  /// The shape that two operands stretch to: axes are matched from the last; a length of 1 repeats.
  ///
  /// Traps with the operation's name and both shapes if they are incompatible.
  package static func broadcast(_ left: Shape, _ right: Shape, operation: StaticString) -> Shape {
    var result = left.rank >= right.rank ? left : right
    let shorter = left.rank >= right.rank ? right : left
    let shift = result.rank - shorter.rank
    for axis in 0..<shorter.rank {
      let (a, b) = (result[axis + shift], shorter[axis])
      require(
        a == b || a == 1 || b == 1, "\(operation): shapes \(left) and \(right) do not broadcast together")
      result[axis + shift] = a == 1 ? b : a
    }
    return result
  }
}
