import GraftTensor

/// What loading a checkpoint did, or would have done, to each entry of a model.
public struct LoadReport: Sendable, Hashable {
  /// The entries that took their value from the checkpoint, in the model's order.
  public internal(set) var matched: [String] = []

  /// The entries that the checkpoint lacks; they keep their value. In the model's order.
  public internal(set) var missing: [String] = []

  /// The tensors of the checkpoint, under their mapped names, that the model has no place for, sorted.
  public internal(set) var unexpected: [String] = []

  /// The entries whose tensor in the checkpoint does not fit; they keep their value. In the model's order.
  public internal(set) var mismatched: [Mismatch] = []

  /// What differs in the head, if ``LoadTolerance/newHead`` allows that: the model's entries keep their fresh value, the
  /// checkpoint's tensors are left out. Those that only the checkpoint has come first, then the model's order.
  public internal(set) var replaced: [Replacement] = []

  /// An entry of a head that is another than the checkpoint's.
  public struct Replacement: Sendable, Hashable, CustomStringConvertible {
    /// The path in the model, or the mapped name of a tensor that only the checkpoint has.
    public let path: String

    /// What the model has; `nil` if it has no such entry.
    public let expected: Shape?

    /// What the checkpoint has; `nil` if it has no such tensor.
    public let found: Shape?

    /// The path, what the model has and what the checkpoint has.
    public var description: String {
      func text(_ shape: Shape?) -> String { shape.map { "\($0)" } ?? "nothing" }
      return "\(path): the model has \(text(expected)), the checkpoint \(text(found))"
    }
  }

  /// An entry whose tensor in the checkpoint does not fit.
  public struct Mismatch: Sendable, Hashable, CustomStringConvertible {
    /// The entry's path in the model.
    public let path: String

    /// Why it does not fit.
    public let reason: Reason

    /// Why a tensor does not fit.
    public enum Reason: Sendable, Hashable {
      /// The shapes differ.
      case shape(expected: Shape, found: Shape)
      /// The element type can't be turned into the model's without loss.
      case elementType(expected: ElementType, found: ElementType)
      /// The model has one entry under two paths, and the checkpoint has different values for them.
      case conflict(between: String, and: String)
    }

    /// The path, what the model has and what the checkpoint has.
    public var description: String {
      switch reason {
      case .shape(let expected, let found):
        return "\(path): the model has \(expected), the checkpoint \(found)"
      case .elementType(let expected, let found):
        return "\(path): the model has \(expected.rawValue), the checkpoint \(found.rawValue)"
      case .conflict(let first, let second):
        return "\(path): \(first) and \(second) are one in the model, but the checkpoint has different values"
      }
    }
  }

  /// Whether checkpoint and model agreed on everything.
  public var isExact: Bool {
    missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty && replaced.isEmpty
  }
}

extension LoadReport: CustomStringConvertible {
  /// One line for what matched, and one for each difference.
  public var description: String {
    var lines = ["\(matched.count) matched"]
    lines += list("missing in the checkpoint", missing)
    lines += list("unexpected in the checkpoint", unexpected)
    lines += list("mismatched", mismatched.map(\.description))
    lines += list("in a head that is new", replaced.map(\.description))
    return lines.joined(separator: "\n")
  }

  private func list(_ title: String, _ items: [String]) -> [String] {
    items.isEmpty ? [] : ["\(items.count) \(title):"] + items.map { "  " + $0 }
  }
}
