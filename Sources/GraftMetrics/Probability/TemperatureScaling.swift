import Foundation
import GraftTensor

/// Makes the probabilities of a classifier honest by dividing its logits by one number, its temperature.
///
/// The order of the classes stays the same, and so does every prediction: above 1 they become less sure, below 1 surer (Guo,
/// Pleiss, Sun, Weinberger: *On Calibration of Modern Neural Networks*, ICML 2017). Fit it on validation data, never on
/// what the model was trained on; there it looks surer than it should be.
///
/// ```swift
/// let scaling = TemperatureScaling(fitting: validationLogits, labels: validationLabels)
/// let probabilities = scaling(model(images).value).softmax()
/// ```
///
/// It is `Codable`, to be saved beside the weights.
public struct TemperatureScaling: Sendable, Hashable, Codable {
  /// What logits are divided by.
  public let temperature: Double

  /// The temperatures that fitting may find. Outside, probabilities are next to certain or next to uniform.
  public static let range: ClosedRange<Double> = 0.01...100

  /// A known temperature; traps unless it is positive and finite.
  public init(temperature: Double) {
    require(
      temperature > 0 && temperature.isFinite,
      "TemperatureScaling: temperature \(temperature) has to be positive and finite")
    self.temperature = temperature
  }

  /// Reads a temperature; throws `DecodingError` unless it is positive and finite.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    temperature = try values.decode(Double.self, forKey: .temperature)
    guard temperature > 0 && temperature.isFinite else {
      throw DecodingError.dataCorruptedError(
        forKey: .temperature, in: values,
        debugDescription: "temperature \(temperature) has to be positive and finite")
    }
  }

  /// The temperature with the least mean negative log likelihood.
  ///
  /// That is a convex function of β = 1 / temperature with one minimum. It is found by Newton's method in double precision,
  /// which falls back on halving the interval that holds the minimum wherever a step would leave it. If every sample is
  /// classified rightly the likelihood only grows with β, and if logits are worse than chance it falls: then the result
  /// is that end of ``range``.
  ///
  /// - Parameters:
  ///   - logits: `[samples, classes]`; traps without samples, and at numbers that are not finite.
  ///   - labels: the true classes, `[samples]`. Traps at one that is not a column of `logits`.
  public init(fitting logits: Tensor<Float>, labels: Tensor<Int32>) {
    let rows = ScoreRows(logits, labels: labels, operation: "TemperatureScaling")
    require(labels.count > 0, "TemperatureScaling: no sample to fit on")
    require(
      logits.scalars.allSatisfy(\.isFinite), "TemperatureScaling: logits have to be finite; some are not")
    // The slope rises with β: below the minimum it is negative, above it positive.
    var (low, high) = (1 / TemperatureScaling.range.upperBound, 1 / TemperatureScaling.range.lowerBound)
    if TemperatureScaling.slope(at: low, rows).first >= 0 {
      temperature = TemperatureScaling.range.upperBound
      return
    }
    if TemperatureScaling.slope(at: high, rows).first <= 0 {
      temperature = TemperatureScaling.range.lowerBound
      return
    }
    var beta = 1.0
    for _ in 0..<100 {
      let (first, second) = TemperatureScaling.slope(at: beta, rows)
      if first == 0 { break }
      if first < 0 { low = beta } else { high = beta }
      let step = beta - first / second
      // Halved on a logarithmic scale, which the range is evenly divided by.
      let next = step > low && step < high ? step : (low * high).squareRoot()
      let isSettled = abs(next - beta) <= 1e-12 * beta
      beta = next
      if isSettled { break }
    }
    temperature = 1 / beta
  }

  /// Logits divided by the temperature, of any shape.
  public func callAsFunction(_ logits: Tensor<Float>) -> Tensor<Float> { logits / Float(temperature) }

  /// The first and the second derivative, by β, of Σ log Σⱼ exp(β zⱼ) − β z_label: of each row the mean of its logits under the
  /// probabilities less the label's, and their variance.
  private static func slope(at beta: Double, _ rows: ScoreRows) -> (first: Double, second: Double) {
    var (first, second) = (0.0, 0.0)
    for (row, label) in rows {
      let largest = row.max() ?? 0
      var (total, sum, squares) = (0.0, 0.0, 0.0)
      for logit in row {
        let distance = Double(logit) - Double(largest)
        let weight = exp(beta * distance)
        total += weight
        sum += weight * distance
        squares += weight * distance * distance
      }
      let mean = sum / total
      first += mean - (Double(row[row.startIndex + label]) - Double(largest))
      second += squares / total - mean * mean
    }
    return (first, second)
  }
}
