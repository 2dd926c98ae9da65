import GraftTensor

/// Lion: every element moves by the same amount, in the direction of a blend of momentum and gradient.
///
/// With the parameter θ, gradient g, rate η, weight decay λ and the momentum m:
///
///     c ← β₁·m + (1 - β₁)·g
///     θ ← θ - η·(sign(c) + λ·θ)
///     m ← β₂·m + (1 - β₂)·g
///
/// Remembers half of what Adam does. Its steps are larger for the same rate: use a rate 3 to 10 times smaller than
/// AdamW's and a decay that much larger. Chen et al.: *Symbolic Discovery of Optimization Algorithms*, 2023.
public struct Lion: Optimizer {
  public var learningRate: Float {
    didSet { requireNonNegative(learningRate, "learning rate", in: "Lion") }
  }
  /// λ, the share by which a step of rate 1 would shrink the parameter.
  public var weightDecay: Float {
    didSet { requireNonNegative(weightDecay, "weight decay", in: "Lion") }
  }
  /// β₁, the share of the momentum in the direction of a step. A `Double`, because 1 - β loses digits in `Float`.
  public var beta1: Double {
    didSet { requireDecay(beta1, "beta1", in: "Lion") }
  }
  /// β₂, how much of the momentum a step keeps.
  public let beta2: Double
  public var groups = ParameterGroups()
  public var memory = OptimizerMemory<State>()

  /// The momentum.
  public struct State: ParameterState {
    /// m, of the parameter's shape; nil before the first step.
    public var momentum: Tensor<Float>?

    public init() {}
  }

  /// Lion with the paper's settings unless told otherwise.
  ///
  /// Traps unless the rate is positive, the betas are at least 0 and below 1, and the decay is not negative.
  public init(
    learningRate: Float = 1e-4, beta1: Double = 0.9, beta2: Double = 0.99, weightDecay: Float = 0
  ) {
    requirePositive(learningRate, "learning rate", in: "Lion")
    requireDecay(beta1, "beta1", in: "Lion")
    requireDecay(beta2, "beta2", in: "Lion")
    requireNonNegative(weightDecay, "weight decay", in: "Lion")
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
  }

  public func step(
    _ parameter: inout Tensor<Float>, gradient: Tensor<Float>, state: inout State, _ step: OptimizerStep
  ) {
    parameter.lionStep(
      gradient: gradient, momentum: &state.momentum, rate: Double(step.rate), beta1: beta1, beta2: beta2,
      decay: Double(step.weightDecay))
  }
}

extension Lion.State {
  public init?(tensors: [String: Tensor<Float>]) {
    guard tensors.keys.allSatisfy({ $0 == "momentum" }) else { return nil }
    momentum = tensors["momentum"]
  }

  public var tensors: [String: Tensor<Float>] {
    momentum.map { ["momentum": $0] } ?? [:]
  }
}
