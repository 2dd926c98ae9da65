import Foundation

/// An element type with fractions: `Float` or `Double`.
///
/// Adds to ``NumericScalar`` the inner loops of elementwise functions and of probabilities, on the same terms.
public protocol FloatingPointScalar: NumericScalar, SpatialScalar {
  /// Writes `function(row[i])` to `out[i]` for `count` elements.
  static func apply(
    _ function: ElementwiseFunction, _ row: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>,
    count: Int)

  /// Writes `row[i]` to the power of `exponent` to `out[i]` for `count` elements.
  static func power(
    _ row: UnsafePointer<Self>, _ exponent: Self, into out: UnsafeMutablePointer<Self>, count: Int)

  /// log Σ eˣ over `count` elements, at least one.
  static func logSumExp(_ row: UnsafePointer<Self>, count: Int) -> Self

  /// Writes the softmax of a row of `count` elements, or its logarithm, to `out`.
  static func softmax(
    _ row: UnsafePointer<Self>, logarithm: Bool, into out: UnsafeMutablePointer<Self>, count: Int)

  /// The sum of `(row[i] - center)²` over `count` elements.
  static func sumOfSquaredDeviations(_ row: UnsafePointer<Self>, center: Self, count: Int) -> Self
}

/// A function of one number that a tensor applies to each element.
public enum ElementwiseFunction: Sendable, Hashable, CaseIterable {
  /// Exponential and natural logarithm.
  case exp, log
  /// Square root and its reciprocal.
  case sqrt, rsqrt
  /// Hyperbolic tangent, error function and logistic function.
  case tanh, erf, sigmoid
  /// Activations; see the methods of `Tensor` that bear their names.
  case relu, gelu, geluTanh, silu, softplus
  /// Sine and cosine of radians.
  case sin, cos
  /// Magnitude, square, reciprocal and sign (-1, 0 or 1).
  case abs, square, reciprocal, sign
  /// Rounding down, up, to the nearest integer with ties to the even one, and towards zero.
  case floor, ceil, round, trunc

  /// The function in double precision: the oracle for the fast ones.
  func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .exp: return Foundation.exp(x)
    case .log: return Foundation.log(x)
    case .sqrt: return x.squareRoot()
    case .rsqrt: return 1 / x.squareRoot()
    case .tanh: return Foundation.tanh(x)
    case .erf: return Foundation.erf(x)
    case .sigmoid: return Self.logistic(x)
    case .relu: return x < 0 ? 0 : x
    case .gelu: return 0.5 * x * Foundation.erfc(-x * 0.5.squareRoot())
    // 0.5 · (1 + tanh u) = sigmoid(2u), which keeps its precision where tanh nears -1.
    case .geluTanh: return x * Self.logistic((8 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))
    case .silu: return x * Self.logistic(x)
    // log(1 + eˣ) without overflow.
    case .softplus: return (x < 0 ? 0 : x) + Foundation.log1p(Foundation.exp(-Swift.abs(x)))
    case .sin: return Foundation.sin(x)
    case .cos: return Foundation.cos(x)
    case .abs: return Swift.abs(x)
    case .square: return x * x
    case .reciprocal: return 1 / x
    case .sign: return x > 0 ? 1 : x < 0 ? -1 : x
    case .floor: return x.rounded(.down)
    case .ceil: return x.rounded(.up)
    case .round: return x.rounded(.toNearestOrEven)
    case .trunc: return x.rounded(.towardZero)
    }
  }

  /// 1 / (1 + e⁻ˣ), from the side on which the exponential cannot overflow.
  private static func logistic(_ x: Double) -> Double {
    let power = Foundation.exp(-Swift.abs(x))
    return x < 0 ? power / (1 + power) : 1 / (1 + power)
  }
}

extension FloatingPointScalar {
  public static func apply(
    _ function: ElementwiseFunction, _ row: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>,
    count: Int
  ) {
    applyReference(function, row, into: out, count: count)
  }

  public static func power(
    _ row: UnsafePointer<Self>, _ exponent: Self, into out: UnsafeMutablePointer<Self>, count: Int
  ) {
    powerReference(row, exponent, into: out, count: count)
  }

  public static func logSumExp(_ row: UnsafePointer<Self>, count: Int) -> Self {
    logSumExpReference(row, count: count)
  }

  public static func softmax(
    _ row: UnsafePointer<Self>, logarithm: Bool, into out: UnsafeMutablePointer<Self>, count: Int
  ) {
    softmaxReference(row, logarithm: logarithm, into: out, count: count)
  }

  public static func sumOfSquaredDeviations(
    _ row: UnsafePointer<Self>, center: Self, count: Int
  ) -> Self {
    sumOfSquaredDeviationsReference(row, center: center, count: count)
  }

  @inline(__always)
  static func applyReference(
    _ function: ElementwiseFunction, _ row: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>,
    count: Int
  ) {
    var index = 0
    while index < count {
      out[index] = Self(function(Double(row[index])))
      index += 1
    }
  }

  @inline(__always)
  static func powerReference(
    _ row: UnsafePointer<Self>, _ exponent: Self, into out: UnsafeMutablePointer<Self>, count: Int
  ) {
    var index = 0
    while index < count {
      out[index] = Self(Foundation.pow(Double(row[index]), Double(exponent)))
      index += 1
    }
  }

  @inline(__always)
  static func logSumExpReference(_ row: UnsafePointer<Self>, count: Int) -> Self {
    let peak = Double(reduceReference(.maximum, row, count: count))
    // ∞ − ∞ would be NaN: an infinite maximum is the answer.
    if peak.isInfinite { return Self(peak) }
    var sum = 0.0
    var index = 0
    while index < count {
      sum += Foundation.exp(Double(row[index]) - peak)
      index += 1
    }
    return Self(peak + Foundation.log(sum))
  }

  /// exp(x − max x) / Σ exp(x − max x): the largest exponential is 1, so nothing overflows.
  @inline(__always)
  static func softmaxReference(
    _ row: UnsafePointer<Self>, logarithm: Bool, into out: UnsafeMutablePointer<Self>, count: Int
  ) {
    guard count > 0 else { return }
    let peak = reduceReference(.maximum, row, count: count)
    var sum = 0.0
    var index = 0
    while index < count {
      sum += Foundation.exp(Double(row[index]) - Double(peak))
      index += 1
    }
    let logSum = Foundation.log(sum)
    index = 0
    while index < count {
      let shifted = Double(row[index]) - Double(peak)
      out[index] = Self(logarithm ? shifted - logSum : Foundation.exp(shifted) / sum)
      index += 1
    }
  }

  @inline(__always)
  static func sumOfSquaredDeviationsReference(
    _ row: UnsafePointer<Self>, center: Self, count: Int
  ) -> Self {
    var sum = 0.0
    var index = 0
    while index < count {
      let deviation = Double(row[index]) - Double(center)
      sum += deviation * deviation
      index += 1
    }
    return Self(sum)
  }
}
