/// What is done to a convolution's sums before they are written for good: bias, then residual, then ReLU.
struct ConvolutionEpilogue {
  /// Added to each output channel.
  var bias: UnsafePointer<Float>?

  /// Added element by element; laid out like the output.
  var residual: UnsafePointer<Float>?

  /// Whether negative results become 0.
  var rectifies = false

  /// Whether there is nothing to do.
  var isEmpty: Bool { bias == nil && residual == nil && !rectifies }

  /// Finishes `count` neighbouring sums of one channel, in place.
  /// - Parameters:
  ///   - place: where they lie in the output.
  func apply(to sums: UnsafeMutablePointer<Float>, count: Int, channel: Int, place: Int) {
    let kernels = Kernels.current.pointee
    if let bias { kernels.add_s(sums, bias[channel], sums, count) }
    if let residual { kernels.add(sums, residual + place, sums, count) }
    if rectifies { kernels.relu(sums, sums, count) }
  }
}
