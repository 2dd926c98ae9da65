import CGraftKernels

/// What is done to a convolution's sums before they are written for good: bias, then normalisation, then residual, then
/// ReLU.
struct ConvolutionEpilogue {
  /// Added to each output channel.
  var bias: UnsafePointer<Float>?

  /// What brings each output channel to mean 0 and variance 1, or wherever else.
  var affines: UnsafePointer<graft_affine>?

  /// Added element by element after the normalisation; laid out like the output.
  var residual: UnsafePointer<Float>?

  /// Whether negative results become 0 after the normalisation.
  var rectifies = false

  /// Whether there is nothing to do.
  var isEmpty: Bool { bias == nil && affines == nil }

  /// Finishes `count` neighbouring sums of one channel, in place.
  /// - Parameters:
  ///   - place: where they lie in the output.
  func apply(to sums: UnsafeMutablePointer<Float>, count: Int, channel: Int, place: Int) {
    let kernels = Kernels.current
    if let bias { kernels.pointee.add_s(sums, bias[channel], sums, count) }
    if let affines {
      let runs = graft_pieces(count: 1, length: count, stride: 0)
      kernels.pointee.normalize(
        sums, residual.map { $0 + place }, sums, runs, affines[channel], rectifies ? 1 : 0)
    }
  }
}
