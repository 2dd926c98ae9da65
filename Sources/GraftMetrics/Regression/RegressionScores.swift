import GraftTensor

/// How far predicted numbers are from the true ones, and how they go together.
///
/// ```swift
/// var scores = RegressionScores()
/// for batch in validation { scores.add(predictions: model(batch.inputs).value, targets: batch.targets) }
/// print(scores)  // 120 values, R² 0.9012, MAE 0.3021, RMSE 0.4433, …
/// ```
///
/// Every pair is kept, eight bytes: medians and ranks need all of them, and two passes over the values lose nothing to
/// cancellation. Sums are in double precision, in the order in which pairs were added, so batches give the same bits as the
/// whole. Several outputs are either one pool of values or a measurement each, of a column. Numbers that are NaN make
/// scores NaN.
public struct RegressionScores: Sendable, Hashable {
  private var predictions: [Float] = []
  private var targets: [Float] = []

  /// A measurement without values.
  public init() {}

  /// A measurement of one batch; see ``add(predictions:targets:)``.
  public init(predictions: Tensor<Float>, targets: Tensor<Float>) {
    add(predictions: predictions, targets: targets)
  }

  /// Adds a batch: every element is a value.
  ///
  /// - Parameters:
  ///   - predictions: any shape.
  ///   - targets: the true values, of the same shape; traps at another one.
  public mutating func add(predictions: Tensor<Float>, targets: Tensor<Float>) {
    // Shapes [n, 1] and [n] hold the same values, but one for the other is where broadcasting goes wrong elsewhere.
    require(
      predictions.shape == targets.shape,
      "RegressionScores.add: predictions of shape \(predictions.shape) for targets of shape \(targets.shape)")
    self.predictions += predictions.scalars
    self.targets += targets.scalars
  }

  /// Adds the values of another measurement.
  public static func += (scores: inout RegressionScores, other: RegressionScores) {
    scores.predictions += other.predictions
    scores.targets += other.targets
  }

  /// The number of values.
  public var count: Int { targets.count }

  /// The mean of |prediction − target|; `nil` without values.
  public var meanAbsoluteError: Double? { mean(errors.map { abs($0) }) }

  /// The mean of (prediction − target)²; `nil` without values.
  public var meanSquaredError: Double? { mean(errors.map { $0 * $0 }) }

  /// The root of the mean squared error, in the unit of the values; `nil` without values.
  public var rootMeanSquaredError: Double? { meanSquaredError?.squareRoot() }

  /// The median of |prediction − target|, of an even number the mean of the middle two; `nil` without values.
  public var medianAbsoluteError: Double? {
    let sorted = errors.map { abs($0) }.sorted()
    return sorted.isEmpty ? nil : quantile(1, of: 2, sorted: sorted)
  }

  /// The largest |prediction − target|; `nil` without values.
  public var maximumError: Double? { errors.map { abs($0) }.max() }

  /// The mean of |prediction − target| / |target|: 0.1 for ten per cent; `nil` without values.
  ///
  /// A target nearer to 0 than 2⁻⁵² counts as that, so one target of 0 makes it enormous, as in scikit-learn.
  public var meanAbsolutePercentageError: Double? {
    mean(zip(errors, targets).map { abs($0) / max(abs(Double($1)), .ulpOfOne) })
  }

  /// R², the coefficient of determination: 1 − Σ(target − prediction)² / Σ(target − mean target)². 1 at best, 0 for always
  /// predicting the mean, negative for worse.
  ///
  /// Of constant targets it is 1 if they were predicted and else 0, as in scikit-learn. `nil` with fewer than two values.
  public var r2: Double? {
    guard count > 1 else { return nil }
    let squares = errors.reduce(0) { $0 + $1 * $1 }
    return explained(rest: squares, of: squaredDeviation(targets.map { Double($0) }))
  }

  /// The part of the targets' variance that predictions explain, whatever constant they are off by: 1 − Var(target −
  /// prediction) / Var(target).
  ///
  /// Of constant targets it is 1 if errors are constant too and else 0, as in scikit-learn. `nil` without values.
  public var explainedVariance: Double? {
    count == 0
      ? nil : explained(rest: squaredDeviation(errors), of: squaredDeviation(targets.map { Double($0) }))
  }

  /// Pearson's correlation of predictions and targets: how well a straight line leads from one to the other.
  ///
  /// `nil` with fewer than two values, and if either are all the same.
  public var pearsonCorrelation: Double? {
    correlation(predictions.map { Double($0) }, targets.map { Double($0) })
  }

  /// Spearman's correlation: Pearson's of the ranks, so only the order of the values counts. Equal values have the mean of
  /// their ranks.
  ///
  /// `nil` with fewer than two values, if either are all the same, or any is NaN.
  public var spearmanCorrelation: Double? {
    if predictions.contains(where: \.isNaN) || targets.contains(where: \.isNaN) { return nil }
    return correlation(ranks(of: predictions), ranks(of: targets))
  }

  /// Prediction − target of each value.
  private var errors: [Double] { zip(predictions, targets).map { Double($0) - Double($1) } }

  private func explained(rest: Double, of whole: Double) -> Double {
    if whole == 0 { return rest == 0 ? 1 : 0 }
    return 1 - rest / whole
  }
}

extension RegressionScores: CustomStringConvertible {
  public var description: String {
    let scores = [
      ("R²", r2), ("MAE", meanAbsoluteError), ("RMSE", rootMeanSquaredError),
      ("median error", medianAbsoluteError), ("largest error", maximumError),
      ("Pearson", pearsonCorrelation), ("Spearman", spearmanCorrelation),
    ]
    let numbers = scores.map { "\($0.0) \($0.1.map { TextTable.number($0, decimals: 4) } ?? "–")" }
    return "\(count) values, \(numbers.joined(separator: ", "))"
  }
}
