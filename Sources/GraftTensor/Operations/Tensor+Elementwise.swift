import Foundation

extension Tensor {
  /// What `transform` makes of each element: an escape hatch, slower than the functions that have a name.
  public func map<Result: TensorScalar>(
    _ transform: (Scalar) throws -> Result
  ) rethrows -> Tensor<Result> {
    try Tensor<Result>(shape: shape) { out in
      try withContiguousBuffer { elements in
        for index in 0..<elements.count { out[index] = try transform(elements[index]) }
      }
    }
  }
}

extension Tensor where Scalar: FloatingPointScalar {
  /// eˣ of each element.
  public func exp() -> Tensor { applying(.exp) }

  /// The natural logarithm of each element: -∞ of 0, NaN of a negative number.
  public func log() -> Tensor { applying(.log) }

  /// The square root of each element: NaN of a negative number.
  public func sqrt() -> Tensor { applying(.sqrt) }

  /// 1 / √x of each element.
  public func rsqrt() -> Tensor { applying(.rsqrt) }

  /// The hyperbolic tangent of each element.
  public func tanh() -> Tensor { applying(.tanh) }

  /// The error function 2/√π · ∫₀ˣ e^(-t²) dt of each element.
  public func erf() -> Tensor { applying(.erf) }

  /// The logistic function 1 / (1 + e⁻ˣ) of each element.
  public func sigmoid() -> Tensor { applying(.sigmoid) }

  /// max(x, 0) of each element.
  public func relu() -> Tensor { applying(.relu) }

  /// The Gaussian error linear unit x · Φ(x) = x/2 · (1 + erf(x/√2)) of each element.
  ///
  /// Hendrycks, Gimpel: *Gaussian Error Linear Units*, 2016.
  public func gelu() -> Tensor { applying(.gelu) }

  /// The approximation of ``gelu()`` that GPT-2 was trained with: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))).
  public func geluTanh() -> Tensor { applying(.geluTanh) }

  /// The sigmoid linear unit x · sigmoid(x) of each element, also called swish.
  public func silu() -> Tensor { applying(.silu) }

  /// log(1 + eˣ) of each element.
  public func softplus() -> Tensor { applying(.softplus) }

  /// The sine of each element, in radians.
  public func sin() -> Tensor { applying(.sin) }

  /// The cosine of each element, in radians.
  public func cos() -> Tensor { applying(.cos) }

  /// The magnitude of each element.
  public func abs() -> Tensor { applying(.abs) }

  /// x² of each element.
  public func square() -> Tensor { applying(.square) }

  /// 1 / x of each element.
  public func reciprocal() -> Tensor { applying(.reciprocal) }

  /// -1, 0 or 1 as each element is negative, zero or positive; NaN of NaN.
  public func sign() -> Tensor { applying(.sign) }

  /// Each element rounded down.
  public func floor() -> Tensor { applying(.floor) }

  /// Each element rounded up.
  public func ceil() -> Tensor { applying(.ceil) }

  /// Each element rounded to the nearest integer, ties to the even one.
  public func round() -> Tensor { applying(.round) }

  /// Each element rounded towards zero.
  public func trunc() -> Tensor { applying(.trunc) }

  /// Each element raised to a power, with the special values of IEEE 754: x⁰ = 1 of any x, NaN of a negative number
  /// and an exponent with a fraction.
  @specialized(where Scalar == Float)
  public func pow(_ exponent: Scalar) -> Tensor {
    if exponent == 2 { return square() }
    if exponent == -1 { return reciprocal() }
    let contiguous = contiguous()
    let result = Tensor(uninitialized: shape)
    withExtendedLifetime(contiguous) {
      let (source, out) = (contiguous.firstElement, result.firstElement)
      parallelFor(count, grain: elementwiseGrain / 2) { range in
        let start = range.lowerBound
        Scalar.power(source + start, exponent, into: out + start, count: range.count)
      }
    }
    return result
  }

  /// Each element limited to a range; NaN stays.
  public func clamped(to range: ClosedRange<Scalar>) -> Tensor {
    Tensor.minimum(Tensor.maximum(self, range.lowerBound), range.upperBound)
  }

  /// Whether each element is a number: neither infinite nor NaN.
  public func isFinite() -> Tensor<Bool> {
    // x - x is 0 for numbers and NaN for the rest.
    (self - self) .== 0
  }

  /// Whether any element is infinite or NaN.
  public var hasNonFinite: Bool {
    count > 0 && !(max().scalar.isFinite && min().scalar.isFinite)
  }

  @specialized(where Scalar == Float)
  private func applying(_ function: ElementwiseFunction) -> Tensor {
    guard isContiguous else { return contiguous().applying(function) }
    let result = Tensor(uninitialized: shape)
    withExtendedLifetime(self) {
      let (source, out) = (firstElement, result.firstElement)
      parallelFor(count, grain: elementwiseGrain / 2) { range in
        let start = range.lowerBound
        Scalar.apply(function, source + start, into: out + start, count: range.count)
      }
    }
    return result
  }
}
