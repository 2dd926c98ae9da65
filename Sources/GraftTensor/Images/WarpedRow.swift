import CGraftKernels

/// Which pixels around a place make its value, and how.
package enum WarpFilter: Sendable, Hashable, CaseIterable {
  case nearest, bilinear, bicubic

  /// A side of the square of pixels that are weighted.
  var footprint: Int {
    switch self {
    case .nearest: 1
    case .bilinear: 2
    case .bicubic: 4
    }
  }

  /// Pixels that are added on each side of an image so that all footprints lie in it. A bilinear one at the edge can as well begin
  /// a pixel further in.
  var padding: Int { self == .bicubic ? 2 : 0 }

  /// Where a footprint begins, seen from its place in the image as it is.
  var start: Double {
    switch self {
    case .nearest: 0
    case .bilinear: -0.5
    case .bicubic: -1.5
    }
  }

  func kernel(of table: graft_kernel_table)
    -> @convention(c) (
      UnsafePointer<UInt8>?, Int, UnsafePointer<Int32>?, UnsafePointer<Float>?, UnsafePointer<Float>?,
      UnsafeMutablePointer<UInt8>?, Int
    ) -> Void
  {
    switch self {
    case .nearest: table.warp_nearest
    case .bilinear: table.warp_bilinear
    case .bicubic: table.warp_bicubic
    }
  }
}

/// A row of a warped image: the columns that show something of the image, and where in it these lie.
package struct WarpedRow {
  /// The columns that show the image; the others show the fill color.
  package let columns: Range<Int>

  /// x · w, y · w and w at the middle of the first of these columns, where (x, y) is the place in pixels from the image's corner.
  package let start: SIMD3<Double>

  /// What a step to the next column adds to them.
  package let step: SIMD3<Double>

  package init(columns: Range<Int>, start: SIMD3<Double>, step: SIMD3<Double>) {
    self.columns = columns
    self.start = start
    self.step = step
  }
}
