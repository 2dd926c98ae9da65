import GraftTensor

extension Tensor where Scalar == UInt8 {
  /// This image, warped.
  ///
  /// Whole pixels are moved as they are. What only scales and moves along the axes and is antialiased, resizing, goes
  /// through ``resized(to:keeping:by:)``'s filter. Everything else looks at single places: the nearest pixel, or those
  /// around weighted by the filter, which at an image's edge counts pixels beyond as the edge's. Results are rounded.
  ///
  /// - Parameter warp: where each place of the result comes from; see ``ImageWarp``.
  /// - Returns: `[channels, warp.size.height, warp.size.width]` from `[channels, height, width]`.
  ///
  /// Traps unless the image has the size that the warp is for, and the fill colour one value or as many as there are channels.
  public func warped(by warp: ImageWarp) -> Tensor {
    warp.check(shape)
    let fill = warp.fill.values(for: shape[0])
    if warp.map.isOfWholePixels {
      return movingPixels(by: warp, fill: fill)
    }
    if warp.map.isAlongAxes && warp.isAntialiased {
      return resampledAlongAxes(by: warp, fill: fill)
    }
    return sampledAtPlaces(of: warp, fill: fill)
  }
}

extension Tensor where Scalar == Float {
  /// This image, warped.
  ///
  /// Whole pixels are moved as they are, and the fill colour is divided by 255. A warp that needs more goes through bytes: 256 levels from 0
  /// to 1, or as far as the image's numbers go, if that is farther. So results are exact to half a level before and half a level after the
  /// pixels are weighted.
  ///
  /// - Parameter warp: where each place of the result comes from; see ``ImageWarp``.
  /// - Returns: `[channels, warp.size.height, warp.size.width]` from `[channels, height, width]`.
  ///
  /// Traps unless the image has the size that the warp is for, and the fill colour one value or as many as there are channels; at NaN.
  public func warped(by warp: ImageWarp) -> Tensor {
    warp.check(shape)
    if warp.map.isOfWholePixels {
      return movingPixels(by: warp, fill: warp.fill.values(for: shape[0]).map { Float($0) / 255 })
    }
    // Numbers beyond 0…1 are no mistake here: a data set that is standardised later, or has been before, has them.
    let (low, high) = (Swift.min(min().scalar, 0), Swift.max(max().scalar, 1))
    guard low < 0 || high > 1 else {
      return Tensor(pixels: Tensor<UInt8>(intensities: self).warped(by: warp))
    }
    let range = high - low
    let fill = warp.fill.values.map { UInt8(((Float($0) / 255 - low) / range * 255).rounded()) }
    let bytes = Tensor<UInt8>(intensities: (self - low) / range).warped(
      by: warp.filled(with: FillColor(fill)))
    return Tensor(pixels: bytes) * range + low
  }
}

extension ImageWarp {
  fileprivate func check(_ shape: Shape) {
    require(
      shape.rank == 3 && shape[1] == source.height && shape[2] == source.width,
      "warped: an image of shape \(shape) for a warp of \(source) pixels")
  }

  /// The rows and columns of the result that lie within all images on the way; only for maps along the axes.
  var visible: (rows: Range<Int>, columns: Range<Int>) {
    let sides = sides
    let columns = HalfPlane.columns(
      ofRow: 0, width: size.width, within: sides.filter { $0.coefficients.y == 0 })
    let rows = HalfPlane.columns(
      ofRow: 0, width: size.height, within: sides.filter { $0.coefficients.x == 0 }.map(\.transposed))
    return rows.isEmpty || columns.isEmpty ? (0..<0, 0..<0) : (rows, columns)
  }
}

extension Tensor {
  /// The result of a warp of whole pixels.
  fileprivate func movingPixels(by warp: ImageWarp, fill: [Scalar]) -> Tensor {
    guard !warp.map.isTransposing else {
      return transposed().movingPixels(by: warp.transposingSource, fill: fill)
    }
    let (rows, columns) = warp.visible
    let moved = flippedSlice(rows, along: 1, from: warp.map.y.y, warp.map.y.z)
      .flippedSlice(columns, along: 2, from: warp.map.x.x, warp.map.x.z)
    return moved.placed(atRow: rows.lowerBound, column: columns.lowerBound, in: warp.size, fill: fill)
  }

  /// What some positions of a result show, of which i shows the elements between i · factor + offset and one factor on.
  private func flippedSlice(_ range: Range<Int>, along axis: Int, from factor: Double, _ offset: Double)
    -> Tensor
  {
    guard !range.isEmpty else { return slice(0..<0, along: axis) }
    let ends = [range.lowerBound, range.upperBound].map { Int(Double($0) * factor + offset) }
    let part = slice(Swift.min(ends[0], ends[1])..<Swift.max(ends[0], ends[1]), along: axis)
    return factor < 0 ? part.flipped(along: [axis]) : part
  }

  /// An image of the given size that shows this one from a place on, and around it the fill color, one value for each channel.
  func placed(atRow row: Int, column: Int, in size: ImageSize, fill: [Scalar]) -> Tensor {
    let widths = [
      (before: 0, after: 0), (row, size.height - row - shape[1]), (column, size.width - column - shape[2]),
    ]
    if widths.allSatisfy({ $0 == (0, 0) }) { return contiguous() }
    if fill.allSatisfy({ $0 == fill[0] }) { return padded(widths, with: fill[0]) }
    return .concatenated(
      fill.enumerated().map { channel, value in slice(channel..<(channel + 1)).padded(widths, with: value) })
  }
}

extension ImageWarp {
  /// The same for a source whose rows and columns have been exchanged.
  var transposingSource: ImageWarp { copy(from: source.transposed, map: map.transposed, fill: fill) }

  /// The same with another fill colour.
  fileprivate func filled(with fill: FillColor) -> ImageWarp { copy(from: source, map: map, fill: fill) }

  private func copy(from source: ImageSize, map: ProjectiveMap, fill: FillColor) -> ImageWarp {
    var result = ImageWarp(
      from: source, to: size, map: map, filter: filter, fill: fill, isAntialiased: isAntialiased)
    result.frames = frames
    result.isSourceMet = isSourceMet
    return result
  }
}
