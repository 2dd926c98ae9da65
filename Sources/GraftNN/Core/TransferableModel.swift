import GraftAutograd
import GraftTensor

/// A model that can be adapted to a new task: features, pooling, head, and stages from input to head.
///
/// Every model of `GraftModels` conforms; yours may too. The output is `head(pooling(features(input)))`.
public protocol TransferableModel: Layer {
  /// What the pretrained part computes, before pooling: `[n, channels, height, width]` in image models.
  func features(_ input: Variable) -> Variable

  /// Turns features into the head's input, `[n, features]`. Has no parameters of its own.
  var pooling: any Layer { get set }

  /// What turns pooled features into outputs. Replacing it is assigning it.
  var head: any Layer { get set }

  /// The number of channels that ``features(_:)`` has.
  var featureCount: Int { get }

  /// The parts in the order in which data pass them; every parameter and buffer is in exactly one, the last is the head.
  var stages: [Stage] { get }

  /// Further heads that only training uses, such as Inception's. They belong to the selection `head`. None in most models.
  var auxiliaryHeads: [any Layer] { get }

  /// Replaces the auxiliary heads by fresh ones for `classes` classes. Called when the head is replaced.
  func replaceAuxiliaryHeads(classes: Int, using generator: inout RandomGenerator)
}

extension TransferableModel {
  /// No auxiliary heads.
  public var auxiliaryHeads: [any Layer] { [] }

  /// Does nothing, as there are no auxiliary heads.
  public func replaceAuxiliaryHeads(classes: Int, using generator: inout RandomGenerator) {}

  /// Computes `head(pooling(features(input)))`.
  public func forward(_ input: Variable) -> Variable { head(pooling(features(input))) }
}

extension TransferableModel {
  /// The paths of the head and the auxiliary heads.
  var headPaths: [String] {
    let heads = Set(([head] + auxiliaryHeads).map { ObjectIdentifier($0) })
    return modules.filter { heads.contains(ObjectIdentifier($0.module)) }.map(\.path)
  }
}

/// A part of a model that is frozen and thawed as one.
public struct Stage: Sendable, Hashable {
  /// What it is called in tables: `layer3`.
  public let name: String

  /// Its parameters and buffers.
  public let selection: Selection

  /// A stage with a name for people and a selection for the library.
  public init(_ name: String, _ selection: Selection) {
    self.name = name
    self.selection = selection
  }
}
