import Foundation

/// How alike two points are expected to be: Matérn's covariance of smoothness 5/2 with a length for each feature.
///
/// k(x, y) = s (1 + √5 r + 5 r² / 3) e^(−√5 r) with r² = Σ d² / ℓ², where d is the difference of a feature, or for a category 1 if it
/// differs. Rasmussen, Williams: *Gaussian Processes for Machine Learning*, 2006, chapters 4.2 and 5.1.
struct MaternKernel: Sendable {
  /// ℓ for each feature: over how much of it the function changes.
  var lengths: [Double]
  /// s: the variance of the function.
  var variance: Double
  /// Which features are categories.
  let isCategory: [Bool]

  /// d² of a feature.
  static func squaredDifference(_ x: Double, _ y: Double, isCategory: Bool) -> Double {
    if isCategory { return x == y ? 0 : 1 }
    return (x - y) * (x - y)
  }

  /// The covariance over the variance at a distance r, and minus its derivative by r² times 2: both of use for gradients.
  static func profile(squaredDistance: Double) -> (value: Double, slope: Double) {
    let scaled = (5 * squaredDistance).squareRoot()
    let decay = exp(-scaled)
    return ((1 + scaled + scaled * scaled / 3) * decay, 5.0 / 3 * (1 + scaled) * decay)
  }

  /// r² between two points, which begin at an index of an array each.
  func squaredDistance(_ a: [Double], _ i: Int, _ b: [Double], _ j: Int) -> Double {
    var sum = 0.0
    for k in lengths.indices {
      let difference = MaternKernel.squaredDifference(a[i + k], b[j + k], isCategory: isCategory[k])
      sum += difference / (lengths[k] * lengths[k])
    }
    return sum
  }

  /// The covariances of all pairs of points, which follow each other in one array.
  func matrix(of points: [Double]) -> [Double] {
    let width = lengths.count
    let count = points.count / width
    var matrix = [Double](repeating: variance, count: count * count)
    for row in 0..<count {
      for column in 0..<row {
        let distance = squaredDistance(points, row * width, points, column * width)
        let value = variance * MaternKernel.profile(squaredDistance: distance).value
        matrix[row * count + column] = value
        matrix[column * count + row] = value
      }
    }
    return matrix
  }
}
