import GraftTensor

extension Variable {
  /// The two-dimensional convolution (as usual in the field, a cross-correlation: the window is not mirrored).
  ///
  /// - Parameters:
  ///   - weight: shape `[outputs, channels / groups, kernel height, kernel width]`.
  ///   - bias: shape `[outputs]`; `nil` for none.
  ///   - geometry: stride, padding, dilation and groups. Default: a window that moves by 1, no padding.
  ///   - rectifying: whether negative results become 0, as by ``relu()``, in the same pass over memory. Default: no.
  /// - Returns: shape `[batch, outputs, height', width']` for this variable's shape `[batch, channels, height, width]`.
  public func convolved(
    with weight: Variable, bias: Variable? = nil, _ geometry: Convolution2D = Convolution2D(),
    rectifying: Bool = false
  ) -> Variable {
    let (a, w, b) = (node, weight.node, bias?.node)
    let (x, filter) = (value.kept(for: w), weight.value.kept(for: a))
    let result =
      rectifying
      ? value.convolvedAndRectified(with: weight.value, bias: bias?.value, geometry)
      : value.convolved(with: weight.value, bias: bias?.value, geometry)
    let mask = rectifying ? result : nil
    return .record(result, a, w, b) { [shape, weightShape = weight.shape] gradient, sink in
      if let mask { gradient.pullBack(through: .relu, at: mask) }
      if let filter {
        sink.add(
          Tensor.convolutionInputGradient(gradient, filter, inputShape: shape, geometry), to: a)
      }
      if let x {
        sink.add(
          Tensor.convolutionWeightGradient(x, gradient, weightShape: weightShape, geometry), to: w)
      }
      sink.add(gradient.sum(along: [0, 2, 3]), to: b)
    }
  }

  /// The one-dimensional convolution, computed as a two-dimensional one of height 1.
  ///
  /// - Parameters:
  ///   - weight: shape `[outputs, channels / groups, kernel]`.
  ///   - bias: shape `[outputs]`; `nil` for none.
  ///   - stride: how far the window moves. Default: 1.
  ///   - padding: zeros added at either end. Default: 0.
  ///   - dilation: the distance between neighbouring elements of the window. Default: 1.
  ///   - groups: into how many equal parts the channels are divided. Default: 1.
  /// - Returns: shape `[batch, outputs, length']` for this variable's shape `[batch, channels, length]`.
  public func convolved1D(
    with weight: Variable, bias: Variable? = nil, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1,
    groups: Int = 1
  ) -> Variable {
    require(
      shape.rank == 3 && weight.shape.rank == 3,
      "convolved1D: shapes \(shape) and \(weight.shape) do not both have three axes")
    let geometry = Convolution2D(
      stride: (1, stride), padding: (0, padding), dilation: (1, dilation), groups: groups)
    return expandingAxis(at: 2).convolved(with: weight.expandingAxis(at: 2), bias: bias, geometry)
      .squeezed(at: 2)
  }

  /// The transposed two-dimensional convolution: what carries a gradient back through ``convolved(with:bias:_:)``, used
  /// as a layer that enlarges images.
  ///
  /// - Parameters:
  ///   - weight: shape `[channels, outputs / groups, kernel height, kernel width]`.
  ///   - bias: shape `[outputs]`; `nil` for none.
  ///   - geometry: stride, padding, dilation and groups of the convolution that this one reverses.
  ///   - outputPadding: rows and columns added at the bottom and the right, because several sizes have the same
  ///     convolution if the stride is above 1. Default: none. Traps unless smaller than stride or dilation.
  /// - Returns: shape `[batch, outputs, height', width']` for this variable's shape `[batch, channels, height, width]`,
  ///   where height' = (height - 1) · stride - 2 · padding + dilation · (kernel - 1) + outputPadding + 1.
  public func convolvedTransposed(
    with weight: Variable, bias: Variable? = nil, _ geometry: Convolution2D = Convolution2D(),
    outputPadding: (height: Int, width: Int) = (0, 0)
  ) -> Variable {
    require(
      shape.rank == 4 && weight.shape.rank == 4 && shape[1] == weight.shape[0],
      "convolvedTransposed: weight of shape \(weight.shape) for an input of shape \(shape)")
    let outputShape = transposedShape(weight.shape, geometry, outputPadding)
    var result = Tensor.convolutionInputGradient(
      value, weight.value, inputShape: outputShape, geometry)
    if let bias { result += bias.value.reshaped(to: [1, outputShape[1], 1, 1]) }
    let (a, w, b) = (node, weight.node, bias?.node)
    let (x, filter) = (value.kept(for: w), weight.value.kept(for: a))
    return .record(result, a, w, b) { [weightShape = weight.shape] gradient, sink in
      if let filter { sink.add(gradient.convolved(with: filter, geometry), to: a) }
      if let x {
        sink.add(
          Tensor.convolutionWeightGradient(gradient, x, weightShape: weightShape, geometry), to: w)
      }
      sink.add(gradient.sum(along: [0, 2, 3]), to: b)
    }
  }

  private func transposedShape(
    _ weight: Shape, _ geometry: Convolution2D, _ outputPadding: (height: Int, width: Int)
  ) -> Shape {
    func length(
      _ input: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int, _ extra: Int
    ) -> Int {
      require(
        extra >= 0 && extra < Swift.max(stride, dilation),
        "convolvedTransposed: outputPadding \(extra) is not smaller than stride \(stride) or dilation \(dilation)"
      )
      return (input - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1
    }
    let (stride, padding, dilation) = (geometry.stride, geometry.padding, geometry.dilation)
    return [
      shape[0], weight[1] * geometry.groups,
      length(
        shape[2], weight[2], stride.height, padding.height, dilation.height, outputPadding.height),
      length(shape[3], weight[3], stride.width, padding.width, dilation.width, outputPadding.width),
    ]
  }
}
