import GraftTensor

/// A model with a head that can be replaced, and stages from input to head: what freezing, unfreezing, learning rates by depth
/// and selections like `.backbone` need to know.
///
/// Models of images and tables conform to ``TransferableModel``, which adds how the head's input is computed; models of text, whose
/// input is tokens with a mask, conform to this one.
public protocol StagedModel: Module {
  /// What turns features into outputs. Replacing it is assigning it.
  var head: any Layer { get set }

  /// The number of features that the model computes: the length of the last axis, or the channels of a feature map.
  var featureCount: Int { get }

  /// The parts in the order in which data pass them; every parameter and buffer is in exactly one, the last is the head.
  var stages: [Stage] { get }

  /// Further heads that only training uses, such as Inception's. They belong to the selection `head`. None in most models.
  var auxiliaryHeads: [any Layer] { get }

  /// A fresh head for `classes` classes, of the kind that the model was published with.
  func makeHead(classes: Int, using generator: inout RandomGenerator) -> any Layer

  /// Replaces the auxiliary heads by fresh ones for `classes` classes. Called when the head is replaced.
  func replaceAuxiliaryHeads(classes: Int, using generator: inout RandomGenerator)
}

extension StagedModel {
  /// No auxiliary heads.
  public var auxiliaryHeads: [any Layer] { [] }

  /// One linear layer on the features, initialised as PyTorch does: uniform in ±1/√features.
  public func makeHead(classes: Int, using generator: inout RandomGenerator) -> any Layer {
    Linear(featureCount, classes, using: &generator)
  }

  /// Does nothing, as there are no auxiliary heads.
  public func replaceAuxiliaryHeads(classes: Int, using generator: inout RandomGenerator) {}
}

extension StagedModel {
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
