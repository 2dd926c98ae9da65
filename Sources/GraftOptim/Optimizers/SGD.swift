import GraftTensor

/// Stochastic gradient descent, with momentum if wanted.
///
/// With the parameter θ, gradient g, rate η, weight decay λ, momentum μ, dampening τ and the velocity v:
///
///     g ← g + λ·θ
///     v ← μ·v + (1 - τ)·g        (v ← g at a parameter's first step)
///     g ← g + μ·v if nesterov, else v
///     θ ← θ - η·g
///
/// The order and the meaning of the settings are those of `torch.optim.SGD`. Momentum: Sutskever, Martens, Dahl,
/// Hinton, *On the importance of initialization and momentum in deep learning*, 2013.
public struct SGD: Optimizer {
  public var learningRate: Float {
    didSet { requireNonNegative(learningRate, "learning rate", in: "SGD") }
  }
  /// λ, added to the gradient times the parameter (L2 regularisation).
  public var weightDecay: Float {
    didSet { requireNonNegative(weightDecay, "weight decay", in: "SGD") }
  }
  /// μ, the share of the velocity that is kept; 0 needs no memory.
  public var momentum: Double {
    didSet { requireNonNegative(momentum, "momentum", in: "SGD") }
  }
  /// τ, the share of the gradient that the velocity does not take up.
  public let dampening: Double
  /// Whether the step looks ahead along the velocity (Nesterov's momentum).
  public let nesterov: Bool
  public var groups = ParameterGroups()
  public var memory = OptimizerMemory<State>()

  /// The velocity.
  public struct State: ParameterState {
    /// v, of the parameter's shape; nil before the first step with momentum.
    public var velocity: Tensor<Float>?

    public init() {}
  }

  /// Plain gradient descent unless told otherwise.
  ///
  /// Traps unless the rate is positive, the other settings are not negative, and `nesterov` comes with momentum and
  /// without dampening.
  public init(
    learningRate: Float, momentum: Double = 0, dampening: Double = 0, weightDecay: Float = 0,
    nesterov: Bool = false
  ) {
    requirePositive(learningRate, "learning rate", in: "SGD")
    requireNonNegative(momentum, "momentum", in: "SGD")
    requireNonNegative(dampening, "dampening", in: "SGD")
    requireNonNegative(weightDecay, "weight decay", in: "SGD")
    require(
      !nesterov || (momentum > 0 && dampening == 0), "SGD: nesterov needs momentum and no dampening")
    self.learningRate = learningRate
    self.momentum = momentum
    self.dampening = dampening
    self.weightDecay = weightDecay
    self.nesterov = nesterov
  }

  public func step(
    _ parameter: inout Tensor<Float>, gradient: Tensor<Float>, state: inout State, _ step: OptimizerStep
  ) {
    parameter.sgdStep(
      gradient: gradient, velocity: &state.velocity, rate: Double(step.rate), momentum: momentum,
      dampening: dampening, decay: Double(step.weightDecay), nesterov: nesterov)
  }
}

extension SGD.State {
  public init?(tensors: [String: Tensor<Float>]) {
    guard tensors.keys.allSatisfy({ $0 == "velocity" }) else { return nil }
    velocity = tensors["velocity"]
  }

  public var tensors: [String: Tensor<Float>] {
    velocity.map { ["velocity": $0] } ?? [:]
  }
}
