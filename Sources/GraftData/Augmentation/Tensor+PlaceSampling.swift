import GraftTensor

extension Tensor where Scalar == UInt8 {
  /// The result of a warp that looks at single places.
  func sampledAtPlaces(of warp: ImageWarp, fill: [UInt8]) -> Tensor {
    let sides = warp.allFrames.flatMap(HalfPlane.sides)
    let size = warp.size
    return Tensor(shape: [shape[0], size.height, size.width]) { result in
      withContiguousBuffer { source in
        for row in 0..<size.height {
          let shown = HalfPlane.columns(ofRow: row, width: size.width, within: sides)
          for (channel, color) in fill.enumerated() {
            let plane = UnsafeBufferPointer(rebasing: source[(channel * shape[1] * shape[2])...])
            for column in 0..<size.width {
              let index = (channel * size.height + row) * size.width + column
              let place = warp.map(x: Double(column) + 0.5, y: Double(row) + 0.5)
              result[index] = shown.contains(column) ? sample(plane, at: place, by: warp.filter) : color
            }
          }
        }
      }
    }
  }

  private func sample(
    _ plane: UnsafeBufferPointer<UInt8>, at place: (x: Double, y: Double), by filter: ResamplingFilter
  ) -> UInt8 {
    let (height, width) = (shape[1], shape[2])
    let across = filter.taps(at: place.x)
    var sum = 0.0
    for (row, rowWeight) in filter.taps(at: place.y) {
      let start = Swift.min(Swift.max(row, 0), height - 1) * width
      for (column, weight) in across {
        sum += rowWeight * weight * Double(plane[start + Swift.min(Swift.max(column, 0), width - 1)])
      }
    }
    return UInt8(Swift.min(Swift.max(sum + 0.5, 0), 255))
  }
}
