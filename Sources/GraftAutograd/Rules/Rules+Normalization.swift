import GraftTensor

extension Variable {
  /// Layer normalisation over the last axis: y = (x - μ) / √(σ² + ε) · w + b, with the mean μ and the (biased) variance
  /// σ² of each row.
  ///
  /// Ba, Kiros, Hinton: *Layer Normalization*, 2016.
  ///
  /// - Parameters:
  ///   - weight: w, shape `[features]`; `nil` for ones.
  ///   - bias: b, shape `[features]`; `nil` for zeros.
  ///   - epsilon: ε, keeps the divisor from zero. Default: 1e-5.
  public func layerNormalized(
    weight: Variable? = nil, bias: Variable? = nil, epsilon: Float = 1e-5
  ) -> Variable {
    require(shape.rank > 0, "layerNormalized: a scalar has no last axis")
    let rows = Standardized(value, along: [-1], epsilon: epsilon)
    let channels = ChannelAffine(weight, bias, axis: shape.rank - 1, of: shape, "layerNormalized")
    return .record(channels.applied(to: rows.value), node, weight?.node, bias?.node) {
      [node] gradient, sink in
      channels.addGradients(gradient, normalized: rows.value, to: sink)
      sink.add(rows.pullback(channels.pullback(gradient)), to: node)
    }
  }

  /// Group normalisation of `[batch, channels, …]`: as layer normalisation, over each sample's groups of neighbouring
  /// channels with all their positions; then each channel has its own w and b. As many groups as channels makes it
  /// instance normalisation.
  ///
  /// Wu, He: *Group Normalization*, ECCV 2018.
  ///
  /// - Parameters:
  ///   - groups: the number of groups; traps unless it divides the number of channels.
  ///   - weight: w, shape `[channels]`; `nil` for ones.
  ///   - bias: b, shape `[channels]`; `nil` for zeros.
  ///   - epsilon: ε, keeps the divisor from zero. Default: 1e-5.
  public func groupNormalized(
    groups: Int, weight: Variable? = nil, bias: Variable? = nil, epsilon: Float = 1e-5
  ) -> Variable {
    require(
      shape.rank >= 2 && groups > 0 && shape[1] % groups == 0,
      "groupNormalized: \(groups) groups do not divide the channels of shape \(shape)")
    let perGroup = shape.elementCount == 0 ? 0 : shape.elementCount / (shape[0] * groups)
    let grouped: Shape = [shape[0] * groups, perGroup]
    let rows = Standardized(value.reshaped(to: grouped), along: [1], epsilon: epsilon)
    let normalized = rows.value.reshaped(to: shape)
    let channels = ChannelAffine(weight, bias, axis: 1, of: shape, "groupNormalized")
    return .record(channels.applied(to: normalized), node, weight?.node, bias?.node) {
      [node, shape] gradient, sink in
      channels.addGradients(gradient, normalized: rows.value.reshaped(to: shape), to: sink)
      let inner = channels.pullback(gradient).reshaped(to: grouped)
      sink.add(rows.pullback(inner).reshaped(to: shape), to: node)
    }
  }

  /// Batch normalisation of `[batch, channels, …]` by the batch's own statistics: y = (x - μ) / √(σ² + ε) · w + b, with
  /// the mean μ and the (biased) variance σ² of each channel over the batch and all positions.
  ///
  /// Ioffe, Szegedy: *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*,
  /// ICML 2015.
  ///
  /// - Parameters:
  ///   - weight: w, shape `[channels]`; `nil` for ones.
  ///   - bias: b, shape `[channels]`; `nil` for zeros.
  ///   - epsilon: ε, keeps the divisor from zero. Default: 1e-5.
  /// - Returns: y, and μ and the biased σ² of each channel, shape `[channels]`, for running statistics.
  public func batchNormalized(
    weight: Variable? = nil, bias: Variable? = nil, epsilon: Float = 1e-5
  ) -> (value: Variable, mean: Tensor<Float>, variance: Tensor<Float>) {
    require(shape.rank >= 2, "batchNormalized: shape \(shape) has no channel axis")
    let batch = Standardized(value, along: [0] + Array(2..<shape.rank), epsilon: epsilon)
    let channels = ChannelAffine(weight, bias, axis: 1, of: shape, "batchNormalized")
    let result = Variable.record(
      channels.applied(to: batch.value), node, weight?.node, bias?.node
    ) { [node] gradient, sink in
      channels.addGradients(gradient, normalized: batch.value, to: sink)
      sink.add(batch.pullback(channels.pullback(gradient)), to: node)
    }
    return (result, batch.mean.reshaped(to: [shape[1]]), batch.variance.reshaped(to: [shape[1]]))
  }

  /// Batch normalisation of `[batch, channels, …]` by given statistics, as at inference and in a frozen layer.
  ///
  /// - Parameters:
  ///   - mean: μ, shape `[channels]`.
  ///   - variance: σ², shape `[channels]`.
  ///   - weight: w, shape `[channels]`; `nil` for ones.
  ///   - bias: b, shape `[channels]`; `nil` for zeros.
  ///   - epsilon: ε, keeps the divisor from zero. Default: 1e-5.
  public func batchNormalized(
    mean: Tensor<Float>, variance: Tensor<Float>, weight: Variable? = nil, bias: Variable? = nil,
    epsilon: Float = 1e-5
  ) -> Variable {
    require(
      shape.rank >= 2 && mean.shape == [shape[1]] && variance.shape == [shape[1]],
      "batchNormalized: statistics of shapes \(mean.shape) and \(variance.shape) for an input of shape \(shape)"
    )
    // y = x · scale + shift, with two numbers for each channel.
    let inverse = (variance + epsilon).rsqrt()
    let scale = weight.map { $0.value * inverse } ?? inverse
    let shift = (bias?.value ?? .zeros(mean.shape)) - mean * scale
    var column = Shape(repeating: 1, rank: shape.rank)
    column[1] = shape[1]
    let factor = scale.reshaped(to: column)
    var result = value * factor
    result += shift.reshaped(to: column)
    let (a, w, b) = (node, weight?.node, bias?.node)
    let x = value.kept(for: w)
    return .record(result, a, w, b) { gradient, sink in
      let others = [0] + Array(2..<gradient.rank)
      if let x {
        // Σ g · (x - μ) / √(σ² + ε)
        let sums = (gradient * x).sum(along: others) - mean * gradient.sum(along: others)
        sink.add(sums * inverse, to: w)
      }
      sink.add(gradient.sum(along: others), to: b)
      sink.add(gradient * factor, to: a)
    }
  }
}

/// A tensor brought to mean 0 and variance 1 along some axes, and the way back of a gradient.
private struct Standardized {
  /// x̂ = (x - μ) / √(σ² + ε)
  let value: Tensor<Float>
  /// μ and the biased σ², folded axes kept at length 1.
  let mean, variance: Tensor<Float>
  private let axes: [Int]
  private let inverse: Tensor<Float>

  init(_ x: Tensor<Float>, along axes: [Int], epsilon: Float) {
    self.axes = axes
    mean = x.mean(along: axes, keepingAxes: true)
    variance = x.variance(along: axes, keepingAxes: true)
    inverse = (variance + epsilon).rsqrt()
    var result = x - mean
    result *= inverse
    value = result
  }

  /// ∂x = (g - mean g - x̂ · mean (g · x̂)) / √(σ² + ε) for the gradient g of x̂: μ and σ² depend on x as well.
  func pullback(_ gradient: Tensor<Float>) -> Tensor<Float> {
    let projection = (gradient * value).mean(along: axes, keepingAxes: true)
    var result = gradient - gradient.mean(along: axes, keepingAxes: true)
    result -= value * projection
    result *= inverse
    return result
  }
}

/// y = x̂ · w + b with one w and one b for each position along an axis, either of which may be missing.
private struct ChannelAffine {
  private let weight, bias: Tensor<Float>?
  private let weightNode, biasNode: Node?
  private let otherAxes: [Int]

  init(_ weight: Variable?, _ bias: Variable?, axis: Int, of shape: Shape, _ operation: StaticString) {
    var column = Shape(repeating: 1, rank: shape.rank)
    column[axis] = shape[axis]
    for parameter in [weight, bias] {
      guard let parameter else { continue }
      require(
        parameter.shape == [shape[axis]],
        "\(operation): a weight or bias of shape \(parameter.shape) for an input of shape \(shape)")
    }
    self.weight = weight?.value.reshaped(to: column)
    self.bias = bias?.value.reshaped(to: column)
    weightNode = weight?.node
    biasNode = bias?.node
    otherAxes = (0..<shape.rank).filter { $0 != axis }
  }

  func applied(to normalized: Tensor<Float>) -> Tensor<Float> {
    var result = weight.map { normalized * $0 } ?? normalized
    if let bias { result += bias }
    return result
  }

  /// The gradient of x̂.
  func pullback(_ gradient: Tensor<Float>) -> Tensor<Float> {
    weight.map { gradient * $0 } ?? gradient
  }

  func addGradients(_ gradient: Tensor<Float>, normalized: Tensor<Float>, to sink: GradientSink) {
    sink.add((gradient * normalized).sum(along: otherAxes), to: weightNode)
    sink.add(gradient.sum(along: otherAxes), to: biasNode)
  }
}
