import GraftTensor

/// The three numbers from which the scores of one class follow.
struct ClassCounts: Sendable, Hashable {
  /// How many samples are of the class and were predicted to be (true positives).
  var correct = 0

  /// How many were predicted to be.
  var predicted = 0

  /// How many are.
  var actual = 0

  static func + (a: ClassCounts, b: ClassCounts) -> ClassCounts {
    ClassCounts(
      correct: a.correct + b.correct, predicted: a.predicted + b.predicted, actual: a.actual + b.actual)
  }

  /// Precision, recall and F1.
  var scores: ClassScores {
    ClassScores(precision: precision, recall: recall, f1: f(beta: 1), support: actual)
  }

  var precision: Double { ratio(correct, predicted) }
  var recall: Double { ratio(correct, actual) }

  /// Intersection over union: TP / (TP + FP + FN).
  var jaccard: Double { ratio(correct, actual + predicted - correct) }

  /// (1 + β²)·TP / (β²·(TP + FN) + TP + FP).
  func f(beta: Double) -> Double {
    require(beta >= 0 && beta.isFinite, "F-beta: beta is \(beta); it has to be 0 or more, and finite")
    let weight = beta * beta
    let whole = weight * Double(actual) + Double(predicted)
    return whole == 0 ? 0 : (1 + weight) * Double(correct) / whole
  }
}

/// A part of a whole; 0 where there is no whole, as scikit-learn's `zero_division=0` has it.
func ratio(_ part: Int, _ whole: Int) -> Double {
  whole == 0 ? 0 : Double(part) / Double(whole)
}
