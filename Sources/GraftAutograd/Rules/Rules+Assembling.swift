import GraftTensor

extension Variable {
  /// The variables one after another along an existing axis. Traps unless their other axes agree.
  public static func concatenated(_ parts: [Variable], along axis: Int = 0) -> Variable {
    let value = Tensor.concatenated(parts.map(\.value), along: axis)
    let position = value.shape.normalized(axis: axis, operation: "concatenated")
    let lengths = parts.map { $0.shape[position] }
    let nodes = parts.map(\.node)
    return record(value, from: nodes) { gradient, sink in
      var start = 0
      for (node, length) in zip(nodes, lengths) {
        sink.add(gradient.slice(start..<(start + length), along: position), to: node)
        start += length
      }
    }
  }

  /// The variables, all of one shape, one after another along a new axis.
  public static func stacked(_ parts: [Variable], along axis: Int = 0) -> Variable {
    let value = Tensor.stacked(parts.map(\.value), along: axis)
    let position = value.shape.normalized(axis: axis, operation: "stacked")
    let nodes = parts.map(\.node)
    return record(value, from: nodes) { gradient, sink in
      for (index, node) in nodes.enumerated() {
        sink.add(gradient.select(index, along: position), to: node)
      }
    }
  }

  /// Each axis lengthened before and after by the given widths, filled with a number. Default: zeros.
  public func padded(_ widths: [(before: Int, after: Int)], with fill: Float = 0) -> Variable {
    .record(value.padded(widths, with: fill), node) { [node, shape] gradient, sink in
      for (axis, width) in widths.enumerated() {
        gradient = gradient.slice(width.before..<(width.before + shape[axis]), along: axis)
      }
      sink.add(gradient, to: node)
    }
  }

  /// The whole repeated along each axis as often as `repetitions` says.
  public func tiled(_ repetitions: [Int]) -> Variable {
    .record(value.tiled(repetitions), node) { [node, shape] gradient, sink in
      // [r₀·n₀, r₁·n₁] seen as [r₀, n₀, r₁, n₁]: the sum over the r is what is asked for.
      var split: [Int] = []
      for (axis, times) in repetitions.enumerated() { split += [times, shape[axis]] }
      let sums = gradient.reshaped(to: Shape(split)).sum(along: repetitions.indices.map { 2 * $0 })
      sink.add(sums, to: node)
    }
  }

  /// The rows (positions along axis 0) that `indices` name, shape `indices.shape + shape[1...]`: an embedding's
  /// lookup. A row that is named several times gets the sum of its gradients.
  public func gather(rows indices: Tensor<Int32>) -> Variable {
    .record(value.gather(rows: indices), node) { [node, count = shape[0]] gradient, sink in
      sink.add(gradient.scatterAdded(rows: indices, count: count), to: node)
    }
  }

  /// The elements that `indices` name along one axis: for axis 0 `result[i, j] == self[indices[i, j], j]`.
  public func gather(along axis: Int, _ indices: Tensor<Int32>) -> Variable {
    let value = value.gather(along: axis, indices)
    let position = shape.normalized(axis: axis, operation: "gather")
    return .record(value, node) { [node, length = shape[position]] gradient, sink in
      sink.add(gradient.scatterAdded(along: position, indices, length: length), to: node)
    }
  }
}
