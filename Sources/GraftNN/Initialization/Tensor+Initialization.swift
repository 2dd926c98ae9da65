import GraftTensor

extension Tensor where Scalar == Float {
  /// Uniform numbers in ±gain · √(3 / fan): for weights before a rectifier.
  ///
  /// The gain √(2 / (1 + slope²)) keeps the variance through a leaky rectifier
  /// (He, Zhang, Ren, Sun: *Delving Deep into Rectifiers*, ICCV 2015).
  ///
  /// - Parameters:
  ///   - shape: `[outputs, inputs, kernel...]`; see ``GraftTensor/Shape/fan``.
  ///   - side: which fan counts. Default: the inputs.
  ///   - slope: the rectifier's slope for negative values. Default: 0, a plain ReLU.
  ///   - generator: where the numbers come from.
  public static func kaimingUniform(
    _ shape: Shape, fan side: Fan.Side = .inputs, slope: Float = 0, using generator: inout RandomGenerator
  ) -> Tensor {
    let bound = kaimingDeviation(shape, side, slope) * Float(3).squareRoot()
    return uniform(shape, in: -bound..<bound, using: &generator)
  }

  /// Normal numbers of mean 0 and standard deviation gain / √fan. See ``kaimingUniform(_:fan:slope:using:)``.
  public static func kaimingNormal(
    _ shape: Shape, fan side: Fan.Side = .inputs, slope: Float = 0, using generator: inout RandomGenerator
  ) -> Tensor {
    normal(shape, mean: 0, standardDeviation: kaimingDeviation(shape, side, slope), using: &generator)
  }

  /// Uniform numbers in ±gain · √(6 / (inputs + outputs)), for weights before tanh or a linear output
  /// (Glorot, Bengio: *Understanding the Difficulty of Training Deep Feedforward Neural Networks*, AISTATS 2010).
  public static func xavierUniform(
    _ shape: Shape, gain: Float = 1, using generator: inout RandomGenerator
  ) -> Tensor {
    let bound = xavierDeviation(shape, gain) * Float(3).squareRoot()
    return uniform(shape, in: -bound..<bound, using: &generator)
  }

  /// Normal numbers of mean 0 and standard deviation gain · √(2 / (inputs + outputs)). See
  /// ``xavierUniform(_:gain:using:)``.
  public static func xavierNormal(
    _ shape: Shape, gain: Float = 1, using generator: inout RandomGenerator
  ) -> Tensor {
    normal(shape, mean: 0, standardDeviation: xavierDeviation(shape, gain), using: &generator)
  }

  /// What `Linear` and convolutions start from: uniform in ±1/√fan-in, as in PyTorch.
  static func defaultWeight(_ shape: Shape, using generator: inout RandomGenerator) -> Tensor {
    defaultBias(shape, fanIn: shape.fan.inputs, using: &generator)
  }

  /// What biases start from: uniform in ±1/√fan-in of the weight beside them, as in PyTorch.
  static func defaultBias(_ shape: Shape, fanIn: Int, using generator: inout RandomGenerator) -> Tensor {
    let bound = 1 / Float(Swift.max(fanIn, 1)).squareRoot()
    return uniform(shape, in: -bound..<bound, using: &generator)
  }
}

private func kaimingDeviation(_ shape: Shape, _ side: Fan.Side, _ slope: Float) -> Float {
  let fan = side == .inputs ? shape.fan.inputs : shape.fan.outputs
  return (2 / ((1 + slope * slope) * Float(max(fan, 1)))).squareRoot()
}

private func xavierDeviation(_ shape: Shape, _ gain: Float) -> Float {
  gain * (2 / Float(max(shape.fan.inputs + shape.fan.outputs, 1))).squareRoot()
}
