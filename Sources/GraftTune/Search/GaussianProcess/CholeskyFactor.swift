import Foundation

/// A lower triangular matrix L with L Lᵀ = A, for solving with a symmetric positive definite A of some hundred rows, in double precision.
///
/// Matrices are row by row in one array.
struct CholeskyFactor: Sendable {
  let order: Int
  /// L; what is above its diagonal is 0.
  let lower: [Double]

  /// Factors a symmetric matrix, of which only the lower triangle is read; `nil` if it is not positive definite.
  init?(_ matrix: [Double], order: Int) {
    var lower = [Double](repeating: 0, count: order * order)
    for row in 0..<order {
      for column in 0...row {
        let sum =
          matrix[row * order + column] - dot(lower, row * order, lower, column * order, count: column)
        if row == column {
          guard sum > 0, sum.isFinite else { return nil }
          lower[row * order + row] = sum.squareRoot()
        } else {
          lower[row * order + column] = sum / lower[column * order + column]
        }
      }
    }
    self.order = order
    self.lower = lower
  }

  /// log det A
  var logDeterminant: Double {
    2 * (0..<order).reduce(0) { $0 + log(lower[$1 * order + $1]) }
  }

  /// L⁻¹ b
  func solvedByLower(_ vector: [Double]) -> [Double] {
    var solution = vector
    for row in 0..<order {
      solution[row] =
        (solution[row] - dot(lower, row * order, solution, 0, count: row)) / lower[row * order + row]
    }
    return solution
  }

  /// L⁻ᵀ b
  func solvedByUpper(_ vector: [Double]) -> [Double] {
    var solution = vector
    for row in stride(from: order - 1, through: 0, by: -1) {
      let value = solution[row] / lower[row * order + row]
      solution[row] = value
      for column in 0..<row { solution[column] -= value * lower[row * order + column] }
    }
    return solution
  }

  /// A⁻¹ b
  func solved(_ vector: [Double]) -> [Double] { solvedByUpper(solvedByLower(vector)) }

  /// A⁻¹
  func inverse() -> [Double] {
    // L⁻ᵀ, row by row: row c has column c of L⁻¹, which begins with row c.
    var columns = [Double](repeating: 0, count: order * order)
    for column in 0..<order {
      let start = column * order
      columns[start + column] = 1 / lower[column * order + column]
      for row in column + 1..<max(order, column + 1) {
        let sum = dot(lower, row * order + column, columns, start + column, count: row - column)
        columns[start + row] = -sum / lower[row * order + row]
      }
    }
    var inverse = [Double](repeating: 0, count: order * order)
    for row in 0..<order {
      for column in 0...row {
        let sum = dot(columns, row * order + row, columns, column * order + row, count: order - row)
        inverse[row * order + column] = sum
        inverse[column * order + row] = sum
      }
    }
    return inverse
  }
}

/// Σ a[i + k] · b[j + k]; in four sums, which a processor can add at once.
func dot(_ a: [Double], _ i: Int, _ b: [Double], _ j: Int, count: Int) -> Double {
  var sums = SIMD4<Double>()
  var k = 0
  while k + 4 <= count {
    let left = SIMD4<Double>(a[i + k], a[i + k + 1], a[i + k + 2], a[i + k + 3])
    let right = SIMD4<Double>(b[j + k], b[j + k + 1], b[j + k + 2], b[j + k + 3])
    sums += left * right
    k += 4
  }
  var sum = sums.sum()
  while k < count {
    sum += a[i + k] * b[j + k]
    k += 1
  }
  return sum
}
