import GraftTensor

extension Tensor where Scalar == UInt8 {
  /// The image sharper or softer: each level's distance from that of a smoothed image times `factor`.
  ///
  /// 0 smoothes, 1 changes nothing, 2 sharpens. Smoothed is the mean of the nine pixels around with fivefold weight for the middle;
  /// pixels at an edge stay as they are. Every byte is Pillow's. Traps unless this is an image, and the factor is finite and not
  /// negative.
  public func adjustingSharpness(by factor: Double) -> Tensor {
    require(
      factor >= 0 && factor.isFinite, "adjustingSharpness: factor \(factor) is negative or not finite")
    return blended(from: smoothed(), factor: Float(factor))
  }

  /// (the eight pixels around + 5 · the pixel) / 13, rounded; a thirteenth is never halfway between two levels.
  private func smoothed() -> Tensor {
    let size = ImageSize(of: self)
    let (height, width) = (size.height, size.width)
    return Tensor(shape: shape) { result in
      withContiguousBuffer { source in
        _ = result.update(fromContentsOf: source)
        guard height > 2 && width > 2, let from = source.baseAddress, let out = result.baseAddress else {
          return
        }
        // The sums of three pixels above each other.
        var columns = [UInt16](repeating: 0, count: width)
        for channel in 0..<shape[0] {
          for row in 1..<(height - 1) {
            let start = (channel * height + row) * width
            let (above, middle, below) = (from + start - width, from + start, from + start + width)
            for x in 0..<width { columns[x] = UInt16(above[x]) &+ UInt16(middle[x]) &+ UInt16(below[x]) }
            for x in 1..<(width - 1) {
              let sum = columns[x - 1] &+ columns[x] &+ columns[x + 1] &+ 4 &* UInt16(middle[x])
              out[start + x] = UInt8(truncatingIfNeeded: (2 &* sum &+ 13) / 26)
            }
          }
        }
      }
    }
  }
}
