import GraftTensor

/// Mean and spread of the values of one channel.
struct ChannelStatistics {
  var count: Double
  var mean: Double
  /// The sum of squared deviations from the mean.
  var squares: Double
  var smallest: Float
  var largest: Float

  /// Whether all values are the same, which rounding can hide from ``squares``.
  var isConstant: Bool { smallest == largest }

  /// The statistics of each position along axis 1 of `inputs`, shape `[n, channels, …]`; of all values if there is
  /// no such axis.
  static func ofChannels(in inputs: Tensor<Float>) -> [ChannelStatistics] {
    let values = inputs.rank > 1 ? inputs : inputs.expandingAxis(at: 1)
    let others = (0..<values.rank).filter { $0 != 1 }
    let count = Double(values.count / Swift.max(values.shape[1], 1))
    let (means, variances) = (values.mean(along: others).scalars, values.variance(along: others).scalars)
    let (lows, highs) = (values.min(along: others).scalars, values.max(along: others).scalars)
    return means.indices.map {
      ChannelStatistics(
        count: count, mean: Double(means[$0]), squares: Double(variances[$0]) * count,
        smallest: lows[$0], largest: highs[$0])
    }
  }

  /// The statistics of both sets of values together.
  ///
  /// Chan, Golub, LeVeque: *Updating Formulae and a Pairwise Algorithm for Computing Sample Variances*, 1979.
  func merged(with other: ChannelStatistics) -> ChannelStatistics {
    let total = count + other.count
    let difference = other.mean - mean
    return ChannelStatistics(
      count: total, mean: mean + difference * other.count / total,
      squares: squares + other.squares + difference * difference * count * other.count / total,
      smallest: Swift.min(smallest, other.smallest), largest: Swift.max(largest, other.largest))
  }
}
