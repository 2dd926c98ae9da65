import CGraftKernels

extension Tensor {
  /// Writes the elements to places that lie `targetStrides` apart along each axis, the first at `target`.
  func copy(to target: UnsafeMutablePointer<Scalar>, strides targetStrides: Shape) {
    guard count > 0 else { return }
    let size = MemoryLayout<Scalar>.stride
    guard size <= 8 && size.nonzeroBitCount == 1 else {
      return copyReference(to: target, strides: targetStrides)
    }
    // Parts are slices of the first axis that is one.
    guard let axis = shape.firstIndex(where: { $0 > 1 }) else {
      target.pointee = firstElement[0]
      return
    }
    let grain = Swift.max(1, elementwiseGrain / (count / shape[axis]))
    withUnsafeElements { source in
      parallelFor(shape[axis], grain: grain) { range in
        var lengths = shape
        lengths[axis] = range.count
        lengths.withUnsafeLengths { lengths in
          strides.withUnsafeLengths { from in
            targetStrides.withUnsafeLengths { to in
              graft_copy_strided(
                target + range.lowerBound * to[axis], to, source + range.lowerBound * from[axis], from,
                lengths, rank, size)
            }
          }
        }
      }
    }
  }

  /// The plain loop behind ``copy(to:strides:)``.
  func copyReference(to target: UnsafeMutablePointer<Scalar>, strides targetStrides: Shape) {
    let loop = BroadcastLoop(shape: shape, left: strides, right: targetStrides)
    withUnsafeElements { source in
      loop.forEachRun(in: 0..<count) { _, from, to, count in
        for index in 0..<count {
          target[to + index * loop.rightStep] = source[from + index * loop.leftStep]
        }
      }
    }
  }
}
