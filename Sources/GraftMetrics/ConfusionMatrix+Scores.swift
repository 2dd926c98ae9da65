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
    let correct = count(actual: label, predicted: label)
    let (actual, predicted) = (actualCount(of: label), predictedCount(of: label))
    return ClassScores(
      precision: ratio(correct, predicted), recall: ratio(correct, actual),
      f1: ratio(2 * correct, actual + predicted), support: actual)
  }

  /// The scores of all classes as one.
  public func scores(_ averaging: Averaging) -> ClassScores {
    let classes = (0..<classCount).map { scores(of: $0) }
    let total = sampleCount
    let weights: [Double]
    switch averaging {
    case .micro:
      return ClassScores(precision: accuracy, recall: accuracy, f1: accuracy, support: total)
    case .macro:
      weights = classes.map { _ in 1 / Double(classCount) }
    case .weighted:
      weights = classes.map { ratio($0.support, total) }
    }
    func mean(_ score: KeyPath<ClassScores, Double>) -> Double {
      zip(classes, weights).reduce(0) { $0 + $1.0[keyPath: score] * $1.1 }
    }
    return ClassScores(
      precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1), support: total)
  }

  /// The precision of all classes as one.
  public func precision(_ averaging: Averaging) -> Double { scores(averaging).precision }

  /// The recall of all classes as one; `.macro` is also called balanced accuracy.
  public func recall(_ averaging: Averaging) -> Double { scores(averaging).recall }

  /// The F1 score of all classes as one.
  public func f1(_ averaging: Averaging) -> Double { scores(averaging).f1 }

  private func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}
