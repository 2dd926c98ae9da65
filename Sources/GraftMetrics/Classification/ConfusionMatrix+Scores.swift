/// How the scores of several classes become one.
public enum Averaging: String, Sendable, Hashable, CaseIterable {
  /// The plain mean over all classes: a rare class weighs as much as a frequent one.
  ///
  /// Every class of the matrix counts, also one that no sample has (its scores are 0), as in scikit-learn
  /// with `labels` given.
  case macro
  /// From the counts of all classes together. Where each sample has one class, it equals the accuracy.
  case micro
  /// The mean over all classes, each weighted by the number of its samples.
  case weighted
}

/// Precision, recall and F1 with the number of samples they were measured on.
public struct ClassScores: Sendable, Hashable {
  /// Of the samples predicted to be of the class, the part that is: TP / (TP + FP).
  public let precision: Double

  /// Of the samples of the class, the part that was predicted to be: TP / (TP + FN).
  public let recall: Double

  /// The harmonic mean of precision and recall: 2·TP / (2·TP + FP + FN).
  public let f1: Double

  /// The number of samples of the class (of all classes, for an average).
  public let support: Int
}

extension ClassScores {
  /// The scores of a class; 0 where there is no sample to measure one on.
  ///
  /// - Parameters:
  ///   - correct: how many samples are of the class and were predicted to be.
  ///   - predicted: how many were predicted to be.
  ///   - actual: how many are.
  init(correct: Int, predicted: Int, actual: Int) {
    self.init(
      precision: ratio(correct, predicted), recall: ratio(correct, actual),
      f1: ratio(2 * correct, actual + predicted), support: actual)
  }

  /// The plain mean over classes.
  static func mean(of classes: [ClassScores]) -> ClassScores {
    mean(of: classes, weights: classes.map { _ in 1 / Double(classes.count) })
  }

  /// The mean over classes, each weighted by its support.
  static func meanBySupport(of classes: [ClassScores]) -> ClassScores {
    let total = classes.reduce(0) { $0 + $1.support }
    return mean(of: classes, weights: classes.map { ratio($0.support, total) })
  }

  private static func mean(of classes: [ClassScores], weights: [Double]) -> ClassScores {
    func mean(_ score: KeyPath<ClassScores, Double>) -> Double {
      zip(classes, weights).reduce(0) { $0 + $1.0[keyPath: score] * $1.1 }
    }
    return ClassScores(
      precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1),
      support: classes.reduce(0) { $0 + $1.support })
  }
}

extension ConfusionMatrix {
  /// The part of all samples whose class was predicted; 0 before any sample was counted.
  public var accuracy: Double {
    let correct = (0..<classCount).reduce(0) { $0 + count(actual: $1, predicted: $1) }
    return ratio(correct, sampleCount)
  }

  /// The scores of one class. A score without any sample to measure it on is 0.
  ///
  /// Traps if `label` is not a class.
  public func scores(of label: Int) -> ClassScores {
    ClassScores(
      correct: count(actual: label, predicted: label), predicted: predictedCount(of: label),
      actual: actualCount(of: label))
  }

  /// The scores of all classes as one.
  public func scores(_ averaging: Averaging) -> ClassScores {
    let classes = (0..<classCount).map { scores(of: $0) }
    switch averaging {
    case .micro:
      return ClassScores(precision: accuracy, recall: accuracy, f1: accuracy, support: sampleCount)
    case .macro: return .mean(of: classes)
    case .weighted: return .meanBySupport(of: classes)
    }
  }

  /// The precision of all classes as one.
  public func precision(_ averaging: Averaging) -> Double { scores(averaging).precision }

  /// The recall of all classes as one; `.macro` is also called balanced accuracy.
  public func recall(_ averaging: Averaging) -> Double { scores(averaging).recall }

  /// The F1 score of all classes as one.
  public func f1(_ averaging: Averaging) -> Double { scores(averaging).f1 }
}

private func ratio(_ part: Int, _ whole: Int) -> Double {
  whole == 0 ? 0 : Double(part) / Double(whole)
}
