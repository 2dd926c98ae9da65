import GraftAutograd
import GraftTensor

/// y = max(x, 0). NaN stays NaN.
public final class ReLU: Layer {
  /// A layer without configuration.
  public init() {}

  /// Applies the function to each element; the shape stays.
  public func forward(_ input: Variable) -> Variable { input.relu() }
}

/// y = min(max(x, 0), 6). NaN stays NaN.
///
/// What networks for small devices have, whose numbers may be stored in few bits. (Krizhevsky: *Convolutional Deep Belief
/// Networks on CIFAR-10*, 2010.)
public final class ReLU6: Layer {
  /// A layer without configuration.
  public init() {}

  /// Applies the function to each element; the shape stays.
  public func forward(_ input: Variable) -> Variable { input.clamped(to: 0...6) }
}

/// y = x for x ≥ 0, else slope · x. (Maas, Hannun, Ng: *Rectifier Nonlinearities Improve Neural Network Acoustic
/// Models*, 2013.)
public final class LeakyReLU: Layer {
  /// The slope for negative values.
  public let slope: Float

  /// A layer with the given slope for negative values. Default: 0.01.
  public init(slope: Float = 0.01) { self.slope = slope }

  /// Applies the function to each element; the shape stays.
  public func forward(_ input: Variable) -> Variable { input.leakyRelu(slope: slope) }
}

/// y = x · Φ(x), with Φ the distribution function of the standard normal distribution
/// (Hendrycks, Gimpel: *Gaussian Error Linear Units*, 2016).
public final class GELU: Layer {
  /// How Φ is computed.
  public enum Form: Sendable, Hashable {
    /// ½ (1 + erf(x/√2)); what BERT uses.
    case exact
    /// ½ (1 + tanh(√(2/π) (x + 0.044715 x³))); what GPT-2 uses ("gelu_new").
    case tanh
  }

  /// How Φ is computed.
  public let form: Form

  /// A layer that computes Φ in the given form. Default: exact.
  public init(_ form: Form = .exact) { self.form = form }

  /// Applies the function to each element; the shape stays.
  public func forward(_ input: Variable) -> Variable {
    switch form {
    case .exact: return input.gelu()
    case .tanh: return input.geluTanh()
    }
  }
}

/// y = x · σ(x), also called swish (Elfwing, Uchibe, Doya: *Sigmoid-Weighted Linear Units*, 2017).
public final class SiLU: Layer {
  /// A layer without configuration.
  public init() {}

  /// Applies the function to each element; the shape stays.
  public func forward(_ input: Variable) -> Variable { input.silu() }
}

/// y = tanh(x).
public final class Tanh: Layer {
  /// A layer without configuration.
  public init() {}

  /// Applies the function to each element; the shape stays.
  public func forward(_ input: Variable) -> Variable { input.tanh() }
}

/// y = 1 / (1 + exp(−x)).
public final class Sigmoid: Layer {
  /// A layer without configuration.
  public init() {}

  /// Applies the function to each element; the shape stays.
  public func forward(_ input: Variable) -> Variable { input.sigmoid() }
}

/// y = log(1 + exp(x)).
public final class Softplus: Layer {
  /// A layer without configuration.
  public init() {}

  /// Applies the function to each element; the shape stays.
  public func forward(_ input: Variable) -> Variable { input.softplus() }
}

/// y[i] = exp(x[i]) / Σ exp(x[j]), summed along one axis: probabilities from logits.
///
/// A loss wants logits: do not put this before ``softmaxCrossEntropy(_:_:classWeights:labelSmoothing:ignoring:reduction:)``.
public final class Softmax: Layer {
  /// The axis along which the results add up to 1.
  public let axis: Int

  /// A layer along the given axis; negative axes count from the end. Default: the last.
  public init(along axis: Int = -1) { self.axis = axis }

  /// Turns logits of any shape into probabilities of that shape.
  public func forward(_ input: Variable) -> Variable { input.softmax(along: axis) }
}

/// y[i] = x[i] − log Σ exp(x[j]), summed along one axis: logarithms of probabilities from logits.
public final class LogSoftmax: Layer {
  /// The axis along which the exponentials of the results add up to 1.
  public let axis: Int

  /// A layer along the given axis; negative axes count from the end. Default: the last.
  public init(along axis: Int = -1) { self.axis = axis }

  /// Turns logits of any shape into logarithms of probabilities of that shape.
  public func forward(_ input: Variable) -> Variable { input.logSoftmax(along: axis) }
}

/// y = x: holds a place, for a head that is to be replaced for example.
public final class Identity: Layer {
  /// A layer without configuration.
  public init() {}

  /// Returns the input.
  public func forward(_ input: Variable) -> Variable { input }
}
