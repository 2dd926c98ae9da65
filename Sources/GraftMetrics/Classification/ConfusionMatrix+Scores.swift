extension ConfusionMatrix {
  /// The part of all samples whose class was predicted; 0 before any sample was counted.
  public var accuracy: Double { ratio(correctCount, sampleCount) }

  /// The number of samples whose class was predicted.
  public var correctCount: Int { (0..<classCount).reduce(0) { $0 + count(actual: $1, predicted: $1) } }

  /// The part of all samples whose class was not predicted (scikit-learn's Hamming loss); 0 before any sample was
  /// counted.
  public var errorRate: Double { ratio(sampleCount - correctCount, sampleCount) }

  /// The scores of one class. A score without any sample to measure it on is 0.
  ///
  /// Traps if `label` is not a class.
  public func scores(of label: Int) -> ClassScores { counts(of: label).scores }

  /// The scores of all classes as one.
  public func scores(_ averaging: Averaging) -> ClassScores { averaging.scores(of: classCounts) }

  /// The precision of all classes as one.
  public func precision(_ averaging: Averaging) -> Double { scores(averaging).precision }

  /// The recall of all classes as one. See also ``balancedAccuracy(adjusted:)``, which leaves empty classes out.
  public func recall(_ averaging: Averaging) -> Double { scores(averaging).recall }

  /// The F1 score of all classes as one.
  public func f1(_ averaging: Averaging) -> Double { scores(averaging).f1 }

  /// The F-beta score of a class, in which recall weighs `beta` times as much as precision:
  /// (1 + β²)·TP / (β²·(TP + FN) + TP + FP) (van Rijsbergen: *Information Retrieval*, 1979).
  ///
  /// 0 for a class that was neither met nor predicted. Traps if `label` is not a class, or `beta` is negative or not
  /// finite.
  public func fBeta(_ beta: Double, of label: Int) -> Double { counts(of: label).f(beta: beta) }

  /// The F-beta score of all classes as one; see ``fBeta(_:of:)``.
  public func fBeta(_ beta: Double, _ averaging: Averaging) -> Double {
    averaging.mean(of: classCounts) { $0.f(beta: beta) }
  }

  /// The Jaccard index of a class, also called intersection over union: TP / (TP + FP + FN).
  ///
  /// 0 for a class that was neither met nor predicted. Traps if `label` is not a class.
  public func jaccard(of label: Int) -> Double { counts(of: label).jaccard }

  /// The Jaccard index of all classes as one; see ``jaccard(of:)``.
  public func jaccard(_ averaging: Averaging) -> Double { averaging.mean(of: classCounts, \.jaccard) }

  /// What the scores of one class follow from.
  func counts(of label: Int) -> ClassCounts {
    ClassCounts(
      correct: count(actual: label, predicted: label), predicted: predictedCount(of: label),
      actual: actualCount(of: label))
  }

  private var classCounts: [ClassCounts] { (0..<classCount).map { counts(of: $0) } }
}
