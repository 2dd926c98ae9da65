extension Tensor where Scalar == Float {
  /// Convolves images and takes max(0, y) of each result: the same bits as one operation after the other.
  ///
  /// Traps with the shapes if they do not fit.
  package func convolvedAndRectified(
    with weight: Tensor, bias: Tensor? = nil, _ geometry: Convolution2D
  ) -> Tensor {
    let plan = ConvolutionPlan(input: shape, weight: weight.shape, geometry, operation: "convolved")
    require(
      (bias?.shape ?? [plan.outputs]) == [plan.outputs],
      "convolved: bias \(bias?.shape ?? []) does not fit weight \(weight.shape), which has \(plan.outputs) outputs"
    )
    return FastConvolution(plan).convolve(self, weight, bias: bias, rectifying: true)
  }

  /// Convolves images, normalises each output channel and adds `residual`: the same bits as one operation after the other,
  /// without writing what lies between them to memory.
  ///
  /// Traps with the shapes if they do not fit.
  package func convolved(
    with weight: Tensor, bias: Tensor? = nil, _ geometry: Convolution2D,
    normalizedBy normalization: ChannelNormalization, adding residual: Tensor? = nil
  ) -> Tensor {
    let plan = ConvolutionPlan(input: shape, weight: weight.shape, geometry, operation: "convolved")
    let channels: Shape = [plan.outputs]
    require(
      (bias?.shape ?? channels) == channels && normalization.variance.shape == channels
        && (residual?.shape ?? plan.outputShape) == plan.outputShape,
      "convolved: a bias of shape \(bias?.shape ?? channels), a normalisation of \(normalization.variance.shape) and a "
        + "residual of shape \(residual?.shape ?? plan.outputShape) do not fit output \(plan.outputShape)")
    return FastConvolution(plan).convolve(
      self, weight, bias: bias, normalization: normalization, adding: residual)
  }
}
