import GraftTensor

/// RMSprop: each element's step is divided by the usual size of its gradient.
///
/// With the parameter θ, gradient g, rate η, weight decay λ, smoothing α and momentum μ:
///
///     g ← g + λ·θ
///     s ← α·s + (1 - α)·g²
///     a ← α·a + (1 - α)·g, s' = s - a²        if centered, else s' = s
///     v ← μ·v + g / (√s' + ε)                 with momentum, else v = g / (√s' + ε)
///     θ ← θ - η·v
///
/// Tieleman, Hinton: *Neural Networks for Machine Learning*, lecture 6.5, 2012; centered: Graves, *Generating Sequences
/// With Recurrent Neural Networks*, 2013. The order of operations is that of `torch.optim.RMSprop`.
public struct RMSprop: Optimizer {
  public var learningRate: Float {
    didSet { requireNonNegative(learningRate, "learning rate", in: "RMSprop") }
  }
  /// λ, added to the gradient times the parameter (L2 regularisation).
  public var weightDecay: Float {
    didSet { requireNonNegative(weightDecay, "weight decay", in: "RMSprop") }
  }
  /// μ, the share of the velocity that is kept; 0 needs no memory.
  public var momentum: Double {
    didSet { requireNonNegative(momentum, "momentum", in: "RMSprop") }
  }
  /// α, how much of the average squared gradient a step keeps. A `Double`, because 1 - α loses digits in `Float`.
  public let smoothing: Double
  /// ε, what keeps the division from exploding.
  public let epsilon: Float
  /// Whether gradients are measured from their average.
  public let centered: Bool
  public var groups = ParameterGroups()
  public var memory = OptimizerMemory<State>()

  /// The averages and the velocity. Each tensor has the parameter's shape.
  public struct State: ParameterState {
    /// s, the moving average of the squared gradient; nil before the first step.
    public var squareAverage: Tensor<Float>?
    /// a, the moving average of the gradient; nil unless centered.
    public var gradientAverage: Tensor<Float>?
    /// v; nil without momentum.
    public var velocity: Tensor<Float>?

    public init() {}
  }

  /// RMSprop with the usual settings unless told otherwise.
  ///
  /// Traps unless the rate is positive, the smoothing at least 0 and below 1, the rest not negative.
  public init(
    learningRate: Float = 1e-2, smoothing: Double = 0.99, epsilon: Float = 1e-8, weightDecay: Float = 0,
    momentum: Double = 0, centered: Bool = false
  ) {
    requirePositive(learningRate, "learning rate", in: "RMSprop")
    requireDecay(smoothing, "smoothing", in: "RMSprop")
    requireNonNegative(epsilon, "epsilon", in: "RMSprop")
    requireNonNegative(weightDecay, "weight decay", in: "RMSprop")
    requireNonNegative(momentum, "momentum", in: "RMSprop")
    self.learningRate = learningRate
    self.smoothing = smoothing
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.momentum = momentum
    self.centered = centered
  }

  public func step(
    _ parameter: inout Tensor<Float>, gradient: Tensor<Float>, state: inout State, _ step: OptimizerStep
  ) {
    parameter.rmspropStep(
      gradient: gradient, squareAverage: &state.squareAverage, gradientAverage: &state.gradientAverage,
      velocity: &state.velocity, rate: Double(step.rate), smoothing: smoothing, epsilon: Double(epsilon),
      momentum: momentum, decay: Double(step.weightDecay), centered: centered)
  }
}

extension RMSprop.State {
  public init?(tensors: [String: Tensor<Float>]) {
    let names = Set(tensors.keys)
    guard names.contains("square_average") || names.isEmpty,
      names.isSubset(of: ["square_average", "gradient_average", "velocity"])
    else { return nil }
    squareAverage = tensors["square_average"]
    gradientAverage = tensors["gradient_average"]
    velocity = tensors["velocity"]
  }

  public var tensors: [String: Tensor<Float>] {
    ["square_average": squareAverage, "gradient_average": gradientAverage, "velocity": velocity]
      .compactMapValues { $0 }
  }
}
