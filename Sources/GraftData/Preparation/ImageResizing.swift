import GraftTensor

extension Tensor where Scalar == UInt8 {
  /// An image of bytes in another size: the same bytes as Pillow's `Image.resize` gives, with which published networks of
  /// images were trained.
  ///
  /// Rows are resampled first, then columns, each rounded to bytes. An axis that keeps its length keeps its values.
  ///
  /// - Parameters:
  ///   - size: height and width of the whole resized image.
  ///   - window: the rows and columns of the resized image that are wanted; the others cost nothing. Default: all.
  ///   - filter: how pixels are weighted. Default: bilinear.
  /// - Returns: `[channels, rows, columns]` from `[channels, height, width]`.
  ///
  /// Traps unless this is a tensor of three axes with pixels, the size is positive, and the window lies in it.
  public func resized(
    to size: (height: Int, width: Int), keeping window: (rows: Range<Int>, columns: Range<Int>)? = nil,
    by filter: ResamplingFilter = .bilinear
  ) -> Tensor {
    require(
      rank == 3 && shape[1] > 0 && shape[2] > 0, "resized: \(shape) is not an image [channels, height, width]"
    )
    require(size.height > 0 && size.width > 0, "resized: an image of \(shape) cannot become \(size)")
    let window = window ?? (0..<size.height, 0..<size.width)
    require(
      window.rows.lowerBound >= 0 && window.rows.upperBound <= size.height
        && window.columns.lowerBound >= 0 && window.columns.upperBound <= size.width,
      "resized: rows \(window.rows) and columns \(window.columns) do not lie in an image of \(size)")
    let vertical = ResamplingTaps(
      from: shape[1], to: size.height, outputs: window.rows, filter: filter)
    let horizontal = ResamplingTaps(
      from: shape[2], to: size.width, outputs: window.columns, filter: filter)
    let rows = vertical.sources
    let narrowed = slice(rows, along: 1).resampledAlongRows(by: horizontal)
    return narrowed.resampledAlongColumns(by: vertical, firstRow: rows.lowerBound)
  }

  /// `[channels, height, outputs]`: each row by itself.
  private func resampledAlongRows(by taps: ResamplingTaps) -> Tensor {
    let (width, newWidth) = (shape[2], taps.starts.count)
    return Tensor(shape: [shape[0], shape[1], newWidth]) { result in
      withContiguousBuffer { source in
        for row in 0..<(shape[0] * shape[1]) {
          for column in 0..<newWidth {
            let start = row * width + taps.starts[column]
            let firstWeight = column * taps.capacity
            var sum: Int32 = 0
            for tap in 0..<taps.counts[column] {
              sum += Int32(source[start + tap]) * taps.weights[firstWeight + tap]
            }
            result[row * newWidth + column] = ResamplingTaps.byte(sum)
          }
        }
      }
    }
  }

  /// `[channels, outputs, width]`: rows added up with their weights, the first here being number `firstRow` of the whole image.
  private func resampledAlongColumns(by taps: ResamplingTaps, firstRow: Int) -> Tensor {
    let (height, width, newHeight) = (shape[1], shape[2], taps.starts.count)
    return Tensor(shape: [shape[0], newHeight, width]) { result in
      withContiguousBuffer { source in
        var sums = [Int32](repeating: 0, count: width)
        for channel in 0..<shape[0] {
          for row in 0..<newHeight {
            for column in 0..<width { sums[column] = 0 }
            for tap in 0..<taps.counts[row] {
              let weight = taps.weights[row * taps.capacity + tap]
              let start = (channel * height + taps.starts[row] - firstRow + tap) * width
              for column in 0..<width { sums[column] += Int32(source[start + column]) * weight }
            }
            let start = (channel * newHeight + row) * width
            for column in 0..<width { result[start + column] = ResamplingTaps.byte(sums[column]) }
          }
        }
      }
    }
  }
}
