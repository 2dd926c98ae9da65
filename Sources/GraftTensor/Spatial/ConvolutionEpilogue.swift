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

  /// Whether negative results become 0 in the end.
  var rectifies = false

  /// Whether there is nothing to do.
  var isEmpty: Bool { bias == nil && affines == nil && !rectifies }

  /// Finishes `count` neighbouring sums of one channel, in place.
  /// - Parameters:
  ///   - place: where they lie in the output.
  func apply(to sums: UnsafeMutablePointer<Float>, count: Int, channel: Int, place: Int) {
    if affines == nil {
      guard rectifies else { return addBias(to: sums, count: count, channel: channel) }
      // x + bias, as (x - 0) · 1 + bias is exactly.
      let runs = graft_pieces(count: 1, length: count, stride: 0)
      let affine = graft_affine(mean: 0, scale: 1, shift: bias?[channel] ?? -0.0)
      Kernels.current.pointee.normalize(sums, nil, sums, runs, affine, 1)
    } else {
      addBias(to: sums, count: count, channel: channel)
      normalize(sums, count: count, channel: channel, place: place)
    }
  }

  /// Does what comes after the bias to `count` neighbouring sums, if there are `affines`.
  func normalize(_ sums: UnsafeMutablePointer<Float>, count: Int, channel: Int, place: Int) {
    guard let affines else { return }
    let runs = graft_pieces(count: 1, length: count, stride: 0)
    Kernels.current.pointee.normalize(
      sums, residual.map { $0 + place }, sums, runs, affines[channel], rectifies ? 1 : 0)
  }

  private func addBias(to sums: UnsafeMutablePointer<Float>, count: Int, channel: Int) {
    if let bias { Kernels.current.pointee.add_s(sums, bias[channel], sums, count) }
  }
}
