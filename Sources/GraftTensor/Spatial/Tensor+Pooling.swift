extension Tensor where Scalar: SpatialScalar {
  /// The greatest element under each window, `[n, c, h, w]` to `[n, c, oh, ow]`, and where it was found.
  ///
  /// `indices` holds row · w + column in the input's plane: the first place of equal elements. NaN is greater than
  /// anything; padding is smaller than anything. oh = ⌊(h + 2·padding − kernel) / stride⌋ + 1, rounded up instead in
  /// ``Pooling2D/ceilMode``; ow likewise.
  ///
  /// Traps with the shape if the window does not fit.
  public func maxPooled(_ geometry: Pooling2D) -> (values: Tensor, indices: Tensor<Int32>) {
    Scalar.maxPool(self, PoolingPlan(input: shape, geometry, operation: "maxPooled"))
  }

  /// The gradient of a maximum pooling's input from that of its output and the `indices` that it gave.
  ///
  /// Each element goes to the place its value was taken from. Traps with the shapes if they do not fit together, and if an
  /// index lies outside the plane.
  public static func maxPoolInputGradient(
    _ outputGradient: Tensor, indices: Tensor<Int32>, inputShape: Shape
  ) -> Tensor {
    require(
      outputGradient.shape == indices.shape && indices.rank == 4 && inputShape.rank == 4
        && inputShape[0] == indices.shape[0] && inputShape[1] == indices.shape[1],
      "maxPoolInputGradient: output gradient \(outputGradient.shape), indices \(indices.shape) and input "
        + "\(inputShape) do not fit together")
    return Scalar.maxPoolInputGradient(outputGradient, indices: indices, inputShape: inputShape)
  }

  /// The mean of each window, `[n, c, h, w]` to `[n, c, oh, ow]`; sizes as for ``maxPooled(_:)``.
  ///
  /// Traps with the shape if the window does not fit.
  /// - Parameters:
  ///   - geometry: how the window moves.
  ///   - countingPadding: whether zeros of the padding count as elements. What a window in
  ///     ``Pooling2D/ceilMode`` covers beyond the padding never counts. Default: yes.
  public func averagePooled(_ geometry: Pooling2D, countingPadding: Bool = true) -> Tensor {
    let plan = PoolingPlan(
      input: shape, geometry, countsPadding: countingPadding, operation: "averagePooled")
    return Scalar.averagePool(self, plan)
  }

  /// The gradient of an average pooling's input from that of its output: the adjoint.
  ///
  /// Traps with the shapes if they do not fit together.
  public static func averagePoolInputGradient(
    _ outputGradient: Tensor, inputShape: Shape, _ geometry: Pooling2D, countingPadding: Bool = true
  ) -> Tensor {
    let plan = PoolingPlan(
      input: inputShape, geometry, countsPadding: countingPadding, operation: "averagePoolInputGradient")
    plan.check(outputGradient.shape, operation: "averagePoolInputGradient")
    return Scalar.averagePoolInputGradient(outputGradient, plan)
  }

  /// The means of windows that divide the image into `size`, `[n, c, h, w]` to `[n, c, size.height, size.width]`.
  ///
  /// Row i covers the image's rows ⌊i·h/height⌋ ..< ⌈(i+1)·h/height⌉, columns likewise; windows overlap where the
  /// division leaves a rest. `(1, 1)` is global average pooling. Traps unless the size is positive.
  public func adaptiveAveragePooled(to size: (height: Int, width: Int)) -> Tensor {
    Scalar.averagePool(
      self, PoolingPlan(input: shape, adaptedTo: size, operation: "adaptiveAveragePooled"))
  }

  /// The gradient of an adaptive average pooling's input from that of its output: the adjoint.
  ///
  /// Traps with the shapes if they do not fit together.
  public static func adaptiveAveragePoolInputGradient(
    _ outputGradient: Tensor, inputShape: Shape
  ) -> Tensor {
    require(
      outputGradient.rank == 4,
      "adaptiveAveragePoolInputGradient: output gradient \(outputGradient.shape) has to be [n, c, h, w]")
    let plan = PoolingPlan(
      input: inputShape, adaptedTo: (outputGradient.shape[2], outputGradient.shape[3]),
      operation: "adaptiveAveragePoolInputGradient")
    plan.check(outputGradient.shape, operation: "adaptiveAveragePoolInputGradient")
    return Scalar.averagePoolInputGradient(outputGradient, plan)
  }
}

extension PoolingPlan {
  /// Traps unless an output gradient has the output's shape.
  fileprivate func check(_ outputGradient: Shape, operation: StaticString) {
    require(
      outputGradient == outputShape,
      "\(operation): output gradient \(outputGradient) does not fit; input \(inputShape) gives output "
        + "\(outputShape)")
  }
}
