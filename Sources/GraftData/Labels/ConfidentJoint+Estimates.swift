extension ConfidentJoint {
  /// The estimated share of all samples that have each label and are truly of each class: `joint[label][class]`, 1 in
  /// total. Its rows add up to the shares of the labels.
  ///
  /// A label none of whose samples speaks for anything is taken to be right.
  public var joint: [[Double]] {
    let total = Double(max(labelFrequencies.reduce(0, +), 1))
    return counts.indices.map { label in
      let spoken = counts[label].reduce(0, +)
      let share = Double(labelFrequencies[label]) / total
      guard spoken > 0 else { return counts.indices.map { $0 == label ? share : 0 } }
      return counts[label].map { Double($0) / Double(spoken) * share }
    }
  }

  /// The estimated probability of each label, given the true class: `noise[class][label]`. Rows add up to 1; a class
  /// that nothing speaks for is taken to be labelled right.
  public var noise: [[Double]] {
    let joint = joint
    return joint.indices.map { truth in
      let total = joint.reduce(0) { $0 + $1[truth] }
      return joint.indices.map { label in
        total > 0 ? joint[label][truth] / total : label == truth ? 1 : 0
      }
    }
  }

  /// The estimated share of labels that are wrong.
  public var errorRate: Double {
    joint.enumerated().reduce(0) { sum, row in
      sum + row.element.enumerated().reduce(0) { $0 + ($1.offset == row.offset ? 0 : $1.element) }
    }
  }

  /// By what suspicious labels are ranked.
  public enum Ranking: Sendable, Hashable {
    /// By the probability of the label less that of the most probable other class, the least first.
    case normalizedMargin
    /// By the probability of the label, the least first.
    case selfConfidence
  }

  /// The samples that speak for another class than their label, the most suspicious first.
  public func suspects(by ranking: Ranking = .normalizedMargin) -> [LabelSuspect] {
    func score(_ suspect: LabelSuspect) -> Double {
      switch ranking {
      case .normalizedMargin: suspect.normalizedMargin
      case .selfConfidence: suspect.selfConfidence
      }
    }
    return offDiagonal.sorted { (score($0), $0.sample) < (score($1), $1.sample) }
  }
}

/// A sample whose label is probably wrong.
public struct LabelSuspect: Sendable, Hashable {
  /// The position of the sample.
  public let sample: Int
  /// Its label.
  public let label: Int
  /// The class that it speaks for.
  public let suggestion: Int
  /// The probability of its label.
  public let selfConfidence: Double
  /// The probability of its label less that of the most probable other class: from −1 to 1.
  public let normalizedMargin: Double
}

extension LabelSuspect: CustomStringConvertible {
  /// In short: `sample 17: labelled 2, speaks for 5 (margin −0.913)`.
  public var description: String {
    let margin = String((normalizedMargin * 1000).rounded() / 1000)
    return "sample \(sample): labelled \(label), speaks for \(suggestion) (margin \(margin))"
  }
}

extension ConfidentJoint: CustomStringConvertible {
  /// In short: `1000 labels: about 9.8 % wrong, 97 suspects`.
  public var description: String {
    let percent = String((errorRate * 1000).rounded() / 10)
    return "\(labelFrequencies.reduce(0, +)) labels: about \(percent) % wrong, \(offDiagonal.count) suspects"
  }
}
