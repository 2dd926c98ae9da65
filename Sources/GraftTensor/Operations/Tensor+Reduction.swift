// Axes count from the end if negative; without axes a reduction folds all of them into a tensor of rank 0. Folded
// axes disappear unless `keepingAxes` leaves them at length 1. Each operation traps if an axis does not exist.

extension Tensor where Scalar: NumericScalar {
  /// The sums along the given axes; 0 where there is nothing to add.
  ///
  /// Integers trap when the sum overflows. For floating-point numbers the error is at most about
  /// (128 + 64 · log₆₄ n) · ε · Σ|x| for n elements, far less in practice.
  public func sum(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    reduced(.sum, along: axes, keepingAxes: keepingAxes, operation: "sum")
  }

  /// The products along the given axes; 1 where there is nothing to multiply.
  ///
  /// The error of n floating-point numbers' product is at most about n · ε/2 of it, unless a product of some of them overflows
  /// or underflows.
  public func product(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    reduced(.product, along: axes, keepingAxes: keepingAxes, operation: "product")
  }

  /// The largest elements along the given axes; NaN where any is NaN.
  ///
  /// Traps if there is nothing to compare.
  public func max(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    reduced(.maximum, along: axes, keepingAxes: keepingAxes, operation: "max")
  }

  /// The smallest elements along the given axes; NaN where any is NaN.
  ///
  /// Traps if there is nothing to compare.
  public func min(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    reduced(.minimum, along: axes, keepingAxes: keepingAxes, operation: "min")
  }

  /// The adjoint of broadcasting: the sums over the axes that `broadcast(to:)` repeats to get from `target` to
  /// this shape.
  ///
  /// Traps if `target` does not broadcast to this shape.
  @specialized(where Scalar == Float)
  public func summed(to target: Shape) -> Tensor {
    if target == shape { return self }
    let shift = rank - target.rank
    require(shift >= 0, "summed: shape \(target) does not broadcast to \(shape)")
    var axes = Array(0..<shift)
    for axis in 0..<target.rank where target[axis] != shape[axis + shift] {
      require(target[axis] == 1, "summed: shape \(target) does not broadcast to \(shape)")
      axes.append(axis + shift)
    }
    return sum(along: axes).reshaped(to: target)
  }

  @specialized(where Scalar == Float)
  func reduced(
    _ reduction: Reduction, along axes: [Int]?, keepingAxes: Bool, operation: StaticString
  ) -> Tensor {
    var plan = ReductionPlan(shape, along: axes, keepingAxes: keepingAxes, operation: operation)
    if reduction == .maximum || reduction == .minimum {
      require(
        plan.foldedCount > 0 || plan.resultShape.elementCount == 0,
        "\(operation): shape \(shape) has no elements to compare")
    }
    var current = contiguous()
    while let fold = plan.innermostFold {
      current = Reducer.reduce(
        reduction, current, outer: fold.outer, length: fold.length, inner: fold.inner)
      plan.removeGroup(at: fold.index)
    }
    return current.reshaped(to: plan.resultShape)
  }
}

extension Tensor where Scalar: FloatingPointScalar {
  /// The means along the given axes; NaN where there is nothing to average.
  public func mean(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let plan = ReductionPlan(shape, along: axes, keepingAxes: keepingAxes, operation: "mean")
    return sum(along: axes, keepingAxes: keepingAxes) / Scalar(plan.foldedCount)
  }

  /// The variances along the given axes: the mean of (x − mean)², in two passes.
  ///
  /// `unbiased` divides by one less than the number of elements (Bessel's correction), which gives NaN for one.
  public func variance(
    along axes: [Int]? = nil, unbiased: Bool = false, keepingAxes: Bool = false
  ) -> Tensor {
    var plan = ReductionPlan(shape, along: axes, keepingAxes: keepingAxes, operation: "variance")
    let divisor = Scalar(Swift.max(0, plan.foldedCount - (unbiased ? 1 : 0)))
    let mean = mean(along: axes, keepingAxes: true)
    guard let fold = plan.innermostFold, fold.inner == 1, fold.length > 0 else {
      return (self - mean).square().sum(along: axes, keepingAxes: keepingAxes) / divisor
    }
    // One mean to each row: the shape without the axes that make up the rows.
    let rows = mean.broadcast(to: plan.shapeOfRows(of: shape)).contiguous()
    var current = Tensor(shape: [fold.outer]) { out in
      withContiguousBuffer { elements in
        rows.withContiguousBuffer { centers in
          guard let source = elements.baseAddress else { return }
          parallelFor(fold.outer, grain: Swift.max(1, elementwiseGrain / fold.length)) { range in
            for row in range {
              out[row] = Scalar.sumOfSquaredDeviations(
                source + row * fold.length, center: centers[row], count: fold.length)
            }
          }
        }
      }
    }
    plan.removeGroup(at: fold.index)
    while let next = plan.innermostFold {
      current = Reducer.reduce(.sum, current, outer: next.outer, length: next.length, inner: next.inner)
      plan.removeGroup(at: next.index)
    }
    return current.reshaped(to: plan.resultShape) / divisor
  }

  /// log Σ eˣ along the given axes, without overflow; -∞ where there is nothing to add.
  public func logSumExp(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let plan = ReductionPlan(shape, along: axes, keepingAxes: keepingAxes, operation: "logSumExp")
    guard plan.foldedCount > 0 else {
      return Tensor(repeating: -.infinity, shape: plan.resultShape)
    }
    if let fold = plan.onlyFold, fold.inner == 1 {
      return logSumExpOfRows(fold.outer, length: fold.length).reshaped(to: plan.resultShape)
    }
    let peak = max(along: axes, keepingAxes: true)
    // ∞ − ∞ would be NaN: where the largest element is infinite it is not subtracted.
    let shift = peak.replacing(with: 0, where: peak.abs() .== .infinity)
    let sums = (self - shift).exp().sum(along: axes, keepingAxes: true)
    return (sums.log() + shift).reshaped(to: plan.resultShape)
  }

  /// log Σ eˣ of each row of `length` elements.
  private func logSumExpOfRows(_ count: Int, length: Int) -> Tensor {
    Tensor(shape: [count]) { out in
      withContiguousBuffer { elements in
        guard let source = elements.baseAddress, let out = out.baseAddress else { return }
        parallelFor(count, grain: Swift.max(1, elementwiseGrain / 4 / length)) { rows in
          for row in rows { out[row] = Scalar.logSumExp(source + row * length, count: length) }
        }
      }
    }
  }

  /// The Euclidean norm of all elements, √Σx².
  public func norm() -> Scalar {
    Reducer.reduce(.sumOfSquares, contiguous(), outer: 1, length: count, inner: 1).scalar.squareRoot()
  }
}
