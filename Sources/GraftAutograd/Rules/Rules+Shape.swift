import GraftTensor

// Another view of the same elements; the gradient takes the way back.

extension Variable {
  /// The same elements, in the same row-major order, under another shape, one length of which may be -1.
  public func reshaped(to newShape: Shape) -> Variable {
    .record(value.reshaped(to: newShape), node) { [node, shape] gradient, sink in
      sink.add(gradient.reshaped(to: shape), to: node)
    }
  }

  /// The axes from `axis` on run together into one: `[n, c, h, w]` becomes `[n, c·h·w]` for the default 1.
  public func flattened(from axis: Int = 1) -> Variable {
    .record(value.flattened(from: axis), node) { [node, shape] gradient, sink in
      sink.add(gradient.reshaped(to: shape), to: node)
    }
  }

  /// One axis made into several, whose lengths multiply to its own: `[n, s, 768]` becomes `[n, s, 12, 64]`. Never a copy.
  public func unflattened(_ axis: Int, into lengths: Shape) -> Variable {
    .record(value.unflattened(axis, into: lengths), node) { [node, shape] gradient, sink in
      sink.add(gradient.reshaped(to: shape), to: node)
    }
  }

  /// The axes in another order: `result.shape[i] == shape[order[i]]`.
  public func permuted(_ order: [Int]) -> Variable {
    .record(value.permuted(order), node) { [node] gradient, sink in
      var inverse = order
      for (place, axis) in order.enumerated() { inverse[axis] = place }
      sink.add(gradient.permuted(inverse), to: node)
    }
  }

  /// Two axes exchanged, by default the last two.
  public func transposed(_ first: Int = -2, _ second: Int = -1) -> Variable {
    .record(value.transposed(first, second), node) { [node] gradient, sink in
      sink.add(gradient.transposed(first, second), to: node)
    }
  }

  /// An axis of length 1 added before `axis` (-1 adds it after the last).
  public func expandingAxis(at axis: Int) -> Variable {
    .record(value.expandingAxis(at: axis), node) { [node] gradient, sink in
      sink.add(gradient.squeezed(at: axis), to: node)
    }
  }

  /// An axis of length 1 removed.
  public func squeezed(at axis: Int) -> Variable {
    .record(value.squeezed(at: axis), node) { [node, shape] gradient, sink in
      sink.add(gradient.reshaped(to: shape), to: node)
    }
  }

  /// Axes of length 1 (and missing outer ones) repeated to fill `target`.
  public func broadcast(to target: Shape) -> Variable {
    .record(value.broadcast(to: target), node) { [node, shape] gradient, sink in
      sink.add(gradient.summed(to: shape), to: node)
    }
  }

  /// The positions `range` along one axis.
  public func slice(_ range: Range<Int>, along axis: Int = 0) -> Variable {
    let position = shape.normalized(axis: axis, operation: "slice")
    return .record(value.slice(range, along: axis), node) { [node, shape] gradient, sink in
      sink.update(node, shape: shape) { $0.add(gradient, at: range, along: position) }
    }
  }

  /// One position along one axis, which disappears.
  public func select(_ index: Int, along axis: Int = 0) -> Variable {
    slice(index..<(index + 1), along: axis).squeezed(at: axis)
  }

  /// The positions along an axis in pieces of the given lengths, which add up to the axis' length.
  public func split(_ lengths: [Int], along axis: Int = 0) -> [Variable] {
    shape.pieces(of: lengths, along: axis).map { slice($0, along: axis) }
  }

  /// The positions along the given axes in reverse order.
  public func flipped(along axes: [Int]) -> Variable {
    .record(value.flipped(along: axes), node) { [node] gradient, sink in
      sink.add(gradient.flipped(along: axes), to: node)
    }
  }
}
