/// An element type of images that can be convolved and pooled.
///
/// Each requirement has a default, plain loops that are the definition. A type with faster code at hand replaces
/// them; only `Float` does so here, and the plain loops are what its tests compare with. The plans and the shapes of
/// the operands have been checked against each other.
public protocol SpatialScalar: TensorScalar, BinaryFloatingPoint {
  /// The convolution of `input` with `weight`, plus `bias`.
  static func convolve(
    _ input: Tensor<Self>, _ weight: Tensor<Self>, bias: Tensor<Self>?, _ plan: ConvolutionPlan
  ) -> Tensor<Self>

  /// The gradient of a convolution's input.
  static func convolutionInputGradient(
    _ outputGradient: Tensor<Self>, _ weight: Tensor<Self>, _ plan: ConvolutionPlan
  ) -> Tensor<Self>

  /// The gradient of a convolution's weight.
  static func convolutionWeightGradient(
    _ input: Tensor<Self>, _ outputGradient: Tensor<Self>, _ plan: ConvolutionPlan
  ) -> Tensor<Self>

  /// The greatest element under each window, and its place in its plane.
  static func maxPool(
    _ input: Tensor<Self>, _ plan: PoolingPlan
  ) -> (values: Tensor<Self>, indices: Tensor<Int32>)

  /// The gradient of a maximum pooling's input.
  static func maxPoolInputGradient(
    _ outputGradient: Tensor<Self>, indices: Tensor<Int32>, inputShape: Shape
  ) -> Tensor<Self>

  /// The mean under each window.
  static func averagePool(_ input: Tensor<Self>, _ plan: PoolingPlan) -> Tensor<Self>

  /// The gradient of an average pooling's input.
  static func averagePoolInputGradient(_ outputGradient: Tensor<Self>, _ plan: PoolingPlan) -> Tensor<Self>
}

extension SpatialScalar {
  public static func convolve(
    _ input: Tensor<Self>, _ weight: Tensor<Self>, bias: Tensor<Self>?, _ plan: ConvolutionPlan
  ) -> Tensor<Self> {
    convolveReference(input, weight, bias: bias, plan)
  }

  public static func convolutionInputGradient(
    _ outputGradient: Tensor<Self>, _ weight: Tensor<Self>, _ plan: ConvolutionPlan
  ) -> Tensor<Self> {
    convolutionInputGradientReference(outputGradient, weight, plan)
  }

  public static func convolutionWeightGradient(
    _ input: Tensor<Self>, _ outputGradient: Tensor<Self>, _ plan: ConvolutionPlan
  ) -> Tensor<Self> {
    convolutionWeightGradientReference(input, outputGradient, plan)
  }

  public static func maxPool(
    _ input: Tensor<Self>, _ plan: PoolingPlan
  ) -> (values: Tensor<Self>, indices: Tensor<Int32>) {
    maxPoolReference(input, plan)
  }

  public static func maxPoolInputGradient(
    _ outputGradient: Tensor<Self>, indices: Tensor<Int32>, inputShape: Shape
  ) -> Tensor<Self> {
    maxPoolInputGradientReference(outputGradient, indices: indices, inputShape: inputShape)
  }

  public static func averagePool(_ input: Tensor<Self>, _ plan: PoolingPlan) -> Tensor<Self> {
    averagePoolReference(input, plan)
  }

  public static func averagePoolInputGradient(
    _ outputGradient: Tensor<Self>, _ plan: PoolingPlan
  ) -> Tensor<Self> {
    averagePoolInputGradientReference(outputGradient, plan)
  }
}
