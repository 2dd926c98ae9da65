/// Ranges of confidence, each with how sure the predictions in it were and how often they were right.
public struct ReliabilityTable: Sendable, Hashable, Codable {
  /// The predictions whose confidence lies in a range.
  public struct Bin: Sendable, Hashable, Codable {
    /// The confidence above which the range begins.
    public let lower: Double

    /// The largest confidence of the range.
    public let upper: Double

    /// The number of predictions in it.
    public let count: Int

    /// The mean confidence of the predictions; 0 without any.
    public let confidence: Double

    /// The part of the predictions that were right; 0 without any.
    public let accuracy: Double

    /// How far confidence and accuracy are apart; positive where predictions are too sure.
    public var gap: Double { confidence - accuracy }
  }

  /// The ranges, from the least confidence up.
  public let bins: [Bin]

  /// The number of predictions in all of them.
  public var sampleCount: Int { bins.reduce(0) { $0 + $1.count } }

  /// The expected calibration error: the mean over all predictions of how far confidence and accuracy of their bin are
  /// apart (Naeini, Cooper, Hauskrecht: *Obtaining Well Calibrated Probabilities Using Bayesian Binning*, 2015).
  ///
  /// `nil` without predictions.
  public var expectedError: Double? {
    let count = sampleCount
    return count == 0 ? nil : bins.reduce(0) { $0 + Double($1.count) * abs($1.gap) } / Double(count)
  }

  /// The maximum calibration error: how far confidence and accuracy are apart in the worst bin that holds predictions.
  ///
  /// `nil` without predictions.
  public var maximumError: Double? { bins.filter { $0.count > 0 }.map { abs($0.gap) }.max() }
}

extension ReliabilityTable: CustomStringConvertible {
  public var description: String {
    var table = TextTable(header: ["confidence", "mean", "accuracy", "gap", "samples"])
    for bin in bins {
      let range = "\(TextTable.number(bin.lower))…\(TextTable.number(bin.upper))"
      let numbers = [bin.confidence, bin.accuracy, bin.gap].map { TextTable.number($0) }
      table.add([range] + (bin.count == 0 ? ["–", "–", "–"] : numbers) + ["\(bin.count)"])
    }
    return table.description
  }
}
