import GraftTensor

extension Variable {
  /// eˣ / Σ eˣ along an axis, without overflow. Default: the last axis.
  public func softmax(along axis: Int = -1) -> Variable {
    let y = value.softmax(along: axis)
    return .record(y, node) { [node] gradient, sink in
      gradient *= y
      let total = gradient.sum(along: [axis], keepingAxes: true)
      sink.add(gradient - y * total, to: node)
    }
  }

  /// log(eˣ / Σ eˣ) along an axis, without overflow. Default: the last axis.
  public func logSoftmax(along axis: Int = -1) -> Variable {
    let y = value.logSoftmax(along: axis)
    return .record(y, node) { [node] gradient, sink in
      let total = gradient.sum(along: [axis], keepingAxes: true)
      gradient -= y.exp() * total
      sink.add(gradient, to: node)
    }
  }
}
