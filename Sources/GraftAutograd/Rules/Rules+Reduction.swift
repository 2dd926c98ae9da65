import GraftTensor

// Axes count from the end if negative; without axes a reduction folds all of them into a variable of rank 0. Folded
// axes disappear unless `keepingAxes` leaves them at length 1.

extension Variable {
  /// The sums along the given axes.
  public func sum(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Variable {
    let folded = FoldedAxes(shape, axes)
    return .record(value.sum(along: axes, keepingAxes: keepingAxes), node) { [node] gradient, sink in
      sink.add(folded.spread(gradient), to: node)
    }
  }

  /// The means along the given axes.
  public func mean(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Variable {
    let folded = FoldedAxes(shape, axes)
    return .record(value.mean(along: axes, keepingAxes: keepingAxes), node) { [node] gradient, sink in
      gradient /= Float(folded.count)
      sink.add(folded.spread(gradient), to: node)
    }
  }

  /// The variances along the given axes: squared deviations from the mean, added up and divided by their number, or by
  /// one less than that if `unbiased`.
  public func variance(
    along axes: [Int]? = nil, unbiased: Bool = false, keepingAxes: Bool = false
  ) -> Variable {
    let folded = FoldedAxes(shape, axes)
    let result = value.variance(along: axes, unbiased: unbiased, keepingAxes: keepingAxes)
    return .record(result, node) { [node, value] gradient, sink in
      gradient *= 2 / Float(folded.count - (unbiased ? 1 : 0))
      let deviations = value - value.mean(along: axes, keepingAxes: true)
      sink.add(deviations * folded.spread(gradient), to: node)
    }
  }

  /// The largest elements along the given axes; NaN where any is NaN.
  ///
  /// Where several are the largest they share the gradient evenly. Traps if there is nothing to compare.
  public func max(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Variable {
    recordingExtreme(value.max(along: axes, keepingAxes: keepingAxes), along: axes)
  }

  /// The smallest elements along the given axes; NaN where any is NaN.
  ///
  /// Where several are the smallest they share the gradient evenly. Traps if there is nothing to compare.
  public func min(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Variable {
    recordingExtreme(value.min(along: axes, keepingAxes: keepingAxes), along: axes)
  }

  private func recordingExtreme(_ result: Tensor<Float>, along axes: [Int]?) -> Variable {
    let folded = FoldedAxes(shape, axes)
    return .record(result, node) { [node, value] gradient, sink in
      let chosen = Tensor<Float>(value .== folded.spread(result))
      let shares = chosen / chosen.sum(along: axes, keepingAxes: true)
      sink.add(shares * folded.spread(gradient), to: node)
    }
  }

  /// The products along the given axes.
  public func product(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Variable {
    let folded = FoldedAxes(shape, axes)
    let result = value.product(along: axes, keepingAxes: keepingAxes)
    return .record(result, node) { [node, value] gradient, sink in
      // The product of all others: divide where there is no zero, take the product of the rest at the only zero.
      let isZero = value .== 0
      let zeros = Tensor<Float>(isZero).sum(along: axes, keepingAxes: true).broadcast(to: value.shape)
      let nonzero = value.replacing(with: 1, where: isZero)
      let rest = nonzero.product(along: axes, keepingAxes: true) / nonzero
      let counts = (zeros .== 0) .| ((zeros .== 1) .& isZero)
      sink.add(counts.choosing(rest, Tensor<Float>(0)) * folded.spread(gradient), to: node)
    }
  }

  /// log Σ eˣ along the given axes, without overflow.
  public func logSumExp(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Variable {
    let folded = FoldedAxes(shape, axes)
    let result = value.logSumExp(along: axes, keepingAxes: keepingAxes)
    return .record(result, node) { [node, value] gradient, sink in
      // -∞ - -∞ would be NaN; the sum of nothing but zeros has the gradient 0.
      let finite = result.replacing(with: 0, where: result .== -.infinity)
      sink.add((value - folded.spread(finite)).exp() * folded.spread(gradient), to: node)
    }
  }
}

/// The axes that a reduction folds, and the way back.
struct FoldedAxes {
  /// The shape before.
  let shape: Shape
  /// The shape after, with folded axes kept at length 1.
  let kept: Shape

  init(_ shape: Shape, _ axes: [Int]?) {
    self.shape = shape
    var kept = shape
    for axis in axes ?? Array(0..<shape.rank) {
      kept[shape.normalized(axis: axis, operation: "reduction")] = 1
    }
    self.kept = kept
  }

  /// How many elements fold into one.
  var count: Int { kept.elementCount == 0 ? 0 : shape.elementCount / kept.elementCount }

  /// A reduced tensor repeated along the folded axes, as a view.
  func spread(_ reduced: Tensor<Float>) -> Tensor<Float> {
    reduced.reshaped(to: kept).broadcast(to: shape)
  }
}
