import GraftTensor

/// How well the scores of several classes rank the samples of each before all others: one against the rest.
///
/// For samples that have one class each, or several labels or none.
///
/// ```swift
/// var ranking = ClassRanking(classes: 37)
/// for batch in validation { ranking.add(scores: model(batch.images).value.softmax(), labels: batch.labels) }
/// print(ranking.rocArea(.macro) ?? .nan, ranking[0].averagePrecision ?? .nan)
/// ```
///
/// All scores are kept, five bytes a sample and class. The average `.micro` compares scores of different classes with each
/// other: give it probabilities, not logits.
public struct ClassRanking: Sendable, Hashable {
  /// The names of the classes, in the order of their numbers.
  public let classNames: [String]

  private var classes: [ScoredOutcomes]

  /// A ranking of no sample.
  ///
  /// - Parameters:
  ///   - classes: the number of classes; traps unless it is positive.
  ///   - names: a name for each, by default its number. Traps if there are more or fewer than classes.
  public init(classes: Int, names: [String]? = nil) {
    require(classes > 0, "ClassRanking: \(classes) classes; at least one is needed")
    classNames = names ?? (0..<classes).map(String.init)
    require(classNames.count == classes, "ClassRanking: \(classNames.count) names for \(classes) classes")
    self.classes = Array(repeating: ScoredOutcomes(), count: classes)
  }

  /// The number of classes.
  public var classCount: Int { classNames.count }

  /// Adds a batch of samples that have one class each.
  ///
  /// - Parameters:
  ///   - scores: `[samples, classes]`; traps if its width is not the ranking's.
  ///   - labels: the true classes, `[samples]`. Traps at one that is no class.
  public mutating func add(scores: Tensor<Float>, labels: Tensor<Int32>) {
    requireWidth(scores)
    for (row, label) in ScoreRows(scores, labels: labels, operation: "ClassRanking.add") {
      for (number, score) in row.enumerated() { classes[number].add(score, number == label) }
    }
  }

  /// Adds a batch of samples that may have several labels, or none.
  ///
  /// - Parameters:
  ///   - scores: `[samples, classes]`; traps if its width is not the ranking's.
  ///   - labels: whether a sample has a label, of the same shape.
  public mutating func add(scores: Tensor<Float>, labels: Tensor<Bool>) {
    requireWidth(scores)
    require(
      labels.shape == scores.shape,
      "ClassRanking.add: scores of shape \(scores.shape) for labels of shape \(labels.shape)")
    for (place, (score, label)) in zip(scores.scalars, labels.scalars).enumerated() {
      classes[place % classCount].add(score, label)
    }
  }

  /// Adds the samples of another ranking. Traps if the classes differ.
  public static func += (ranking: inout ClassRanking, other: ClassRanking) {
    require(
      ranking.classNames == other.classNames,
      "ClassRanking +=: classes \(ranking.classNames) and \(other.classNames)")
    for number in ranking.classes.indices { ranking.classes[number] += other.classes[number] }
  }

  /// The ranking of one class against the rest. Traps if there is no such class.
  public subscript(label: Int) -> BinaryRanking {
    require(classes.indices.contains(label), "ClassRanking: \(label) is not one of \(classCount) classes")
    return BinaryRanking(classes[label])
  }

  /// The ranking of all pairs of a sample and a class, those that belong together before the others: what `.micro` is
  /// measured on.
  public var together: BinaryRanking {
    var all = ScoredOutcomes()
    for outcomes in classes { all += outcomes }
    return BinaryRanking(all)
  }

  /// The areas below the ROC curves as one.
  ///
  /// `nil` where one that counts is not defined: with `.macro` if any class has no samples, or all; with `.weighted`
  /// only the latter, as what weighs nothing is left out (and 0 if everything is). So does scikit-learn.
  public func rocArea(_ averaging: Averaging) -> Double? { mean(averaging, \.rocArea) }

  /// The average precisions as one; see ``BinaryRanking/averagePrecision``.
  ///
  /// With `.macro` a class without samples counts as 0, as in scikit-learn. `nil` before any sample was added.
  public func averagePrecision(_ averaging: Averaging) -> Double? { mean(averaging, \.averagePrecision) }

  private func mean(_ averaging: Averaging, _ area: (BinaryRanking) -> Double?) -> Double? {
    if averaging == .micro { return area(together) }
    let rankings = classes.map { BinaryRanking($0) }
    let weights = rankings.map { averaging == .macro ? 1 : Double($0.positiveCount) }
    let total = weights.reduce(0, +)
    if total == 0 { return rankings[0].sampleCount == 0 ? nil : 0 }
    var sum = 0.0
    for (ranking, weight) in zip(rankings, weights) where weight > 0 {
      guard let value = area(ranking) else { return nil }
      sum += value * weight
    }
    return sum / total
  }

  private func requireWidth(_ scores: Tensor<Float>) {
    require(
      scores.rank == 2 && scores.shape[1] == classCount,
      "ClassRanking.add: scores of shape \(scores.shape) for \(classCount) classes")
  }
}
