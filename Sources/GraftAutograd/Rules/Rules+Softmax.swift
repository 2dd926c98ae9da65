import GraftTensor

extension Variable {
  /// eˣ / Σ eˣ along an axis, without overflow. Default: the last axis.
  public func softmax(along axis: Int = -1) -> Variable {
    recordingSoftmax(value.softmax(along: axis), logarithm: false, along: axis)
  }

  /// log(eˣ / Σ eˣ) along an axis, without overflow. Default: the last axis.
  public func logSoftmax(along axis: Int = -1) -> Variable {
    recordingSoftmax(value.logSoftmax(along: axis), logarithm: true, along: axis)
  }

  /// The gradient of softmax y is y · (g - Σ g · y), that of log-softmax z is g - eᶻ · Σ g.
  private func recordingSoftmax(_ result: Tensor<Float>, logarithm: Bool, along axis: Int) -> Variable {
    .record(result, node) { [node] gradient, sink in
      // The kernel works on rows: another axis changes places with the last.
      let rows = result.transposed(axis, -1).softmaxPullback(
        gradient.transposed(axis, -1), logarithm: logarithm)
      sink.add(rows.transposed(axis, -1), to: node)
    }
  }
}
