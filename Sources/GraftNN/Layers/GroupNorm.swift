import GraftAutograd
import GraftTensor

/// Normalisation of each sample over groups of channels and all positions: independent of the batch.
///
///     y = (x − μ) / √(σ² + ε) · γ + β
///
/// where μ and σ² are mean and (biased) variance of one sample's values in one group of channels, γ is the
/// ``weight`` and β the ``bias``, per channel. (Wu, He: *Group Normalization*, ECCV 2018.)
public final class GroupNorm: NormalizationLayer {
  /// γ, `[channels]`, initially 1; `nil` for a layer without.
  public var weight: Parameter?

  /// β, `[channels]`, initially 0; `nil` for a layer without.
  public var bias: Parameter?

  /// The number of groups. One makes it a layer norm over channels and positions, as many as channels an instance norm.
  public let groups: Int

  /// The number of channels.
  public let channels: Int

  /// ε, added to the variance. Default: 1e-5.
  public let epsilon: Float

  /// A layer with the given weight and bias, both `[channels]`.
  ///
  /// Traps if the shapes differ or the channels do not divide into the groups.
  public init(groups: Int, weight: Tensor<Float>, bias: Tensor<Float>, epsilon: Float = 1e-5) {
    require(
      weight.rank == 1 && bias.shape == weight.shape,
      "GroupNorm: a bias of shape \(bias.shape) does not fit a weight of shape \(weight.shape)")
    GroupNorm.check(groups: groups, channels: weight.count)
    self.weight = Parameter(weight)
    self.bias = Parameter(bias)
    self.groups = groups
    self.channels = weight.count
    self.epsilon = epsilon
  }

  /// A fresh layer: γ = 1, β = 0. Traps if the channels do not divide into the groups.
  public init(groups: Int, channels: Int, epsilon: Float = 1e-5, affine: Bool = true) {
    GroupNorm.check(groups: groups, channels: channels)
    weight = affine ? Parameter(.ones([channels])) : nil
    bias = affine ? Parameter(.zeros([channels])) : nil
    self.groups = groups
    self.channels = channels
    self.epsilon = epsilon
  }

  /// Normalises `[n, channels, ...]`; the shape stays. Traps if the number of channels differs.
  public func forward(_ input: Variable) -> Variable {
    require(
      input.shape.rank >= 2 && input.shape[1] == channels,
      "GroupNorm: an input of shape \(input.shape) does not have \(channels) channels on axis 1")
    return input.groupNormalized(
      groups: groups, weight: weight?.variable, bias: bias?.variable, epsilon: epsilon)
  }

  private static func check(groups: Int, channels: Int) {
    require(
      groups > 0 && channels > 0 && channels % groups == 0,
      "GroupNorm: \(channels) channels do not divide into \(groups) groups")
  }
}
