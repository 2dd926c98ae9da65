import CGraftKernels

extension Tensor where Scalar == UInt8 {
  /// An image of the given size of which each pixel shows what lies at a place of this one.
  ///
  /// Pixels beyond an edge count as the edge's. Sums are rounded to the nearest byte. Places are reckoned in single precision: they are a
  /// 2⁻²³rd of the image's size off at most.
  ///
  /// - Parameters:
  ///   - size: height and width of the result.
  ///   - filter: the pixels that are weighted.
  ///   - fill: what the rest of each channel shows.
  ///   - row: for each row which columns show something, and where it lies.
  /// - Returns: `[channels, size.height, size.width]` from `[channels, height, width]`.
  package func warped(
    to size: (height: Int, width: Int), by filter: WarpFilter, fill: [UInt8], row: (Int) -> WarpedRow
  ) -> Tensor {
    require(
      rank == 3 && count > 0 && fill.count == shape[0] && count < Int(Int32.max) / 2,
      "warped: an image of shape \(shape) with \(fill.count) fill values")
    let source = havingFootprints(of: filter)
    let (height, width) = (source.shape[1], source.shape[2])
    let kernels = Kernels.current.pointee
    let pixels = filter.kernel(of: kernels)
    // The kernels work on whole vectors, of at most 16 pixels.
    let room = (size.width + 15) / 16 * 16
    return Tensor(shape: [shape[0], size.height, size.width]) { out in
      source.withContiguousBuffer { planes in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: room) { offsets in
          withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * room) { shares in
            guard let first = out.baseAddress, let plane = planes.baseAddress, let across = shares.baseAddress
            else { return }
            for index in 0..<size.height {
              let line = row(index)
              let (shown, count) = (line.columns, line.columns.count)
              if count > 0 {
                var places = filter.places(of: line, height: height, width: width)
                kernels.warp_places(&places, count, offsets.baseAddress, across, across + room)
              }
              for (channel, color) in fill.enumerated() {
                let target = first + (channel * size.height + index) * size.width
                target.update(repeating: color, count: shown.lowerBound)
                (target + shown.upperBound).update(repeating: color, count: size.width - shown.upperBound)
                guard count > 0 else { continue }
                pixels(
                  plane + channel * height * width, width, offsets.baseAddress, across, across + room,
                  target + shown.lowerBound, count)
              }
            }
          }
        }
      }
    }
  }

  /// This image, with pixels around it if footprints would reach beyond it.
  private func havingFootprints(of filter: WarpFilter) -> Tensor {
    let padding = filter.padding
    if padding > 0 { return edgePadded((padding, padding), (padding, padding)) }
    let missing = (1...2).map { Swift.max(filter.footprint - shape[$0], 0) }
    return missing == [0, 0] ? self : edgePadded((0, missing[0]), (0, missing[1]))
  }
}

extension WarpFilter {
  /// A row as the kernels see it, in an image that has been padded.
  fileprivate func places(of row: WarpedRow, height: Int, width: Int) -> graft_warp_row {
    graft_warp_row(
      u: Float(row.start.x), v: Float(row.start.y), w: Float(row.start.z), du: Float(row.step.x),
      dv: Float(row.step.y), dw: Float(row.step.z), shift: Float(start + Double(padding)),
      columns: Float(width - footprint + 1), rows: Float(height - footprint + 1), stride: Int32(width))
  }
}
