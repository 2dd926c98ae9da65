import GraftAutograd
import GraftTensor

/// A part of a network: a final class whose stored properties are its parameters, buffers and child modules.
///
/// A property's name is its key in a checkpoint, with capitals turned into underscores as is usual there
/// (`runningMean` is `running_mean`); elements of an array are numbered: `layer1.0.conv1.weight`.
public protocol Module: AnyObject {
  /// Keys of properties whose name can't be turned into the checkpoint's: `["layerNorm": "LayerNorm"]`.
  static var checkpointNames: [String: String] { get }

  /// What the module consists of, in order. Found by reflection unless a module says otherwise.
  var members: [Member] { get }
}

/// One named part of a module.
public struct Member {
  /// The last component of its path.
  public let name: String
  /// The part itself.
  public let content: Content

  /// What a module can consist of.
  public enum Content {
    /// A tensor learned by gradients.
    case parameter(Parameter)
    /// A tensor that is kept but not learned.
    case buffer(any AnyBuffer)
    /// A module inside this one.
    case module(any Module)
  }

  /// A named part, for modules that list their members themselves.
  public init(_ name: String, _ content: Content) {
    self.name = name
    self.content = content
  }
}

extension Module {
  /// No exceptions: keys follow from the names of the properties.
  public static var checkpointNames: [String: String] { [:] }

  /// What the stored properties hold, those of superclasses first.
  public var members: [Member] { reflectedMembers(of: self) }
}

/// A module that computes one variable from one.
public protocol Layer: Module {
  /// Computes the output. Implement this; call the layer itself: `let y = layer(x)`.
  func forward(_ input: Variable) -> Variable
}

extension Layer {
  /// Applies the layer.
  public func callAsFunction(_ input: Variable) -> Variable {
    let output = forward(input)
    LayerObserver.current?.observe(self, output)
    return output
  }

  /// Applies the layer to a tensor that needs no gradient, a batch of images for example.
  public func callAsFunction(_ input: Tensor<Float>) -> Variable {
    self(Variable(input))
  }
}

/// Sees the output of every layer that is called in a scope: for summaries.
struct LayerObserver: Sendable {
  @TaskLocal static var current: LayerObserver?

  let observe: @Sendable (any Layer, Variable) -> Void
}

/// A layer that normalises: what `Selection.normalization` names.
public protocol NormalizationLayer: Layer {}
