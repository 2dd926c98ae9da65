/// One round of a cross-validation: what to learn from, and what to measure on.
public struct Fold: Sendable, Hashable {
  /// The positions of the samples to learn from, ascending.
  public let training: [Int]

  /// The positions of the samples to measure on, ascending. None of them is in ``training``.
  public let validation: [Int]

  /// A round with given positions.
  public init(training: [Int], validation: [Int]) {
    self.training = training
    self.validation = validation
  }

  /// A round for each part: it is measured on, the others are learned from.
  static func rounds(_ parts: [[Int]]) -> [Fold] {
    parts.indices.map { held in
      let others = parts.indices.filter { $0 != held }.flatMap { parts[$0] }
      return Fold(training: others.sorted(), validation: parts[held])
    }
  }
}

extension SampleGroups {
  /// A round for each group: it is measured on, the others are learned from. For few groups, such as hospitals.
  public var leavingOneOut: [Fold] { Fold.rounds(members) }
}
