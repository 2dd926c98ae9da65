import CGraftKernels

/// What brings each channel of a tensor `[batch, channels, …]` to a mean of 0 and a variance of 1:
/// y = (x - μ) / √(σ² + ε) · w + b, then what is added, then max(0, y) if it rectifies.
///
/// Each pass over the elements is one kernel, one channel at a time, so that the second pass over a channel finds it in
/// the cache. Results do not depend on the number of threads.
package struct ChannelNormalization: Sendable {
  /// μ, w / √(σ² + ε) and b of each channel, shape `[channels, 3]`.
  private let affines: Tensor<Float>

  /// The biased σ² of each channel, shape `[channels]`.
  package let variance: Tensor<Float>

  private let epsilon: Float
  /// Whether negative results become 0.
  let rectifies: Bool

  /// Normalisation by given statistics. All tensors have the shape `[channels]`; no weight is 1, no bias 0.
  package init(
    mean: Tensor<Float>, variance: Tensor<Float>, weight: Tensor<Float>?, bias: Tensor<Float>?,
    epsilon: Float,
    rectifying: Bool
  ) {
    let inverse = (variance + epsilon).rsqrt()
    let scale = weight.map { $0 * inverse } ?? inverse
    let affines = Tensor.stacked([mean, scale, bias ?? .zeros(mean.shape)], along: 1)
    self.init(affines: affines, variance: variance, epsilon: epsilon, rectifies: rectifying)
  }

  private init(affines: Tensor<Float>, variance: Tensor<Float>, epsilon: Float, rectifies: Bool) {
    (self.affines, self.variance, self.epsilon, self.rectifies) = (affines, variance, epsilon, rectifies)
  }

  /// μ of each channel, shape `[channels]`.
  package var mean: Tensor<Float> { affines.select(0, along: 1).contiguous() }

  /// 1 / √(σ² + ε) of each channel, shape `[channels]`.
  package var inverse: Tensor<Float> { (variance + epsilon).rsqrt() }

  /// The result for `input`; `addend` has the input's shape.
  package func applied(to input: Tensor<Float>, adding addend: Tensor<Float>? = nil) -> Tensor<Float> {
    withAffines { affines in
      ChannelNormalization.normalize(input, adding: addend, rectifying: rectifies) { channel, _, _ in
        affines[channel]
      }
    }
  }

  /// Normalises `input` by its own statistics; `addend` has its shape.
  package static func applied(
    to input: Tensor<Float>, weight: Tensor<Float>?, bias: Tensor<Float>?, epsilon: Float,
    adding addend: Tensor<Float>? = nil, rectifying: Bool = false
  ) -> (value: Tensor<Float>, normalization: ChannelNormalization) {
    let channels: Shape = [input.shape[1]]
    let none = Tensor<Float>.zeros(channels)
    var affines = Tensor.stacked([none, weight ?? .ones(channels), bias ?? none], along: 1)
    var variance = none
    let value = affines.withUnsafeMutableBuffer { affines in
      affines.withMemoryRebound(to: graft_affine.self) { affines in
        variance.withUnsafeMutableBuffer { variances in
          normalize(input, adding: addend, rectifying: rectifying) { channel, x, runs in
            Kernels.current.pointee.moments(x, runs, &affines[channel].mean, &variances[channel])
            affines[channel].scale *= 1 / (variances[channel] + epsilon).squareRoot()
            return affines[channel]
          }
        }
      }
    }
    let normalization = ChannelNormalization(
      affines: affines, variance: variance, epsilon: epsilon, rectifies: rectifying)
    return (value, normalization)
  }

  /// One pass over the elements of each channel, after `affine` has been asked for the channel's numbers.
  private static func normalize(
    _ input: Tensor<Float>, adding addend: Tensor<Float>?, rectifying: Bool,
    by affine: (_ channel: Int, _ elements: UnsafePointer<Float>, _ runs: graft_pieces) -> graft_affine
  ) -> Tensor<Float> {
    let channels = ChannelElements(input.shape)
    let input = channels.arranged(input)
    let addend = addend.map(channels.arranged)
    let result = Tensor<Float>(shape: input.shape) { buffer in
      input.withUnsafeElements { x in
        Tensor.withElements(of: addend) { addend in
          guard let out = buffer.baseAddress else { return }
          channels.forEachChannel { channel, start in
            Kernels.current.pointee.normalize(
              x + start, addend.map { $0 + start }, out + start, channels.runs,
              affine(channel, x + start, channels.runs), rectifying ? 1 : 0)
          }
        }
      }
    }
    return channels.restored(result)
  }

  /// Gradients, where the statistics are the input's own.
  ///
  /// - Parameters:
  ///   - gradient: that of the result. Its memory is used again where nobody shares it.
  ///   - input: what was normalised.
  ///   - result: what came out, if something was added before negative numbers became 0; otherwise `nil`.
  /// - Returns: the gradients of the input, of w and of b, and, if there is a `result`, of what was added.
  package func pullback(
    _ gradient: inout Tensor<Float>, input: Tensor<Float>, result: Tensor<Float>? = nil
  ) -> (input: Tensor<Float>, weight: Tensor<Float>, bias: Tensor<Float>, addend: Tensor<Float>?) {
    let channels = ChannelElements(input.shape)
    channels.arrange(&gradient)
    var separate: Tensor<Float>?
    let sums = withPullback(of: input, rectifying: rectifies && result == nil) { pullback in
      separate = pullback.run(&gradient, result: result.map(channels.arranged))
    }
    let own = channels.restored(separate ?? gradient)
    return (own, sums.weight, sums.bias, separate == nil ? nil : channels.restored(gradient))
  }

  /// The gradients of w and of b from that of the result before negative numbers became 0.
  package func parameterGradients(
    _ gradient: Tensor<Float>, input: Tensor<Float>
  ) -> (weight: Tensor<Float>, bias: Tensor<Float>) {
    let channels = ChannelElements(input.shape)
    return withPullback(of: input, rectifying: false) { pullback in
      channels.arranged(gradient).withUnsafeElements { g in
        channels.forEachChannel { _ = pullback.addUp($0, from: $1, gradient: g) }
      }
    }
  }

  private func withPullback(
    of input: Tensor<Float>, rectifying: Bool, _ body: (Pullback) -> Void
  ) -> (weight: Tensor<Float>, bias: Tensor<Float>) {
    let channels = ChannelElements(input.shape)
    var sums = Tensor<Float>.zeros([2, channels.count])
    channels.arranged(input).withUnsafeElements { x in
      withAffines { affines in
        sums.withUnsafeMutableBuffer { sums in
          body(
            Pullback(
              channels: channels, input: x, affines: affines, inverse: inverse.scalars, rectifies: rectifying,
              sums: sums))
        }
      }
    }
    return (sums.select(1), sums.select(0))
  }

  func withAffines<Result>(_ body: (UnsafeBufferPointer<graft_affine>) -> Result) -> Result {
    affines.withContiguousBuffer { $0.withMemoryRebound(to: graft_affine.self, body) }
  }
}

/// The way back of a gradient through the channels.
private struct Pullback {
  let channels: ChannelElements
  let input: UnsafePointer<Float>
  let affines: UnsafeBufferPointer<graft_affine>
  let inverse: [Float]
  /// Whether a gradient flows only where (x - μ) / √(σ² + ε) · w + b > 0.
  let rectifies: Bool
  /// The gradients of b and of w, one after the other.
  let sums: UnsafeMutableBufferPointer<Float>

  /// Turns the gradient of the result into that of the input; or, given the result, into that of what was added, and
  /// returns that of the input.
  func run(_ gradient: inout Tensor<Float>, result: Tensor<Float>?) -> Tensor<Float>? {
    guard let result else {
      gradient.rewriteElements { g, out in
        channels.forEachChannel { run($0, from: $1, gradient: g, into: out) }
      }
      return nil
    }
    return Tensor(shape: result.shape) { buffer in
      guard let out = buffer.baseAddress else { return }
      result.withUnsafeElements { y in
        gradient.rewriteElements { g, masked in
          channels.forEachChannel { run($0, from: $1, gradient: g, result: y, masked: masked, into: out) }
        }
      }
    }
  }

  /// One pass for the sums over a channel, whose first element lies at `start`, and one for the gradient of its elements.
  private func run(
    _ channel: Int, from start: Int, gradient: UnsafePointer<Float>, result: UnsafePointer<Float>? = nil,
    masked: UnsafeMutablePointer<Float>? = nil, into out: UnsafeMutablePointer<Float>
  ) {
    let (sum, projection) = addUp(channel, from: start, gradient: gradient, result: result, masked: masked)
    // ∂x = w / √(σ² + ε) · (g - mean g - x̂ · mean (g · x̂)): μ and σ² depend on x as well.
    let (count, root) = (Double(channels.size), Double(inverse[channel]))
    Kernels.current.pointee.normalize_backward(
      masked.map { UnsafePointer($0) + start } ?? gradient + start, input + start, out + start, channels.runs,
      affines[channel], rectifies ? 1 : 0, Float(Double(sum) / count),
      Float(Double(projection) * root * root / count))
  }

  /// The sums of g and of g · (x - μ) over a channel, which go to the gradients of b and w. With a result they are those of the
  /// gradient where that was positive, which goes to `masked`.
  func addUp(
    _ channel: Int, from start: Int, gradient: UnsafePointer<Float>, result: UnsafePointer<Float>? = nil,
    masked: UnsafeMutablePointer<Float>? = nil
  ) -> (sum: Float, projection: Float) {
    var (sum, projection) = (Float(0), Float(0))
    Kernels.current.pointee.normalize_sums(
      gradient + start, input + start, result.map { $0 + start }, masked.map { $0 + start }, channels.runs,
      affines[channel], rectifies ? 1 : 0, &sum, &projection)
    sums[channel] = sum
    sums[channels.count + channel] = projection * inverse[channel]
    return (sum, projection)
  }
}
