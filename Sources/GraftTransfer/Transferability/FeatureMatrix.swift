import GraftTensor

/// Features of some samples in double precision, with their labels as targets: what scores of features are computed from.
struct FeatureMatrix {
  let rows: Int
  let columns: Int
  private(set) var scalars: [Double]

  /// Features `[n, features]`. Traps, by the name of the operation, at another shape, without samples, and at numbers that are
  /// not finite.
  init(_ features: Tensor<Float>, operation: StaticString) {
    require(
      features.rank == 2 && features.shape[0] > 0,
      "\(operation): features of shape \(features.shape), not [samples, features]")
    (rows, columns) = (features.shape[0], features.shape[1])
    scalars = features.scalars.map(Double.init)
    require(
      scalars.allSatisfy(\.isFinite), "\(operation): features that are not finite")
  }

  /// The same with the mean of each column subtracted.
  var centered: FeatureMatrix {
    var means = Array(repeating: 0.0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { means[column] += scalars[row * columns + column] }
    }
    var result = self
    for column in 0..<columns { means[column] /= Double(rows) }
    for row in 0..<rows {
      for column in 0..<columns { result.scalars[row * columns + column] -= means[column] }
    }
    return result
  }

  /// The sum over all rows of the fourth power of their length.
  var sumOfFourthPowers: Double {
    (0..<rows).reduce(0) { sum, row in
      var square = 0.0
      for index in (row * columns)..<((row + 1) * columns) { square += scalars[index] * scalars[index] }
      return sum + square * square
    }
  }

  func spectrum(targets: [[Double]]) -> SingularSpectrum {
    SingularSpectrum(scalars, rows: rows, columns: columns, targets: targets)
  }
}

/// The classes of some samples.
struct ClassLabels {
  let classes: [Int]

  /// Traps, by the name of the operation, unless there is a label, from 0 up, for each of `count` samples.
  init(_ labels: Tensor<Int32>, count: Int, operation: StaticString) {
    require(
      labels.rank == 1 && labels.count == count,
      "\(operation): labels of shape \(labels.shape) for \(count) samples")
    classes = labels.scalars.map { Int($0) }
    if let wrong = classes.first(where: { $0 < 0 }) { fatalError("\(operation): \(wrong) is not a class") }
  }

  var count: Int { classes.count }

  /// For each class that has samples 1 where a sample is of it, else 0.
  var indicators: [[Double]] {
    Set(classes).sorted().map { number in classes.map { $0 == number ? 1 : 0 } }
  }
}
