import GraftAutograd
import GraftTensor

// Most convolutions are followed by a batch norm. While it normalises by running statistics and nothing is recorded, as at
// inference and in a frozen backbone, the two are one operation. Nothing is stored for that, so there is nothing to undo: unfreeze,
// and they are two again.
extension Conv2D {
  /// The batch norm of this layer's result: `norm(self(input))`, in one operation where nothing needs a gradient.
  ///
  /// The result has the same bits either way.
  public func normalized(_ input: Variable, by norm: BatchNorm2D) -> Variable {
    folded(input, norm, adding: nil, rectifying: false) ?? norm(self(input))
  }

  /// max(0, y + r), where y is the batch norm of this layer's result: `norm.rectified(self(input), adding: residual)`, in one
  /// operation where nothing needs a gradient.
  ///
  /// The result has the same bits either way.
  /// - Parameters:
  ///   - input: images, `[n, inputs, h, w]`.
  ///   - norm: normalises the convolution's result.
  ///   - residual: r, of the result's shape: the way round a residual block. Default: zeros.
  public func rectified(
    _ input: Variable, normalizedBy norm: BatchNorm2D, adding residual: Variable? = nil
  ) -> Variable {
    folded(input, norm, adding: residual, rectifying: true) ?? norm.rectified(self(input), adding: residual)
  }

  /// Both layers as one, or `nil` if they have to be applied one after the other.
  private func folded(
    _ input: Variable, _ norm: BatchNorm2D, adding residual: Variable?, rectifying: Bool
  ) -> Variable? {
    let parameters = [weight, bias, norm.weight, norm.bias]
    let isRecorded =
      Scope.tape != nil
      && (input.node != nil || residual?.node != nil || parameters.contains { $0?.isTrainable ?? false })
    guard !isRecorded, !norm.usesBatchStatistics, LayerObserver.current == nil else { return nil }
    let normalization = norm.runningNormalization(rectifying: rectifying)
    return Variable(
      input.value.convolved(
        with: weight.value, bias: bias?.value, geometry, normalizedBy: normalization, adding: residual?.value)
    )
  }
}
