extension RegressionTree {
  /// The variance of the tree over the uniform cube, and the part of it that each dimension explains alone: that of the mean over all
  /// other dimensions. Both are exact: Hutter, Hoos & Leyton-Brown, *An Efficient Approach for Assessing Hyperparameter Importance*, 2014.
  func variances() -> (total: Double, marginal: [Double]) {
    let volumes = leaves.map { leaf in leaf.box.map(\.length).reduce(1, *) }
    let mean = zip(leaves, volumes).map { $0.value * $1 }.reduce(0, +)
    let total = zip(leaves, volumes).map { ($0.value - mean) * ($0.value - mean) * $1 }.reduce(0, +)
    let dimensions = leaves[0].box.indices
    return (total, dimensions.map { marginalVariance(of: $0, volumes: volumes, mean: mean) })
  }

  private func marginalVariance(of dimension: Int, volumes: [Double], mean: Double) -> Double {
    let borders = Set(leaves.flatMap { [$0.box[dimension].lowerBound, $0.box[dimension].upperBound] })
      .sorted()
    var variance = 0.0
    for (lower, upper) in zip(borders, borders.dropFirst()) {
      let middle = (lower + upper) / 2
      var marginal = 0.0
      for (leaf, volume) in zip(leaves, volumes) where leaf.box[dimension].contains(middle) {
        marginal += leaf.value * volume / leaf.box[dimension].length
      }
      variance += (upper - lower) * (marginal - mean) * (marginal - mean)
    }
    return variance
  }
}

extension ClosedRange<Double> {
  fileprivate var length: Double { upperBound - lowerBound }
}
