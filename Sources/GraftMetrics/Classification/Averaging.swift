/// How the scores of several classes become one.
public enum Averaging: String, Sendable, Hashable, Codable, CaseIterable {
  /// The plain mean over all classes: a rare class weighs as much as a frequent one.
  ///
  /// Every class counts, also one that no sample has (its scores are 0), as in scikit-learn with `labels` given.
  case macro
  /// From the counts of all classes together. Where each sample has one class, precision, recall and F1 then equal
  /// the accuracy.
  case micro
  /// The mean over all classes, each weighted by the number of its samples.
  case weighted
}

extension Averaging {
  /// One score of several classes; 0 where there is nothing to average.
  func mean(of classes: [ClassCounts], _ score: (ClassCounts) -> Double) -> Double {
    switch self {
    case .micro: return score(classes.reduce(ClassCounts(), +))
    case .macro:
      return classes.isEmpty ? 0 : classes.reduce(0) { $0 + score($1) } / Double(classes.count)
    case .weighted:
      let total = classes.reduce(0) { $0 + $1.actual }
      return classes.reduce(0) { $0 + score($1) * ratio($1.actual, total) }
    }
  }

  /// Precision, recall and F1 of several classes as one.
  func scores(of classes: [ClassCounts]) -> ClassScores {
    ClassScores(
      precision: mean(of: classes, \.precision), recall: mean(of: classes, \.recall),
      f1: mean(of: classes) { $0.f(beta: 1) }, support: classes.reduce(0) { $0 + $1.actual })
  }
}
