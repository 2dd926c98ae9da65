extension Tensor where Scalar: SpatialScalar {
  /// Convolves images `[n, c, h, w]` with `weight`, `[o, c / groups, kh, kw]`, to `[n, o, oh, ow]`.
  ///
  /// As usual in neural networks the window is not flipped (a cross-correlation):
  ///
  ///     output(n, o, y, x) = bias(o) + Σ input(n, c, y·stride + i·dilation − padding, x·…) · weight(o, c, i, j)
  ///
  /// summed over the channels c of o's group and the window's elements (i, j); outside the image the input is zero.
  /// oh = ⌊(h + 2·padding − dilation·(kh − 1) − 1) / stride⌋ + 1, ow likewise. A one-dimensional convolution is one
  /// over images of height 1.
  ///
  /// Traps with both shapes if the channels do not fit or the window is larger than the padded image.
  /// - Parameters:
  ///   - weight: the filters, one for each output channel.
  ///   - bias: what is added to each output channel, `[o]`; nothing by default.
  ///   - geometry: how the window moves.
  public func convolved(
    with weight: Tensor, bias: Tensor? = nil, _ geometry: Convolution2D
  ) -> Tensor {
    let plan = ConvolutionPlan(input: shape, weight: weight.shape, geometry, operation: "convolved")
    if let bias {
      require(
        bias.shape == [plan.outputs],
        "convolved: bias \(bias.shape) does not fit weight \(weight.shape), which has \(plan.outputs) outputs"
      )
    }
    return Scalar.convolve(self, weight, bias: bias, plan)
  }

  /// Convolves images as ``convolved(with:bias:_:)`` does, with the geometry spelled out.
  public func convolved(
    with weight: Tensor, bias: Tensor? = nil, stride: (height: Int, width: Int) = (1, 1),
    padding: (height: Int, width: Int) = (0, 0), dilation: (height: Int, width: Int) = (1, 1), groups: Int = 1
  ) -> Tensor {
    convolved(
      with: weight, bias: bias,
      Convolution2D(stride: stride, padding: padding, dilation: dilation, groups: groups))
  }

  /// The gradient of a convolution's input `inputShape` from that of its output: the adjoint in the input, which is
  /// also the transposed convolution.
  ///
  /// Traps with the shapes if they do not belong to one convolution.
  public static func convolutionInputGradient(
    _ outputGradient: Tensor, _ weight: Tensor, inputShape: Shape, _ geometry: Convolution2D
  ) -> Tensor {
    let plan = ConvolutionPlan(
      input: inputShape, weight: weight.shape, geometry, operation: "convolutionInputGradient")
    plan.check(outputGradient.shape, operation: "convolutionInputGradient")
    return Scalar.convolutionInputGradient(outputGradient, weight, plan)
  }

  /// The gradient of a convolution's weight `weightShape` from that of its output: the adjoint in the weight.
  ///
  /// Traps with the shapes if they do not belong to one convolution.
  public static func convolutionWeightGradient(
    _ input: Tensor, _ outputGradient: Tensor, weightShape: Shape, _ geometry: Convolution2D
  ) -> Tensor {
    let plan = ConvolutionPlan(
      input: input.shape, weight: weightShape, geometry, operation: "convolutionWeightGradient")
    plan.check(outputGradient.shape, operation: "convolutionWeightGradient")
    return Scalar.convolutionWeightGradient(input, outputGradient, plan)
  }
}

extension ConvolutionPlan {
  /// Traps unless an output gradient has the output's shape.
  fileprivate func check(_ outputGradient: Shape, operation: StaticString) {
    require(
      outputGradient == outputShape,
      "\(operation): output gradient \(outputGradient) does not fit; input \(inputShape) and weight "
        + "\(weightShape) give output \(outputShape)")
  }
}
