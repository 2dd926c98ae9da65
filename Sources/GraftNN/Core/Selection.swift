/// Names parameters and buffers of a model, for freezing, learning rates, weight decay and partial checkpoints.
///
/// ```swift
/// model.freeze(.backbone && !.normalization)
/// optimizer.setWeightDecay(0, for: .biases || .normalization, in: model)
/// ```
///
/// A selection is a value without a model; ``resolve(in:)`` finds what it names in one.
public indirect enum Selection: Sendable, Hashable {
  /// Everything.
  case all
  /// What the path names. A path without wildcards stands for one entry, or for a module and all in it; `*` stands for
  /// any text within one component, `**` for any number of components: `layer4.**`, `**.bias`, `layer*.0.*`.
  case path(String)
  /// A stage of a ``StagedModel`` by its index from the input; negative indices count from the head (-1).
  case stage(Int)
  /// The head of a ``StagedModel``, with its auxiliary heads.
  case head
  /// Everything but the head of a ``StagedModel``.
  case backbone
  /// Parameters called `bias`.
  case biases
  /// Parameters and running statistics of normalisation layers.
  case normalization
  /// Buffers: running statistics.
  case statistics
  /// What both name; write `a && b`.
  case intersection(Selection, Selection)
  /// What either names; write `a || b`.
  case union(Selection, Selection)
  /// What the other does not name; write `!a`.
  case complement(Selection)

  /// What both sides name.
  public static func && (left: Selection, right: Selection) -> Selection { .intersection(left, right) }

  /// What either side names.
  public static func || (left: Selection, right: Selection) -> Selection { .union(left, right) }

  /// What the operand does not name.
  public static prefix func ! (operand: Selection) -> Selection { .complement(operand) }
}

extension Selection: CustomStringConvertible {
  /// The selection as it is written in code.
  public var description: String {
    switch self {
    case .all: return "all"
    case .path(let pattern): return "path(\"\(pattern)\")"
    case .stage(let index): return "stage(\(index))"
    case .head: return "head"
    case .backbone: return "backbone"
    case .biases: return "biases"
    case .normalization: return "normalization"
    case .statistics: return "statistics"
    case .intersection(let left, let right): return "(\(left) && \(right))"
    case .union(let left, let right): return "(\(left) || \(right))"
    case .complement(let operand): return "!\(operand)"
    }
  }
}
