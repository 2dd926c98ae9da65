import GraftTensor

/// Adam: steps along an average gradient, divided element by element by its usual size.
///
/// With the parameter θ, gradient g, rate η, weight decay λ and t counting the parameter's steps from 1:
///
///     g ← g + λ·θ
///     m ← β₁·m + (1 - β₁)·g
///     v ← β₂·v + (1 - β₂)·g²
///     θ ← θ - η · m/(1 - β₁ᵗ) / (√(v/(1 - β₂ᵗ)) + ε)
///
/// With `amsgrad`, the largest v so far takes the place of v in the last line. Kingma, Ba: *Adam: A Method for
/// Stochastic Optimization*, 2015; Reddi, Kale, Kumar: *On the Convergence of Adam and Beyond*, 2018. The order of
/// operations is that of `torch.optim.Adam`. Here the decay passes through the division by √v; ``AdamW`` keeps it out.
public struct Adam: Optimizer {
  public var learningRate: Float {
    didSet { requireNonNegative(learningRate, "learning rate", in: "Adam") }
  }
  /// λ, added to the gradient times the parameter (L2 regularisation).
  public var weightDecay: Float {
    didSet { requireNonNegative(weightDecay, "weight decay", in: "Adam") }
  }
  /// β₁, how much of the average gradient a step keeps. A `Double`, because 1 - β loses digits in `Float`.
  public var beta1: Double {
    didSet { requireDecay(beta1, "beta1", in: "Adam") }
  }
  /// β₂, how much of the average squared gradient a step keeps.
  public let beta2: Double
  /// ε, what keeps the division from exploding.
  public let epsilon: Float
  /// Whether the denominator never shrinks.
  public let amsgrad: Bool
  public var groups = ParameterGroups()
  public var memory = OptimizerMemory<AdamState>()

  /// Adam with the paper's settings unless told otherwise.
  ///
  /// Traps unless the rate is positive, the betas are at least 0 and below 1, ε and the decay are not negative.
  public init(
    learningRate: Float = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-8,
    weightDecay: Float = 0, amsgrad: Bool = false
  ) {
    requirePositive(learningRate, "learning rate", in: "Adam")
    requireDecay(beta1, "beta1", in: "Adam")
    requireDecay(beta2, "beta2", in: "Adam")
    requireNonNegative(epsilon, "epsilon", in: "Adam")
    requireNonNegative(weightDecay, "weight decay", in: "Adam")
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
      decay: Double(step.weightDecay), decoupled: false, amsgrad: amsgrad, number: step.number)
  }
}
