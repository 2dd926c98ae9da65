import GraftNN
import GraftTensor

/// Makes a new head for a model: what pools the features, and what turns them into class scores.
///
/// ```swift
/// model.replaceHead(classes: 37)
/// model.replaceHead(classes: 37, with: .concatPool(hidden: 512, dropout: 0.5))
/// ```
///
/// Write your own with ``init(_:)``.
public struct HeadBuilder: Sendable {
  /// The two parts that a builder makes.
  public struct Parts {
    /// Turns features into `[n, width]`, for a ``TransferableModel``; `nil` keeps the model's pooling.
    public var pooling: (any Layer)?
    /// Takes the pooled features, gives `[n, classes]`.
    public var head: any Layer

    /// A head and, if it needs its own, a pooling.
    public init(pooling: (any Layer)? = nil, head: any Layer) {
      self.pooling = pooling
      self.head = head
    }
  }

  private let build:
    @Sendable (_ model: any StagedModel, _ classes: Int, _ generator: inout RandomGenerator) -> Parts

  /// A builder from a function of the model, the number of classes and a generator for the initial weights.
  public init(
    _ build:
      @escaping @Sendable (
        _ model: any StagedModel, _ classes: Int, _ generator: inout RandomGenerator
      ) -> Parts
  ) {
    self.build = build
  }

  /// Makes the parts for `model`.
  public func callAsFunction(
    for model: any StagedModel, classes: Int, using generator: inout RandomGenerator
  ) -> Parts {
    build(model, classes, &generator)
  }
}

extension StagedModel {
  /// Gives the model a fresh head for `classes` classes, and fresh auxiliary heads if it has any, all trainable.
  /// Nothing else changes.
  ///
  /// The initial weights depend on `seed` only, so a run that starts here can be repeated.
  /// Traps unless `classes` is positive, or if the head brings its own pooling and the model is not a ``TransferableModel``.
  public func replaceHead(classes: Int, with builder: HeadBuilder = .standard, seed: UInt64 = 0) {
    require(classes > 0, "replaceHead: \(classes) classes")
    var generator = RandomGenerator(seed: seed)
    let parts = builder(for: self, classes: classes, using: &generator)
    if let pooling = parts.pooling {
      guard let model = self as? any TransferableModel else {
        fatalError("replaceHead: this head brings its own pooling, which \(type(of: self)) has no place for")
      }
      model.pooling = pooling
    }
    head = parts.head
    replaceAuxiliaryHeads(classes: classes, using: &generator)
  }
}
