import GraftTensor

// Functions of one number, applied to each element. `y` is the result, `x` the argument: a rule that can be written
// with y keeps y only, because what uses the result mostly keeps it as well.

extension Variable {
  /// eˣ of each element.
  public func exp() -> Variable { recording(result: value.exp()) { $0 * $1 } }

  /// The natural logarithm of each element: -∞ of 0, NaN of a negative number.
  public func log() -> Variable { recording(argument: value.log()) { $0 / $1 } }

  /// The square root of each element: NaN of a negative number. The gradient is infinite at 0.
  public func sqrt() -> Variable { recording(result: value.sqrt()) { $0 / ($1 * 2) } }

  /// 1 / √x of each element.
  public func rsqrt() -> Variable { recording(result: value.rsqrt()) { $0 * $1.square() * $1 * -0.5 } }

  /// The hyperbolic tangent of each element.
  public func tanh() -> Variable { recording(value.tanh(), .tanhFromResult, keepingResult: true) }

  /// The error function 2/√π · ∫₀ˣ e^(-t²) dt of each element.
  public func erf() -> Variable {
    recording(argument: value.erf()) { $0 * ($1.square() * -1).exp() * 1.128_379_2 }
  }

  /// The logistic function 1 / (1 + e⁻ˣ) of each element.
  public func sigmoid() -> Variable { recording(value.sigmoid(), .sigmoidFromResult, keepingResult: true) }

  /// log(1 / (1 + e⁻ˣ)) of each element, without overflow.
  public func logSigmoid() -> Variable {
    recording(argument: (value * -1).softplus() * -1) { $0 * ($1 * -1).sigmoid() }
  }

  /// max(x, 0) of each element. The gradient at 0 is 0.
  public func relu() -> Variable { recording(value.relu(), .relu, keepingResult: true) }

  /// x for positive elements and `slope` · x for the others.
  ///
  /// Maas, Hannun, Ng: *Rectifier Nonlinearities Improve Neural Network Acoustic Models*, 2013.
  public func leakyRelu(slope: Float = 0.01) -> Variable {
    recording(argument: (value .> 0).choosing(value, value * slope)) { ($1 .> 0).choosing($0, $0 * slope) }
  }

  /// The Gaussian error linear unit x · Φ(x) = x/2 · (1 + erf(x/√2)) of each element.
  ///
  /// Hendrycks, Gimpel: *Gaussian Error Linear Units*, 2016.
  public func gelu() -> Variable { recording(value.gelu(), .gelu, keepingResult: false) }

  /// The approximation of ``gelu()`` that GPT-2 was trained with: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))).
  public func geluTanh() -> Variable { recording(value.geluTanh(), .geluTanh, keepingResult: false) }

  /// The sigmoid linear unit x · sigmoid(x) of each element, also called swish.
  public func silu() -> Variable { recording(value.silu(), .silu, keepingResult: false) }

  /// log(1 + eˣ) of each element, without overflow.
  public func softplus() -> Variable { recording(value.softplus(), .softplus, keepingResult: false) }

  /// The sine of each element, in radians.
  public func sin() -> Variable { recording(argument: value.sin()) { $0 * $1.cos() } }

  /// The cosine of each element, in radians.
  public func cos() -> Variable { recording(argument: value.cos()) { $0 * $1.sin() * -1 } }

  /// The magnitude of each element. The gradient at 0 is 0.
  public func abs() -> Variable { recording(argument: value.abs()) { $0 * $1.sign() } }

  /// x² of each element.
  public func square() -> Variable { recording(argument: value.square()) { $0 * $1 * 2 } }

  /// 1 / x of each element.
  public func reciprocal() -> Variable { recording(result: value.reciprocal()) { $0 * $1.square() * -1 } }

  /// Each element raised to a power, which is a constant.
  public func pow(_ exponent: Float) -> Variable {
    recording(argument: value.pow(exponent)) { gradient, x in
      exponent == 0 ? .zeros(gradient.shape) : gradient * x.pow(exponent - 1) * exponent
    }
  }

  /// Each element limited to a range; NaN stays. The gradient flows back from elements inside, not from the bounds.
  public func clamped(to range: ClosedRange<Float>) -> Variable {
    recording(result: value.clamped(to: range)) {
      $0.replacing(with: 0, where: ($1 .<= range.lowerBound) .| ($1 .>= range.upperBound))
    }
  }

  /// Records `result` with a derivative that is a kernel of its own, of the result or of this variable's value.
  private func recording(
    _ result: Tensor<Float>, _ derivative: DerivativeKernel, keepingResult: Bool
  ) -> Variable {
    .record(result, node, rule: .differentiate(derivative, at: keepingResult ? result : value))
  }

  /// Records `result`; its pullback gets the gradient and the result.
  private func recording(
    result: Tensor<Float>, _ pullback: @escaping (Tensor<Float>, Tensor<Float>) -> Tensor<Float>
  ) -> Variable {
    .record(result, node) { [node] gradient, sink in sink.add(pullback(gradient, result), to: node) }
  }

  /// Records `result`; its pullback gets the gradient and this variable's value.
  private func recording(
    argument result: Tensor<Float>, _ pullback: @escaping (Tensor<Float>, Tensor<Float>) -> Tensor<Float>
  ) -> Variable {
    .record(result, node) { [node, value] gradient, sink in sink.add(pullback(gradient, value), to: node) }
  }
}
