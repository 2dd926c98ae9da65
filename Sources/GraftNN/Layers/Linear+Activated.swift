import GraftAutograd
import GraftTensor

/// A function of each element that a ``Linear`` layer can end with.
public enum Activation: Sendable, Hashable, CaseIterable {
  /// max(x, 0); see ``ReLU``.
  case relu
  /// x · Φ(x), exactly and by way of tanh; see ``GELU``.
  case gelu, geluTanh
  /// x · σ(x); see ``SiLU``.
  case silu
  /// The hyperbolic tangent; see ``Tanh``.
  case tanh
  /// The logistic function; see ``Sigmoid``.
  case sigmoid

  var fused: FusedActivation {
    switch self {
    case .relu: return .relu
    case .gelu: return .gelu
    case .geluTanh: return .geluTanh
    case .silu: return .silu
    case .tanh: return .tanh
    case .sigmoid: return .sigmoid
    }
  }
}

extension Linear {
  /// f(y), where y is this layer's result, as one operation: f is applied to each piece of y while it is in the cache, and going
  /// back, the gradient of y replaces that of f(y).
  ///
  /// As in a transformer's feed-forward block: `output(intermediate.activated(x, by: .gelu))`.
  ///
  /// - Parameters:
  ///   - input: x, `[..., inputs]`.
  ///   - activation: f.
  /// - Returns: `[..., outputs]`.
  ///
  /// Traps if the last axis has another length.
  public func activated(_ input: Variable, by activation: Activation) -> Variable {
    let output = input.linear(weight: weight.variable, bias: bias?.variable, activation: activation.fused)
    LayerObserver.current?.observe(self, output)
    return output
  }
}

/// A layer that is one of the functions that a ``Linear`` layer before it can end with.
protocol FusableActivation: Layer {
  var activation: Activation { get }
}

extension ReLU: FusableActivation { var activation: Activation { .relu } }
extension GELU: FusableActivation { var activation: Activation { form == .exact ? .gelu : .geluTanh } }
extension SiLU: FusableActivation { var activation: Activation { .silu } }
extension Tanh: FusableActivation { var activation: Activation { .tanh } }
extension Sigmoid: FusableActivation { var activation: Activation { .sigmoid } }
