import GraftAutograd
import GraftTensor

/// Normalisation of each sample over its last axes.
///
///     y = (x − μ) / √(σ² + ε) · γ + β
///
/// where μ and σ² are mean and (biased) variance of one sample's values, γ is the ``weight`` and β the ``bias``.
/// (Ba, Kiros, Hinton: *Layer Normalization*, 2016.)
public final class LayerNorm: NormalizationLayer {
  /// γ, of the shape that is normalised, initially 1; `nil` for a layer without.
  public var weight: Parameter?

  /// β, of the shape that is normalised, initially 0; `nil` for a layer without.
  public var bias: Parameter?

  /// The lengths of the last axes, those that are normalised.
  public let normalizedShape: Shape

  /// ε, added to the variance. Default: 1e-5.
  public let epsilon: Float

  /// A layer with the given weight and bias, whose shape is that of the axes normalised over.
  ///
  /// Traps if the shapes differ.
  public init(weight: Tensor<Float>, bias: Tensor<Float>?, epsilon: Float = 1e-5) {
    require(
      bias == nil || bias?.shape == weight.shape,
      "LayerNorm: a bias of shape \(bias?.shape ?? []) does not fit a weight of shape \(weight.shape)")
    self.weight = Parameter(weight)
    self.bias = bias.map { Parameter($0) }
    self.normalizedShape = weight.shape
    self.epsilon = epsilon
  }

  /// A fresh layer that normalises over the last axes, of the lengths `shape`: γ = 1, β = 0.
  public init(_ shape: Shape, epsilon: Float = 1e-5, affine: Bool = true) {
    require(shape.rank > 0, "LayerNorm: there is no axis to normalise over")
    weight = affine ? Parameter(.ones(shape)) : nil
    bias = affine ? Parameter(.zeros(shape)) : nil
    normalizedShape = shape
    self.epsilon = epsilon
  }

  /// A fresh layer that normalises over the last axis, of length `width`: γ = 1, β = 0.
  public convenience init(_ width: Int, epsilon: Float = 1e-5, affine: Bool = true) {
    self.init([width], epsilon: epsilon, affine: affine)
  }

  /// Normalises `[..., normalizedShape...]`; the shape stays. Traps if the last axes differ.
  public func forward(_ input: Variable) -> Variable {
    let shape = input.shape
    let outer = shape.rank - normalizedShape.rank
    require(
      outer >= 0 && Shape(shape.dropFirst(outer)) == normalizedShape,
      "LayerNorm: an input of shape \(shape) does not end in \(normalizedShape)")
    if normalizedShape.rank == 1 {
      return input.layerNormalized(weight: weight?.variable, bias: bias?.variable, epsilon: epsilon)
    }
    return input.flattened(from: outer)
      .layerNormalized(
        weight: weight?.variable.flattened(from: 0), bias: bias?.variable.flattened(from: 0),
        epsilon: epsilon
      )
      .reshaped(to: shape)
  }
}
