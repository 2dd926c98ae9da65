import CGraftKernels

/// What brings each group of channels of each sample of a tensor `[batch, channels, …]` to a mean of 0 and a variance of
/// 1, and then each channel to a scale and shift of its own: y = (x - μ) / √(σ² + ε) · w + b.
///
/// A group is read from memory and written once in either direction; what is read again is then in the cache. Results do
/// not depend on the number of threads.
package struct GroupNormalization: Sendable {
  private let groups: Int

  /// μ and 1 / √(σ² + ε) of each group of each sample.
  private let mean, inverse: Tensor<Float>

  /// w of each channel; `nil` for ones.
  private let weight: Tensor<Float>?

  /// Normalises `input`, whose channels divide into `groups`. `weight` and `bias` have the shape `[channels]`.
  package static func applied(
    to input: Tensor<Float>, groups: Int, weight: Tensor<Float>?, bias: Tensor<Float>?, epsilon: Float
  ) -> (value: Tensor<Float>, normalization: GroupNormalization) {
    let layout = Layout(input.shape, groups: groups)
    var mean = Tensor<Float>.zeros([layout.count])
    var inverse = mean
    let value = Tensor<Float>(shape: input.shape) { buffer in
      input.withContiguousBuffer { x in
        Tensor.withElements(of: weight) { w in
          Tensor.withElements(of: bias) { b in
            mean.withUnsafeMutableBuffer { means in
              inverse.withUnsafeMutableBuffer { inverses in
                guard let out = buffer.baseAddress, let x = x.baseAddress else { return }
                layout.forEachGroup { group, start, channels in
                  let kernels = Kernels.current
                  var variance: Float = 0
                  kernels.pointee.moments(
                    x + start, graft_pieces(count: 1, length: layout.size, stride: 0), &means[group],
                    &variance)
                  inverses[group] = 1 / (variance + epsilon).squareRoot()
                  for (place, channel) in channels.enumerated() {
                    let affine = graft_affine(
                      mean: means[group], scale: inverses[group] * (w?[channel] ?? 1), shift: b?[channel] ?? 0
                    )
                    let plane = start + place * layout.plane
                    kernels.pointee.normalize(
                      x + plane, nil, out + plane,
                      graft_pieces(count: 1, length: layout.plane, stride: 0), affine, 0)
                  }
                }
              }
            }
          }
        }
      }
    }
    return (value, GroupNormalization(groups: groups, mean: mean, inverse: inverse, weight: weight))
  }

  /// Turns the gradient of the result into that of the input, in place if nobody shares it, and returns those of w and b.
  ///
  /// With h = g · w and x̂ = (x - μ) / √(σ² + ε): ∂x = (h - mean h - x̂ · mean (h · x̂)) / √(σ² + ε), since μ and σ² depend on
  /// x as well.
  package func pullBack(
    _ gradient: inout Tensor<Float>, input: Tensor<Float>
  ) -> (weight: Tensor<Float>, bias: Tensor<Float>) {
    let layout = Layout(input.shape, groups: groups)
    // What each sample adds to the gradients of w and b.
    var shares = Tensor<Float>.zeros([2, input.shape[0], layout.channels])
    shares.withUnsafeMutableBuffer { shares in
      input.withContiguousBuffer { x in
        mean.withUnsafeElements { mean in
          inverse.withUnsafeElements { inverse in
            Tensor.withElements(of: weight) { w in
              gradient.rewriteElements { g, out in
                guard let x = x.baseAddress, let shares = shares.baseAddress else { return }
                layout.forEachGroup { group, start, channels in
                  let sample = group / groups * layout.channels
                  let (weights, biases) = (
                    shares + sample, shares + layout.count / groups * layout.channels + sample
                  )
                  let (offset, slope) = addUp(
                    channels, of: layout, g + start, x + start, w, mean[group], inverse[group], weights,
                    biases)
                  for (place, channel) in channels.enumerated() {
                    let plane = start + place * layout.plane
                    Kernels.current.pointee.combine_gradients(
                      g + plane, x + plane, out + plane, layout.plane, inverse[group] * (w?[channel] ?? 1),
                      mean[group], slope, offset)
                  }
                }
              }
            }
          }
        }
      }
    }
    let sums = shares.sum(along: [1])
    return (sums.select(0), sums.select(1))
  }

  /// Stores what the channels of a group add to the gradients of w and b, and returns what every element's gradient is less
  /// by: an offset, and a multiple of x - μ.
  private func addUp(
    _ channels: Range<Int>, of layout: Layout, _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
    _ w: UnsafePointer<Float>?, _ mean: Float, _ inverse: Float, _ weights: UnsafeMutablePointer<Float>,
    _ biases: UnsafeMutablePointer<Float>
  ) -> (offset: Float, slope: Float) {
    let (count, root) = (Double(layout.size), Double(inverse))
    var (total, product) = (0.0, 0.0)
    for (place, channel) in channels.enumerated() {
      let plane = place * layout.plane
      var (sum, projection) = (Float(0), Float(0))
      Kernels.current.pointee.normalize_sums(
        g + plane, x + plane, nil, nil, graft_pieces(count: 1, length: layout.plane, stride: 0),
        graft_affine(mean: mean, scale: 1, shift: 0), 0, &sum, &projection)
      weights[channel] = projection * inverse
      biases[channel] = sum
      total += Double(sum) * Double(w?[channel] ?? 1)
      product += Double(projection) * Double(w?[channel] ?? 1)
    }
    return (Float(total * root / count), Float(product * root * root * root / count))
  }
}

/// Where the groups of `[batch, channels, …]` lie.
private struct Layout {
  /// Groups of all samples, and channels of one.
  let count: Int, channels: Int

  /// Elements of a channel, and of a group.
  let plane: Int, size: Int

  private let groups: Int

  init(_ shape: Shape, groups: Int) {
    self.groups = groups
    channels = shape[1]
    plane = shape.dropFirst(2).reduce(1, *)
    count = shape[0] * groups
    size = channels / groups * plane
  }

  /// Calls `body` with every group's number, the place of its first element, and its channels, on the thread team.
  func forEachGroup(_ body: (_ group: Int, _ start: Int, _ channels: Range<Int>) -> Void) {
    parallelFor(count, grain: max(1, elementwiseGrain / max(1, size))) { range in
      for group in range {
        let first = group % groups * (channels / groups)
        body(group, group * size, first..<(first + channels / groups))
      }
    }
  }
}
