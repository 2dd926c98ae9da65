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
    for parameter in [weight, bias] {
      require(
        parameter == nil || parameter?.shape == [shape[shape.rank - 1]],
        "layerNormalized: a weight or bias of shape \(parameter?.shape ?? []) for an input of shape \(shape)")
    }
    let (result, normalization) = RowNormalization.applied(
      to: value, weight: weight?.value, bias: bias?.value, epsilon: epsilon)
    let (x, w, b) = (node, weight?.node, bias?.node)
    return .record(result, x, w, b) { [value] gradient, sink in
      let learned = normalization.pullBack(&gradient, input: value, learns: w != nil || b != nil)
      if let learned {
        sink.add(learned.weight, to: w)
        sink.add(learned.bias, to: b)
      }
      sink.add(gradient, to: x)
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
    for parameter in [weight, bias] {
      require(
        parameter == nil || parameter?.shape == [shape[1]],
        "groupNormalized: a weight or bias of shape \(parameter?.shape ?? []) for an input of shape \(shape)")
    }
    let (result, normalization) = GroupNormalization.applied(
      to: value, groups: groups, weight: weight?.value, bias: bias?.value, epsilon: epsilon)
    let (x, w, b) = (node, weight?.node, bias?.node)
    return .record(result, x, w, b) { [value] gradient, sink in
      let learned = normalization.pullBack(&gradient, input: value)
      sink.add(learned.weight, to: w)
      sink.add(learned.bias, to: b)
      sink.add(gradient, to: x)
    }
  }

  /// Batch normalisation of `[batch, channels, …]` by the batch's own statistics: y = (x - μ) / √(σ² + ε) · w + b, with
  /// the mean μ and the (biased) variance σ² of each channel over the batch and all positions.
  ///
  /// Ioffe, Szegedy: *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*,
  /// ICML 2015.
  ///
  /// What usually follows can be had in the same pass over memory: max(0, y + a).
  ///
  /// - Parameters:
  ///   - weight: w, shape `[channels]`; `nil` for ones.
  ///   - bias: b, shape `[channels]`; `nil` for zeros.
  ///   - epsilon: ε, keeps the divisor from zero. Default: 1e-5.
  ///   - addend: a, of this variable's shape, the other way round a residual block; `nil` for zeros.
  ///   - rectifying: whether negative results become 0, as by ``relu()``. Default: no.
  /// - Returns: y, and μ and the biased σ² of each channel, shape `[channels]`, for running statistics.
  public func batchNormalized(
    weight: Variable? = nil, bias: Variable? = nil, epsilon: Float = 1e-5, adding addend: Variable? = nil,
    rectifying: Bool = false
  ) -> (value: Variable, mean: Tensor<Float>, variance: Tensor<Float>) {
    checkChannels(weight, bias, addend)
    let (result, normalization) = ChannelNormalization.applied(
      to: value, weight: weight?.value, bias: bias?.value, epsilon: epsilon, adding: addend?.value,
      rectifying: rectifying)
    let (x, w, b, a) = (node, weight?.node, bias?.node, addend?.node)
    let mask = addend != nil && rectifying ? result : nil
    let variable = Variable.record(result, from: [x, w, b, a]) { [value] gradient, sink in
      if mask == nil { sink.add(gradient, to: a) }
      let gradients = normalization.pullback(&gradient, input: value, result: mask)
      sink.add(gradients.input, to: x)
      sink.add(gradients.weight, to: w)
      sink.add(gradients.bias, to: b)
      if let addend = gradients.addend { sink.add(addend, to: a) }
    }
    return (variable, normalization.mean, normalization.variance)
  }

  /// Batch normalisation of `[batch, channels, …]` by given statistics, as at inference and in a frozen layer.
  ///
  /// - Parameters:
  ///   - mean: μ, shape `[channels]`.
  ///   - variance: σ², shape `[channels]`.
  ///   - weight: w, shape `[channels]`; `nil` for ones.
  ///   - bias: b, shape `[channels]`; `nil` for zeros.
  ///   - epsilon: ε, keeps the divisor from zero. Default: 1e-5.
  ///   - addend: what is added to the result, of this variable's shape; `nil` for zeros.
  ///   - rectifying: whether negative results then become 0, as by ``relu()``. Default: no.
  public func batchNormalized(
    mean: Tensor<Float>, variance: Tensor<Float>, weight: Variable? = nil, bias: Variable? = nil,
    epsilon: Float = 1e-5, adding addend: Variable? = nil, rectifying: Bool = false
  ) -> Variable {
    checkChannels(weight, bias, addend)
    require(
      mean.shape == [shape[1]] && variance.shape == [shape[1]],
      "batchNormalized: statistics of shapes \(mean.shape) and \(variance.shape) for an input of shape \(shape)"
    )
    let normalization = ChannelNormalization(
      mean: mean, variance: variance, weight: weight?.value, bias: bias?.value, epsilon: epsilon,
      rectifying: rectifying)
    let result = normalization.applied(to: value, adding: addend?.value)
    let (x, w, b, a) = (node, weight?.node, bias?.node, addend?.node)
    let (input, mask) = (value.kept(for: w), rectifying ? result : nil)
    var column = Shape(repeating: 1, rank: shape.rank)
    column[1] = shape[1]
    let factor = (weight.map { $0.value * normalization.inverse } ?? normalization.inverse).reshaped(
      to: column)
    return .record(result, from: [x, w, b, a]) { gradient, sink in
      if let mask { gradient.pullBack(through: .relu, at: mask) }
      sink.add(gradient, to: a)
      if let input {
        let gradients = normalization.parameterGradients(gradient, input: input)
        sink.add(gradients.weight, to: w)
        sink.add(gradients.bias, to: b)
      } else {
        sink.add(gradient.sum(along: [0] + Array(2..<gradient.rank)), to: b)
      }
      gradient *= factor
      sink.add(gradient, to: x)
    }
  }

  /// Traps unless this variable has channels, which the others fit.
  private func checkChannels(_ weight: Variable?, _ bias: Variable?, _ addend: Variable?) {
    require(shape.rank >= 2, "batchNormalized: shape \(shape) has no channel axis")
    for parameter in [weight, bias] {
      require(
        parameter == nil || parameter?.shape == [shape[1]],
        "batchNormalized: a weight or bias of shape \(parameter?.shape ?? []) for an input of shape \(shape)")
    }
    require(
      addend == nil || addend?.shape == shape,
      "batchNormalized: cannot add a shape of \(addend?.shape ?? []) to an input of shape \(shape)")
  }
}
