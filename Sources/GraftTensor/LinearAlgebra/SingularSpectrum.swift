/// The singular values of a matrix, and how much of some targets lies along each of its left singular vectors.
///
/// That is all that a linear regression on the matrix's columns, ridge or not, has to know. It is found from the smaller of the
/// two products of the matrix with itself, so what is below about 10⁻⁷ of the largest singular value is not told from 0.
package struct SingularSpectrum {
  /// The squares of the singular values that are not 0, in no order.
  package let squaredValues: [Double]

  /// For each target the squares of its inner products with the left singular vectors, in the order of ``squaredValues``.
  package let squaredCoordinates: [[Double]]

  /// - Parameters:
  ///   - matrix: `rows` × `columns` finite numbers, row by row.
  ///   - targets: of `rows` numbers each.
  package init(_ matrix: [Double], rows: Int, columns: Int, targets: [[Double]]) {
    require(
      matrix.count == rows * columns && targets.allSatisfy { $0.count == rows },
      "SingularSpectrum: \(matrix.count) numbers, targets of \(targets.map(\.count)) for \(rows) × \(columns)"
    )
    let isWide = rows <= columns
    let lines = isWide ? matrix : transposed(matrix, rows: rows, columns: columns)
    let (size, length) = isWide ? (rows, columns) : (columns, rows)
    // Of a tall matrix Xᵀy is along a right singular vector what y is along the left one, times the singular value.
    let vectors = isWide ? targets : targets.map { products(of: lines, size: size, with: $0) }
    let spectrum = SymmetricSpectrum(
      gramMatrix(of: lines, size: size, length: length), size: size, vectors: vectors)
    let largest = spectrum.eigenvalues.max() ?? 0
    let least = largest * Double(max(rows, columns)) * 4 * .ulpOfOne
    let kept = spectrum.eigenvalues.indices.filter { spectrum.eigenvalues[$0] > least }
    squaredValues = kept.map { spectrum.eigenvalues[$0] }
    squaredCoordinates = spectrum.coordinates.map { coordinates in
      kept.map {
        coordinates[$0] * coordinates[$0] / (isWide ? 1 : spectrum.eigenvalues[$0])
      }
    }
  }
}

private func transposed(_ matrix: [Double], rows: Int, columns: Int) -> [Double] {
  var result = Array(repeating: 0.0, count: matrix.count)
  for row in 0..<rows {
    for column in 0..<columns { result[column * rows + row] = matrix[row * columns + column] }
  }
  return result
}

private func products(of lines: [Double], size: Int, with vector: [Double]) -> [Double] {
  lines.withUnsafeBufferPointer { lines in
    vector.withUnsafeBufferPointer { vector in
      guard let start = lines.baseAddress, let other = vector.baseAddress else { return [] }
      return (0..<size).map { dot(start + $0 * vector.count, other, vector.count) }
    }
  }
}

/// The inner products of all lines with each other.
private func gramMatrix(of lines: [Double], size: Int, length: Int) -> [Double] {
  var result = Array(repeating: 0.0, count: size * size)
  lines.withUnsafeBufferPointer { lines in
    result.withUnsafeMutableBufferPointer { result in
      guard let lines = lines.baseAddress, let result = result.baseAddress else { return }
      // Lines from both ends in turn, so that parts cost the same.
      parallelFor(size, grain: max(1, 32_768 / max(size * length / 2, 1))) { range in
        for number in range {
          let row = number % 2 == 0 ? number / 2 : size - 1 - number / 2
          for column in row..<size {
            let product = dot(lines + row * length, lines + column * length, length)
            result[row * size + column] = product
            result[column * size + row] = product
          }
        }
      }
    }
  }
  return result
}
