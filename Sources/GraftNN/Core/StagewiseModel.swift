import GraftAutograd
import GraftTensor

/// A model of images or tables that can compute stage by stage, so that a frozen prefix of its stages has to run only once.
///
/// ```swift
/// let kept = model.activations(images, upTo: 3)      // what stage 3 reads: the stages 0, 1 and 2 have been applied
/// let upper = model.continued(from: 3)               // stage 3, those above it, and the head
/// let logits = upper(kept)                           // model(images), bit for bit
/// ```
///
/// That holds between any two stages, while inferring and, for frozen stages without dropout, while training. A stage is counted as in
/// ``StagedModel/stages``; what the last of them, the head, reads is the pooled features.
///
/// Every image model of `GraftModels` conforms. Models of text do not: their input is a batch of tokens with its mask.
public protocol StagewiseModel: TransferableModel {
  /// What one of the stages below the head makes of its input: stage 0 of the model's input, each further one of the output of the one
  /// before. Whatever lies between two stages' parameters, such as a pooling, belongs to one of them; best to the lower one where it
  /// makes the output smaller, because that is what caches keep.
  ///
  /// Traps unless the index is one of `0..<stages.count - 1`.
  func applyStage(_ index: Int, to input: Variable) -> Variable
}

extension StagewiseModel {
  /// Applies all stages below the head, one after the other.
  public func features(_ input: Variable) -> Variable { applyStages(0..<stages.count - 1, to: input) }

  /// What a stage reads: the input itself for stage 0, pooled features for the head.
  ///
  /// Traps unless the stage is one of `0..<stages.count`.
  public func activations(_ input: Variable, upTo stage: Int) -> Variable {
    let head = checkedHead(stage, "activations(_:upTo:)")
    let output = applyStages(0..<stage, to: input)
    return stage == head ? pooling(output) : output
  }

  /// The model as a layer that takes what a stage reads, and applies this stage, those above it, pooling and head.
  ///
  /// It has the parameters of the whole model under their paths, so that what is said of the model (frozen, learned, saved) is said
  /// of it too.
  ///
  /// Traps unless the stage is one of `0..<stages.count`.
  public func continued(from stage: Int) -> ContinuedModel {
    ContinuedModel(self, from: stage, head: checkedHead(stage, "continued(from:)"))
  }

  /// Stops the program: what ``applyStage(_:to:)`` does with an index that it does not know.
  public func trapNoStage(_ index: Int) -> Never {
    fatalError(
      "\(type(of: self)).applyStage: \(index) is not one of the \(stages.count - 1) stages below the head")
  }

  fileprivate func applyStages(_ range: Range<Int>, to input: Variable) -> Variable {
    range.reduce(input) { applyStage($1, to: $0) }
  }

  /// The index of the head, after a look at whether there is such a stage.
  private func checkedHead(_ stage: Int, _ operation: StaticString) -> Int {
    let stages = stages
    require(
      stages.indices.contains(stage),
      "\(type(of: self)).\(operation): there is no stage \(stage); the stages are 0..<\(stages.count): "
        + stages.map(\.name).joined(separator: ", "))
    return stages.count - 1
  }
}

/// A model that is entered at one of its stages; see ``StagewiseModel/continued(from:)``.
public final class ContinuedModel: Layer {
  /// The whole model.
  public let model: any StagewiseModel
  /// The first stage that is applied.
  public let stage: Int
  private let head: Int

  fileprivate init(_ model: any StagewiseModel, from stage: Int, head: Int) {
    self.model = model
    self.stage = stage
    self.head = head
  }

  /// Those of the whole model.
  public var members: [Member] { model.members }

  /// What the stage reads, `[n, ...]`, to the model's output.
  public func forward(_ input: Variable) -> Variable {
    guard stage < head else { return model.head(input) }
    return model.head(model.pooling(model.applyStages(stage..<head, to: input)))
  }
}
