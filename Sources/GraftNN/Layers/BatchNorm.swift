import GraftAutograd
import GraftTensor

/// Normalisation of each channel over the batch and all positions. Use ``BatchNorm1D`` or ``BatchNorm2D``.
///
///     y = (x − μ) / √(σ² + ε) · γ + β
///
/// While training, μ and σ² are the batch's mean and (biased) variance of a channel, and the running statistics move:
/// r ← (1 − momentum) · r + momentum · s, where s is the batch's mean, or its *unbiased* variance. While inferring, μ and σ² are
/// the running statistics. γ is the ``weight``, β the ``bias``.
/// (Ioffe, Szegedy: *Batch Normalization*, ICML 2015.)
///
/// Statistics that are frozen, as a frozen backbone's are, are used and kept in any mode, to the last bit.
public class BatchNorm: NormalizationLayer {
  /// γ, `[channels]`, initially 1; `nil` for a layer without.
  public var weight: Parameter?

  /// β, `[channels]`, initially 0; `nil` for a layer without.
  public var bias: Parameter?

  /// The mean of each channel over past batches, `[channels]`, initially 0.
  public var runningMean: Buffer<Float>

  /// The unbiased variance of each channel over past batches, `[channels]`, initially 1.
  public var runningVariance: Buffer<Float>

  /// How many batches have moved the running statistics, a scalar.
  public var batchesTracked: Buffer<Int64>

  /// ε, added to the variance so that it can be divided by. Default: 1e-5.
  public let epsilon: Float

  /// The share of a batch in the running statistics; `nil` for the plain average of all batches. Default: 0.1.
  public let momentum: Float?

  /// The names that PyTorch gives the statistics.
  public class var checkpointNames: [String: String] {
    ["runningVariance": "running_var", "batchesTracked": "num_batches_tracked"]
  }

  /// A layer that normalises by the given statistics, `[channels]`, and scales and shifts by `weight` and `bias`, `[channels]`.
  ///
  /// Traps if the shapes differ.
  public init(
    weight: Tensor<Float>?, bias: Tensor<Float>?, runningMean: Tensor<Float>,
    runningVariance: Tensor<Float>, epsilon: Float = 1e-5, momentum: Float? = 0.1
  ) {
    for (name, tensor) in [("weight", weight), ("bias", bias), ("running variance", runningVariance)] {
      guard let tensor else { continue }
      require(
        tensor.shape == runningMean.shape && tensor.rank == 1,
        "BatchNorm: a \(name) of shape \(tensor.shape) does not fit a running mean of shape \(runningMean.shape)"
      )
    }
    self.weight = weight.map { Parameter($0) }
    self.bias = bias.map { Parameter($0) }
    self.runningMean = Buffer(runningMean)
    self.runningVariance = Buffer(runningVariance)
    self.batchesTracked = Buffer(Tensor(Int64(0)))
    self.epsilon = epsilon
    self.momentum = momentum
  }

  /// A fresh layer: γ = 1, β = 0, running mean 0, running variance 1.
  ///
  /// - Parameters:
  ///   - channels: the length of axis 1 of the input.
  ///   - epsilon: ε. Default: 1e-5.
  ///   - momentum: the share of a batch in the running statistics; `nil` for the average of all batches. Default: 0.1.
  ///   - affine: whether there are γ and β. Default: yes.
  public convenience init(
    _ channels: Int, epsilon: Float = 1e-5, momentum: Float? = 0.1, affine: Bool = true
  ) {
    self.init(
      weight: affine ? .ones([channels]) : nil, bias: affine ? .zeros([channels]) : nil,
      runningMean: .zeros([channels]), runningVariance: .ones([channels]), epsilon: epsilon,
      momentum: momentum)
  }

  /// Normalises `[n, channels, ...]`; the shape stays.
  ///
  /// Traps if the number of channels differs, or if a channel has but one value while training.
  public func forward(_ input: Variable) -> Variable {
    normalized(input, adding: nil, rectifying: false)
  }

  /// max(0, y + r) for this layer's result y: what follows a batch norm in most networks, in the same pass over memory.
  ///
  /// - Parameters:
  ///   - input: what is normalised, `[n, channels, ...]`.
  ///   - residual: r, of the input's shape: the way round a residual block. Default: zeros.
  /// - Precondition: as for ``forward(_:)``, and the shapes of input and residual are equal.
  public func rectified(_ input: Variable, adding residual: Variable? = nil) -> Variable {
    let output = normalized(input, adding: residual, rectifying: true)
    LayerObserver.current?.observe(self, output)
    return output
  }

  /// Traps if the layer is not made for inputs of this rank.
  func checkRank(of shape: Shape) {
    require(shape.rank >= 2, "BatchNorm: an input of shape \(shape) does not have channels on axis 1")
  }

  private func normalized(_ input: Variable, adding residual: Variable?, rectifying: Bool) -> Variable {
    let shape = input.shape
    checkRank(of: shape)
    require(
      shape[1] == runningMean.shape[0],
      "BatchNorm: an input of shape \(shape) does not have \(runningMean.shape[0]) channels on axis 1")
    guard usesBatchStatistics else {
      return input.batchNormalized(
        mean: runningMean.value, variance: runningVariance.value, weight: weight?.variable,
        bias: bias?.variable, epsilon: epsilon, adding: residual, rectifying: rectifying)
    }
    let count = shape.elementCount / max(shape[1], 1)
    require(
      count > 1,
      "BatchNorm: an input of shape \(shape) has \(count) values a channel; training needs at least two. "
        + "Leave out the last, smaller batch, or freeze the statistics")
    let (output, mean, variance) = input.batchNormalized(
      weight: weight?.variable, bias: bias?.variable, epsilon: epsilon, adding: residual,
      rectifying: rectifying)
    if !Scope.current.isReplaying {
      let unbiased = variance * (Float(count) / Float(count - 1))
      track(mean: mean, variance: unbiased)
    }
    return output
  }

  /// Whether an input is normalised by its own statistics: while training, unless the running ones are frozen.
  var usesBatchStatistics: Bool {
    Mode.current == .training && runningMean.isTrainable && runningVariance.isTrainable
  }

  /// What normalises by the running statistics.
  func runningNormalization(rectifying: Bool) -> ChannelNormalization {
    ChannelNormalization(
      mean: runningMean.value, variance: runningVariance.value, weight: weight?.value, bias: bias?.value,
      epsilon: epsilon, rectifying: rectifying)
  }

  /// Moves the running statistics towards those of a batch.
  private func track(mean: Tensor<Float>, variance: Tensor<Float>) {
    let seen = batchesTracked.value.scalar + 1
    batchesTracked.value = Tensor(seen)
    let share = momentum ?? 1 / Float(seen)
    runningMean.value = runningMean.value * (1 - share) + mean * share
    runningVariance.value = runningVariance.value * (1 - share) + variance * share
  }
}

/// ``BatchNorm`` of features `[n, channels]` or sequences `[n, channels, length]`.
public final class BatchNorm1D: BatchNorm {
  override func checkRank(of shape: Shape) {
    require(
      shape.rank == 2 || shape.rank == 3,
      "BatchNorm1D: the input must be [n, channels] or [n, channels, length] but is \(shape)")
  }
}

/// ``BatchNorm`` of images `[n, channels, height, width]`.
public final class BatchNorm2D: BatchNorm {
  override func checkRank(of shape: Shape) {
    require(
      shape.rank == 4, "BatchNorm2D: the input must be [n, channels, height, width] but is \(shape)")
  }
}
