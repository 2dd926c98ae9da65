import GraftTensor

extension Tensor where Scalar == UInt8 {
  /// An image of bytes in another size: the same bytes as Pillow's `Image.resize` gives, with which published networks of
  /// images were trained.
  ///
  /// One axis is resampled after the other, each rounded to bytes. An axis that keeps its length keeps its values.
  ///
  /// - Parameters:
  ///   - size: height and width of the whole resized image.
  ///   - window: the rows and columns of the resized image that are wanted; the others cost nothing. Default: all.
  ///   - filter: how pixels are weighted. Default: bilinear.
  /// - Returns: `[channels, rows, columns]` from `[channels, height, width]`.
  ///
  /// Traps unless this is a tensor of three axes with pixels, and the window lies in the resized image.
  public func resized(
    to size: ImageSize, keeping window: (rows: Range<Int>, columns: Range<Int>)? = nil,
    by filter: ResamplingFilter = .bilinear
  ) -> Tensor {
    let source = ImageSize(of: self)
    let window = window ?? (0..<size.height, 0..<size.width)
    require(
      window.rows.lowerBound >= 0 && window.rows.upperBound <= size.height
        && window.columns.lowerBound >= 0 && window.columns.upperBound <= size.width,
      "resized: rows \(window.rows) and columns \(window.columns) do not lie in an image of \(size)")
    return resampled(
      rows: ResamplingTaps(
        of: ResampledAxis(from: source.height, to: size.height), outputs: window.rows, filter: filter),
      columns: ResamplingTaps(
        of: ResampledAxis(from: source.width, to: size.width), outputs: window.columns, filter: filter))
  }

  /// The result of an antialiased warp along the axes.
  func resampledAlongAxes(by warp: ImageWarp, fill: [UInt8]) -> Tensor {
    guard !warp.map.isTransposing else {
      return transposed().resampledAlongAxes(by: warp.transposingSource, fill: fill)
    }
    let shown = warp.visible
    guard !shown.rows.isEmpty else {
      let nothing = slice(0..<0, along: 1).slice(0..<0, along: 2)
      return nothing.placed(atRow: 0, column: 0, in: warp.size, fill: fill)
    }
    let rows = warp.axis(\.y, along: 1, length: warp.size.height, shown: shown.rows)
    let columns = warp.axis(\.x, along: 0, length: warp.size.width, shown: shown.columns)
    let result = slice(rows.source, along: 1).slice(columns.source, along: 2)
      .resampled(
        rows: ResamplingTaps(of: rows.axis, outputs: rows.outputs, filter: warp.filter),
        columns: ResamplingTaps(of: columns.axis, outputs: columns.outputs, filter: warp.filter))
    let reversed = (rows.isReversed ? [1] : []) + (columns.isReversed ? [2] : [])
    return (reversed.isEmpty ? result : result.flipped(along: reversed))
      .placed(atRow: shown.rows.lowerBound, column: shown.columns.lowerBound, in: warp.size, fill: fill)
  }

  /// Along the rows first, then along the columns; the other way round where that has fewer pixels in between because the image
  /// becomes lower and wider.
  private func resampled(rows: ResamplingTaps, columns: ResamplingTaps) -> Tensor {
    if rows.shrinks && columns.grows {
      let sources = columns.sources
      return slice(sources, along: 2).resampledAlongColumns(by: rows, firstRow: 0)
        .resampledAlongRows(by: columns, firstColumn: sources.lowerBound)
    }
    let sources = rows.sources
    return slice(sources, along: 1).resampledAlongRows(by: columns, firstColumn: 0)
      .resampledAlongColumns(by: rows, firstRow: sources.lowerBound)
  }

  /// `[channels, height, outputs]`: each row by itself, whose first element is number `firstColumn` of the whole row.
  private func resampledAlongRows(by taps: ResamplingTaps, firstColumn: Int) -> Tensor {
    let (width, newWidth) = (shape[2], taps.starts.count)
    return Tensor(shape: [shape[0], shape[1], newWidth]) { result in
      withContiguousBuffer { source in
        taps.withUnsafeTaps { starts, counts, weights in
          for row in 0..<(shape[0] * shape[1]) {
            for column in 0..<newWidth {
              let start = row * width + starts[column] - firstColumn
              let firstWeight = column * taps.capacity
              var sum: Int32 = 0
              // Cannot overflow: the weights of an output add up to 1, and overshoot by a quarter at most.
              for tap in 0..<counts[column] {
                sum &+= Int32(source[start &+ tap]) &* weights[firstWeight &+ tap]
              }
              result[row * newWidth + column] = ResamplingTaps.byte(sum)
            }
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
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: width) { sums in
          for channel in 0..<shape[0] {
            for row in 0..<newHeight {
              sums.initialize(repeating: 0)
              for tap in 0..<taps.counts[row] {
                let weight = taps.weights[row * taps.capacity + tap]
                let start = (channel * height + taps.starts[row] - firstRow + tap) * width
                for column in 0..<width { sums[column] &+= Int32(source[start &+ column]) &* weight }
              }
              let start = (channel * newHeight + row) * width
              for column in 0..<width { result[start &+ column] = ResamplingTaps.byte(sums[column]) }
            }
          }
        }
      }
    }
  }
}

extension ImageWarp {
  /// One axis of an antialiased warp along the axes.
  ///
  /// - Returns: the elements of the source that all images on the way showed, the axis over these, the outputs to make of it, and whether they
  ///   are in reverse.
  fileprivate func axis(
    _ row: KeyPath<ProjectiveMap, SIMD3<Double>>, along column: Int, length: Int, shown: Range<Int>
  ) -> (source: Range<Int>, axis: ResampledAxis, outputs: Range<Int>, isReversed: Bool) {
    let (scale, offset) = (map[keyPath: row][column], map[keyPath: row].z)
    // The edges of the images that are only parts of the source. What was cut after it was resampled cuts no weights.
    var (first, last) = (0.0, column == 0 ? Double(source.width) : Double(source.height))
    for frame in frames {
      let (ownScale, ownOffset) = (frame.map.factor(ofAxis: column), frame.map.offset(ofAxis: column))
      guard abs(ownScale) == abs(scale) else { continue }
      let end = Double(frame.map.isTransposing == (column == 0) ? frame.size.height : frame.size.width)
      let edges = [0, end].map { ($0 - ownOffset) / ownScale * scale + offset }
      first = max(first, edges.min() ?? 0)
      last = min(last, edges.max() ?? last)
    }
    // A millionth of a pixel is rounding.
    let source = Int((first + 1e-6).rounded(.down))..<Int((last - 1e-6).rounded(.up))
    let start = Double(source.lowerBound)
    guard scale < 0 else {
      return (source, ResampledAxis(length: source.count, scale: scale, offset: offset - start), shown, false)
    }
    let reversed = ResampledAxis(
      length: source.count, scale: -scale, offset: scale * Double(length) + offset - start)
    return (source, reversed, (length - shown.upperBound)..<(length - shown.lowerBound), true)
  }
}

extension ProjectiveMap {
  /// What x (0) or y (1) of the result is multiplied by on its way to a place; only for maps along the axes.
  fileprivate func factor(ofAxis axis: Int) -> Double { isTransposing == (axis == 0) ? y[axis] : x[axis] }

  fileprivate func offset(ofAxis axis: Int) -> Double { isTransposing == (axis == 0) ? y.z : x.z }
}
