/// What a disagreement costs in Cohen's kappa, by how far apart the two classes are.
public enum KappaWeights: String, Sendable, Hashable, Codable, CaseIterable {
  /// Every disagreement the same: classes without an order.
  case uniform
  /// The distance of the classes' numbers: |i − j|.
  case linear
  /// Its square: (i − j)², the usual choice for grades.
  case quadratic

  func callAsFunction(_ a: Int, _ b: Int) -> Double {
    let distance = Double(abs(a - b))
    switch self {
    case .uniform: return a == b ? 0 : 1
    case .linear: return distance
    case .quadratic: return distance * distance
    }
  }
}

extension ConfusionMatrix {
  /// The plain mean of the recalls of all classes that have samples.
  ///
  /// Other than ``recall(_:)`` with `.macro`, it leaves classes without samples out.
  ///
  /// - Parameter adjusted: rescales so that guessing is worth 0 and perfection 1: (b − 1/C) / (1 − 1/C), with C the
  ///   number of classes that have samples.
  /// - Returns: `nil` before any sample was counted; adjusted, also if all samples are of one class.
  public func balancedAccuracy(adjusted: Bool = false) -> Double? {
    let recalls = (0..<classCount).map { counts(of: $0) }.filter { $0.actual > 0 }.map(\.recall)
    if recalls.isEmpty { return nil }
    let mean = recalls.reduce(0, +) / Double(recalls.count)
    if !adjusted { return mean }
    if recalls.count == 1 { return nil }
    let chance = 1 / Double(recalls.count)
    return (mean - chance) / (1 - chance)
  }

  /// Matthews' correlation coefficient of predicted and true classes, from −1 to 1.
  ///
  /// With c right predictions of s samples, t and p the numbers of true and of predicted samples of each class:
  /// (c·s − t·p) / √((s² − p·p)(s² − t·t)) (Matthews 1975; for several classes Gorodkin: *Comparing two K-category
  /// assignments by a K-category correlation coefficient*, 2004).
  ///
  /// 0 if all samples are of one class, all predictions are the same, or no sample was counted.
  public var matthewsCorrelation: Double {
    let samples = Double(sampleCount)
    var (together, actualSquares, predictedSquares) = (0.0, 0.0, 0.0)
    for label in 0..<classCount {
      let (actual, predicted) = (Double(actualCount(of: label)), Double(predictedCount(of: label)))
      together += actual * predicted
      actualSquares += actual * actual
      predictedSquares += predicted * predicted
    }
    let spread = (samples * samples - predictedSquares) * (samples * samples - actualSquares)
    return spread == 0 ? 0 : (Double(correctCount) * samples - together) / spread.squareRoot()
  }

  /// Cohen's kappa: by how much predictions agree with the true classes beyond what their frequencies alone would
  /// bring, 1 for perfect agreement, 0 for chance.
  ///
  /// 1 − Σ w·n / Σ w·e, with n the counts and e those expected of independent predictions (Cohen: *A Coefficient of
  /// Agreement for Nominal Scales*, 1960; weighted: *Weighted Kappa*, 1968).
  ///
  /// - Parameter weights: what a disagreement costs. Default: every one the same.
  /// - Returns: `nil` where no disagreement is expected: all samples of one class and predicted to be, or none counted.
  public func cohensKappa(weights: KappaWeights = .uniform) -> Double? {
    let actual = (0..<classCount).map { Double(actualCount(of: $0)) }
    let predicted = (0..<classCount).map { Double(predictedCount(of: $0)) }
    var (observed, expected) = (0.0, 0.0)
    for i in 0..<classCount {
      for j in 0..<classCount {
        observed += weights(i, j) * Double(count(actual: i, predicted: j))
        expected += weights(i, j) * actual[i] * predicted[j]
      }
    }
    return expected == 0 ? nil : 1 - observed * Double(sampleCount) / expected
  }
}
