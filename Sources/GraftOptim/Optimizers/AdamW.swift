import GraftTensor

/// Adam with weight decay kept apart from the gradient.
///
/// With the parameter θ, gradient g, rate η, weight decay λ and t counting the parameter's steps from 1:
///
///     θ ← θ - η·λ·θ
///     m ← β₁·m + (1 - β₁)·g
///     v ← β₂·v + (1 - β₂)·g²
///     θ ← θ - η · m/(1 - β₁ᵗ) / (√(v/(1 - β₂ᵗ)) + ε)
///
/// With `amsgrad`, the largest v so far takes the place of v in the last line. Loshchilov, Hutter: *Decoupled Weight
/// Decay Regularization*, 2019. The order of operations is that of `torch.optim.AdamW`: the decay scales with the rate.
public struct AdamW: Optimizer {
  public var learningRate: Float {
    didSet { requireNonNegative(learningRate, "learning rate", in: "AdamW") }
  }
  /// λ, the share by which a step of rate 1 would shrink the parameter.
  public var weightDecay: Float {
    didSet { requireNonNegative(weightDecay, "weight decay", in: "AdamW") }
  }
  /// β₁, how much of the average gradient a step keeps. A `Double`, because 1 - β loses digits in `Float`.
  public var beta1: Double {
    didSet { requireDecay(beta1, "beta1", in: "AdamW") }
  }
  /// β₂, how much of the average squared gradient a step keeps.
  public let beta2: Double
  /// ε, what keeps the division from exploding.
  public let epsilon: Float
  /// Whether the denominator never shrinks.
  public let amsgrad: Bool
  public var groups = ParameterGroups()
  public var memory = OptimizerMemory<AdamState>()

  /// AdamW with the usual settings unless told otherwise.
  ///
  /// Traps unless the rate is positive, the betas are at least 0 and below 1, ε and the decay are not negative.
  public init(
    learningRate: Float = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-8,
    weightDecay: Float = 0.01, amsgrad: Bool = false
  ) {
    requirePositive(learningRate, "learning rate", in: "AdamW")
    requireDecay(beta1, "beta1", in: "AdamW")
    requireDecay(beta2, "beta2", in: "AdamW")
    requireNonNegative(epsilon, "epsilon", in: "AdamW")
    requireNonNegative(weightDecay, "weight decay", in: "AdamW")
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.amsgrad = amsgrad
  }

  public func step(
    _ parameter: inout Tensor<Float>, gradient: Tensor<Float>, state: inout AdamState, _ step: OptimizerStep
  ) {
    parameter.adamStep(
      gradient: gradient, firstMoment: &state.firstMoment, secondMoment: &state.secondMoment,
      maximum: &state.maximum, rate: Double(step.rate), beta1: beta1, beta2: beta2, epsilon: Double(epsilon),
      decay: Double(step.weightDecay), decoupled: true, amsgrad: amsgrad, number: step.number)
  }
}
