import CGraftKernels

/// What each element of a resampled axis is made of: neighbouring elements of another, weighted in multiples of 2⁻²².
package struct AxisWeights: Sendable {
  /// The first element that each is made of.
  package var starts: [Int]
  /// How many it is made of, at least one.
  package var counts: [Int]
  /// The weights, ``capacity`` places for each, of which its count are used. Their sums of products with bytes fit 32 bits.
  package var weights: [Int32]
  /// The places for the weights of one.
  package var capacity: Int

  package init(starts: [Int], counts: [Int], weights: [Int32], capacity: Int) {
    self.starts = starts
    self.counts = counts
    self.weights = weights
    self.capacity = capacity
  }

  /// All elements that something is made of.
  package var sources: Range<Int> {
    let ends = zip(starts, counts).map { $0 + $1 }
    return (starts.min() ?? 0)..<(ends.max() ?? 0)
  }

  /// The same of an axis that begins so many elements later.
  package func dropping(_ count: Int) -> AxisWeights {
    AxisWeights(starts: starts.map { $0 - count }, counts: counts, weights: weights, capacity: capacity)
  }
}

extension Tensor where Scalar == UInt8 {
  /// Each row of an image with weighted sums of neighbours in place of its elements, rounded to bytes: `[channels, height, outputs]`.
  package func resampledAlongRows(by axis: AxisWeights) -> Tensor {
    let (outputs, height) = (axis.starts.count, shape[0] * shape[1])
    // The kernel reads four elements at a time: with weights of 0, where there is no use for them.
    let taps = ((axis.counts.max() ?? 1) + 3) / 4 * 4
    guard shape[2] >= taps else {
      return edgePadded((0, 0), (0, taps - shape[2])).resampledAlongRows(by: axis)
    }
    let width = shape[2]
    let room = (outputs + 15) / 16 * 16
    let offsets = axis.starts.map { Int32(Swift.min($0, width - taps)) }
    var weights = [Int32](repeating: 0, count: taps * room)
    for output in 0..<outputs {
      let shift = axis.starts[output] - Int(offsets[output])
      for tap in 0..<axis.counts[output] {
        weights[(shift + tap) * room + output] = axis.weights[output * axis.capacity + tap]
      }
    }
    let kernel = Kernels.current.pointee.resample_row
    return Tensor(shape: [shape[0], shape[1], outputs]) { result in
      withContiguousBuffer { source in
        guard let first = source.baseAddress, let out = result.baseAddress else { return }
        for row in 0..<height {
          kernel?(first + row * width, offsets, weights, room, taps, out + row * outputs, outputs)
        }
      }
    }
  }

  /// Weighted sums of neighbouring rows in place of an image's rows, rounded to bytes: `[channels, outputs, width]`.
  package func resampledAlongColumns(by axis: AxisWeights) -> Tensor {
    let (height, width, outputs) = (shape[1], shape[2], axis.starts.count)
    let kernel = Kernels.current.pointee.resample_columns
    return Tensor(shape: [shape[0], outputs, width]) { result in
      withContiguousBuffer { source in
        axis.weights.withUnsafeBufferPointer { weights in
          guard let first = source.baseAddress, let out = result.baseAddress,
            let weights = weights.baseAddress
          else { return }
          for channel in 0..<shape[0] {
            for row in 0..<outputs {
              kernel?(
                first + (channel * height + axis.starts[row]) * width, width, weights + row * axis.capacity,
                axis.counts[row], out + (channel * outputs + row) * width, width)
            }
          }
        }
      }
    }
  }
}
