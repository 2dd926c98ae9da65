import GraftAutograd
import GraftTensor

/// Layers applied one after the other.
///
/// ```swift
/// let network = Sequential {
///   Linear(784, 256, using: &generator)
///   ReLU()
///   if dropping { Dropout(0.2) }
///   for width in hidden { Linear(width, width, using: &generator) }
/// }
/// ```
///
/// In paths and checkpoints its layers are numbered from 0: `0.weight`, `2.weight`.
public final class Sequential: Layer {
  /// The layers, in the order of their application.
  public var layers: [any Layer]

  /// The given layers, one after the other; none at all makes the identity.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// The layers that the block lists. It may use `if`, `else`, `switch` and `for`.
  public convenience init(@SequentialBuilder _ layers: () throws -> [any Layer]) rethrows {
    try self.init(layers())
  }

  /// The layers, called by their numbers.
  public var members: [Member] {
    layers.enumerated().map { Member(String($0.offset), .module($0.element)) }
  }

  /// One of the layers; assigning replaces it, a classifier's last one for example. Traps if there is none of that index.
  public subscript(index: Int) -> any Layer {
    get { layers[index] }
    set { layers[index] = newValue }
  }

  /// Applies all layers: the input must fit the first; the output is that of the last.
  ///
  /// What can be done in one pass is, with the same bits: a convolution with the batch norm or the ReLU behind it, or both, and a
  /// linear layer with the activation behind it. A ReLU before a maximum pooling is applied to its result, which is smaller.
  public func forward(_ input: Variable) -> Variable { applied(layers[...], to: input) }

  /// Applies some of the layers, those of one stage for example, as ``forward(_:)`` applies all.
  ///
  /// Traps if there are fewer layers.
  public func applyLayers(_ range: Range<Int>, to input: Variable) -> Variable {
    require(
      range.lowerBound >= 0 && range.upperBound <= layers.count,
      "Sequential.applyLayers: \(range) of \(layers.count) layers")
    let output = applied(layers[range], to: input)
    LayerObserver.current?.observe(self, output)
    return output
  }

  private func applied(_ layers: ArraySlice<any Layer>, to input: Variable) -> Variable {
    guard LayerObserver.current == nil else { return layers.reduce(input) { $1($0) } }
    var output = input
    var rest = layers
    while let layer = rest.popFirst() {
      switch (layer, rest.first) {
      case (let linear as Linear, let next as any FusableActivation):
        rest.removeFirst()
        output = linear.activated(output, by: next.activation)
      case (let convolution as Conv2D, let norm as BatchNorm2D):
        rest.removeFirst()
        if rest.first is ReLU {
          rest.removeFirst()
          output = convolution.rectified(output, normalizedBy: norm)
        } else {
          output = convolution.normalized(output, by: norm)
        }
      case (let convolution as Conv2D, is ReLU) where !(rest.dropFirst().first is MaxPool2D):
        rest.removeFirst()
        output = convolution.rectified(output)
      case (is ReLU, let pool as MaxPool2D):
        rest.removeFirst()
        output = pool(output).relu()
      default:
        output = layer(output)
      }
    }
    return output
  }
}

/// Collects the layers that a ``Sequential`` block lists.
@resultBuilder
public enum SequentialBuilder {
  /// A layer by itself.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  /// Several layers at once, from a function that makes them.
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
  /// One statement after the other.
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  /// An `if` without `else`.
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  /// The first branch of an `if` or `switch`.
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  /// Any other branch of an `if` or `switch`.
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
  /// The rounds of a `for`.
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
