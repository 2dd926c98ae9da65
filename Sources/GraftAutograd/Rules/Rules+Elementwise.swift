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
  public func tanh() -> Variable { recording(result: value.tanh()) { $0 * (1 - $1.square()) } }

  /// The error function 2/√π · ∫₀ˣ e^(-t²) dt of each element.
  public func erf() -> Variable {
    recording(argument: value.erf()) { $0 * ($1.square() * -1).exp() * 1.128_379_2 }
  }

  /// The logistic function 1 / (1 + e⁻ˣ) of each element.
  public func sigmoid() -> Variable { recording(result: value.sigmoid()) { $0 * ($1 * (1 - $1)) } }

  /// log(1 / (1 + e⁻ˣ)) of each element, without overflow.
  public func logSigmoid() -> Variable {
    recording(argument: (value * -1).softplus() * -1) { $0 * ($1 * -1).sigmoid() }
  }

  /// max(x, 0) of each element. The gradient at 0 is 0.
  public func relu() -> Variable {
    recording(result: value.relu()) { $0.replacing(with: 0, where: $1 .<= 0) }
  }

  /// x for positive elements and `slope` · x for the others.
  ///
  /// Maas, Hannun, Ng: *Rectifier Nonlinearities Improve Neural Network Acoustic Models*, 2013.
  public func leakyRelu(slope: Float = 0.01) -> Variable {
    recording(argument: (value .> 0).choosing(value, value * slope)) { ($1 .> 0).choosing($0, $0 * slope) }
  }

  /// The Gaussian error linear unit x · Φ(x) = x/2 · (1 + erf(x/√2)) of each element.
  ///
  /// Hendrycks, Gimpel: *Gaussian Error Linear Units*, 2016.
  public func gelu() -> Variable {
    recording(argument: value.gelu()) { gradient, x in
      // d/dx x · Φ(x) = Φ(x) + x · φ(x), with the normal distribution Φ and its density φ.
      let distribution = ((x * Float(0.5).squareRoot()).erf() + 1) * 0.5
      let density = (x.square() * -0.5).exp() * 0.398_942_28
      return gradient * (distribution + x * density)
    }
  }

  /// The approximation of ``gelu()`` that GPT-2 was trained with: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))).
  public func geluTanh() -> Variable {
    recording(argument: value.geluTanh()) { gradient, x in
      let square = x.square()
      let tanh = (x * (square * 0.044715 + 1) * 0.797_884_56).tanh()
      let slope = (square * 0.134145 + 1) * 0.797_884_56
      return gradient * ((tanh + 1) * 0.5 + x * (1 - tanh.square()) * slope * 0.5)
    }
  }

  /// The sigmoid linear unit x · sigmoid(x) of each element, also called swish.
  public func silu() -> Variable {
    recording(argument: value.silu()) { gradient, x in
      let sigmoid = x.sigmoid()
      return gradient * sigmoid * (x * (1 - sigmoid) + 1)
    }
  }

  /// log(1 + eˣ) of each element, without overflow.
  public func softplus() -> Variable { recording(argument: value.softplus()) { $0 * $1.sigmoid() } }

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

  /// Each element limited to a range; NaN stays. The gradient flows back from elements inside, bounds included.
  public func clamped(to range: ClosedRange<Float>) -> Variable {
    recording(argument: value.clamped(to: range)) {
      $0.replacing(with: 0, where: ($1 .< range.lowerBound) .| ($1 .> range.upperBound))
    }
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
