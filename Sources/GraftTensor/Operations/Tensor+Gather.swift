import CGraftKernels

extension Tensor {
  /// The rows (positions along axis 0) that `indices` name, shape `indices.shape + shape[1...]`: an embedding's
  /// lookup.
  ///
  /// Traps if an index lies outside axis 0.
  public func gather(rows indices: Tensor<Int32>) -> Tensor {
    require(rank > 0, "gather: a scalar has no rows")
    let target = Shape(Array(indices.shape) + shape.dropFirst())
    let width = shape.dropFirst().reduce(1, *)
    return Tensor(shape: target) { buffer in
      withContiguousBuffer { elements in
        indices.withContiguousBuffer { indices in
          let rows = 0..<shape[0]
          for index in indices {
            require(
              rows.contains(Int(index)), "gather: index \(index) lies outside axis 0 of shape \(shape)")
          }
          guard let source = elements.baseAddress, let out = buffer.baseAddress else { return }
          parallelFor(indices.count, grain: Swift.max(1, elementwiseGrain / Swift.max(1, width))) { places in
            for place in places {
              (out + place * width).update(from: source + Int(indices[place]) * width, count: width)
            }
          }
        }
      }
    }
  }

  /// The elements that `indices` name along one axis: for axis 0 `result[i, j] == self[indices[i, j], j]`.
  ///
  /// The result has the shape of `indices`. Traps unless that agrees with this shape outside the axis, or if an
  /// index lies outside the axis.
  public func gather(along axis: Int, _ indices: Tensor<Int32>) -> Tensor {
    let position = checkIndices(indices, along: axis, shape: shape, operation: "gather")
    let (length, inner) = (shape[position], shape.dropFirst(position + 1).reduce(1, *))
    let picked = indices.shape[position]
    return Tensor(shape: indices.shape) { out in
      withContiguousBuffer { elements in
        indices.withContiguousBuffer { indices in
          for (place, index) in indices.enumerated() {
            require(
              index >= 0 && index < length,
              "gather: index \(index) lies outside axis \(axis) of shape \(shape)")
            let outer = place / (inner * picked)
            out[place] = elements[(outer * length + Int(index)) * inner + place % inner]
          }
        }
      }
    }
  }
}

extension Tensor where Scalar: NumericScalar {
  /// The adjoint of ``gather(rows:)``: zeros of shape `[count] + row shape`, to whose row `indices[i]` row i of
  /// this tensor is added. Rows that are named several times add up in their order.
  ///
  /// Traps if this shape does not begin with that of `indices`, or if an index lies outside `0..<count`.
  public func scatterAdded(rows indices: Tensor<Int32>, count rowCount: Int) -> Tensor {
    require(
      Array(shape.prefix(indices.rank)) == Array(indices.shape),
      "scatterAdded: shape \(shape) does not begin with that of the indices, \(indices.shape)")
    let rowShape = shape.dropFirst(indices.rank)
    let width = rowShape.reduce(1, *)
    return Tensor(shape: Shape([rowCount] + rowShape)) { buffer in
      withContiguousBuffer { elements in
        indices.withContiguousBuffer { indices in
          for index in indices {
            require(
              index >= 0 && index < rowCount, "scatterAdded: index \(index) lies outside 0..<\(rowCount)")
          }
          guard let source = elements.baseAddress, let out = buffer.baseAddress else { return }
          // A part of the result is zeroed, and then added to while it is in the cache, by one thread that looks at all
          // indices: the order of additions does not depend on the number of threads.
          parallelFor(rowCount, grain: Swift.max(1, elementwiseGrain / Swift.max(1, width))) { rows in
            var zero = Scalar.zero
            graft_fill(
              out + rows.lowerBound * width, &zero, rows.count * width, MemoryLayout<Scalar>.stride)
            for place in indices.indices where rows.contains(Int(indices[place])) {
              let row = out + Int(indices[place]) * width
              Scalar.combine(.add, row, step: 1, source + place * width, step: 1, into: row, count: width)
            }
          }
        }
      }
    }
  }

  /// The adjoint of ``gather(along:_:)``: zeros with `length` positions along the axis, to which each element is
  /// added where its index says.
  ///
  /// Traps if the shapes differ, or if an index lies outside `0..<length`.
  public func scatterAdded(along axis: Int, _ indices: Tensor<Int32>, length: Int) -> Tensor {
    require(
      shape == indices.shape,
      "scatterAdded: shape \(shape) differs from that of the indices, \(indices.shape)")
    let position = shape.normalized(axis: axis, operation: "scatterAdded")
    let (picked, inner) = (shape[position], shape.dropFirst(position + 1).reduce(1, *))
    var target = shape
    target[position] = length
    return Tensor(shape: target) { out in
      out.initialize(repeating: 0)
      withContiguousBuffer { elements in
        indices.withContiguousBuffer { indices in
          for (place, index) in indices.enumerated() {
            require(
              index >= 0 && index < length, "scatterAdded: index \(index) lies outside 0..<\(length)")
            let outer = place / (inner * picked)
            out[(outer * length + Int(index)) * inner + place % inner] += elements[place]
          }
        }
      }
    }
  }
}

/// The axis as an index from 0, after a check that `indices` agree with `shape` everywhere else.
private func checkIndices(
  _ indices: Tensor<Int32>, along axis: Int, shape: Shape, operation: StaticString
) -> Int {
  let position = shape.normalized(axis: axis, operation: operation)
  var expected = indices.shape
  if expected.rank == shape.rank { expected[position] = shape[position] }
  require(
    expected == shape,
    "\(operation): indices of shape \(indices.shape) do not fit axis \(axis) of shape \(shape)")
  return position
}
