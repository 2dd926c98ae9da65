/// The eigenvalues of a symmetric matrix, and what some vectors are in the basis of its eigenvectors.
///
/// The eigenvectors themselves are never formed: each reflection and rotation that brings the matrix to diagonal form is
/// applied to the vectors instead. So after the reduction to three diagonals (2n³ operations) all costs n² for a vector.
/// Golub, Van Loan: *Matrix Computations*, 4th edition, 2013, sections 8.3.1 and 8.3.2.
package struct SymmetricSpectrum {
  /// In no order.
  package private(set) var eigenvalues: [Double]

  /// For each vector its inner products with the eigenvectors, in the order of ``eigenvalues``.
  package private(set) var coordinates: [[Double]]

  /// The entries beside the diagonal, which go to 0.
  private var offDiagonal: [Double]

  /// - Parameters:
  ///   - matrix: `size` × `size` finite numbers, row by row; traps if there are not as many.
  ///   - vectors: of `size` numbers each.
  package init(_ matrix: [Double], size: Int, vectors: [[Double]]) {
    require(
      matrix.count == size * size && vectors.allSatisfy { $0.count == size },
      "SymmetricSpectrum: \(matrix.count) numbers and vectors of \(vectors.map(\.count)) for a size of \(size)"
    )
    require(matrix.allSatisfy(\.isFinite), "SymmetricSpectrum: a matrix with numbers that are not finite")
    eigenvalues = Array(repeating: 0, count: size)
    offDiagonal = Array(repeating: 0, count: size)
    coordinates = vectors
    var matrix = matrix
    matrix.withUnsafeMutableBufferPointer { buffer in
      guard let matrix = buffer.baseAddress else { return }
      tridiagonalize(matrix, size)
    }
    diagonalize()
  }

  /// Reflects one column after the other onto its first two entries below and on the diagonal.
  private mutating func tridiagonalize(_ matrix: UnsafeMutablePointer<Double>, _ size: Int) {
    var (axis, product) = (Array(repeating: 0.0, count: size), Array(repeating: 0.0, count: size))
    for column in 0..<size {
      eigenvalues[column] = matrix[column * size + column]
      let first = column + 1
      guard first < size else { return }
      // The matrix is symmetric: its column is its row.
      let row = matrix + column * size
      let length = size - first
      let norm = dot(row + first, row + first, length).squareRoot()
      let leading = row[first]
      offDiagonal[column] = leading > 0 ? -norm : norm
      guard norm > abs(leading) else {
        // Nothing behind the second entry.
        offDiagonal[column] = leading
        continue
      }
      axis.withUnsafeMutableBufferPointer { axis in
        product.withUnsafeMutableBufferPointer { product in
          guard let axis = axis.baseAddress, let product = product.baseAddress else { return }
          (axis + 0).update(from: row + first, count: length)
          axis[0] -= offDiagonal[column]
          let scale = 2 / dot(axis, axis, length)
          reflect(matrix + first * size + first, size, axis, product, length, scale)
          for index in coordinates.indices {
            coordinates[index].withUnsafeMutableBufferPointer { vector in
              guard let vector = vector.baseAddress else { return }
              subtract(scale * dot(axis, vector + first, length), axis, from: vector + first, length)
            }
          }
        }
      }
    }
  }

  /// H·A·H with H = I − scale·v·vᵀ: A − v·wᵀ − w·vᵀ with w = p − (scale/2)(pᵀv)·v and p = scale·A·v.
  private func reflect(
    _ block: UnsafeMutablePointer<Double>, _ stride: Int, _ axis: UnsafeMutablePointer<Double>,
    _ product: UnsafeMutablePointer<Double>, _ length: Int, _ scale: Double
  ) {
    let grain = max(1, 16_384 / length)
    parallelFor(length, grain: grain) { rows in
      for row in rows { product[row] = scale * dot(block + row * stride, axis, length) }
    }
    subtract(scale / 2 * dot(product, axis, length), axis, from: product, length)
    parallelFor(length, grain: grain) { rows in
      for row in rows {
        let (target, a, b) = (block + row * stride, axis[row], product[row])
        for index in 0..<length { target[index] -= a * product[index] + b * axis[index] }
      }
    }
  }

  /// Implicit QR steps with Wilkinson's shift, from the last eigenvalue to the first.
  private mutating func diagonalize() {
    var last = eigenvalues.count - 1
    var steps = 0
    while last > 0 {
      if isNegligible(last - 1) {
        offDiagonal[last - 1] = 0
        (last, steps) = (last - 1, 0)
        continue
      }
      var first = last - 1
      while first > 0, !isNegligible(first - 1) { first -= 1 }
      if first > 0 { offDiagonal[first - 1] = 0 }
      // Two or three steps are usual; with exact arithmetic the shift always converges.
      steps += 1
      require(steps < 200, "SymmetricSpectrum: no convergence in a matrix of size \(eigenvalues.count)")
      chase(first, last)
    }
  }

  private func isNegligible(_ index: Int) -> Bool {
    abs(offDiagonal[index]) <= .ulpOfOne / 2 * (abs(eigenvalues[index]) + abs(eigenvalues[index + 1]))
  }

  /// One step on the rows from `first` to `last`: a rotation begins a bulge below the diagonals, the next ones chase it out.
  private mutating func chase(_ first: Int, _ last: Int) {
    let (half, corner) = ((eigenvalues[last - 1] - eigenvalues[last]) / 2, offDiagonal[last - 1])
    let root = (half * half + corner * corner).squareRoot()
    let shift = eigenvalues[last] - corner * corner / (half + (half < 0 ? -root : root))
    var (kept, bulge) = (eigenvalues[first] - shift, offDiagonal[first])
    for index in first..<last {
      let length = (kept * kept + bulge * bulge).squareRoot()
      let (c, s) = length > 0 ? (kept / length, bulge / length) : (1, 0)
      if index > first { offDiagonal[index - 1] = length }
      let (a, b, d) = (eigenvalues[index], offDiagonal[index], eigenvalues[index + 1])
      eigenvalues[index] = c * c * a + 2 * c * s * b + s * s * d
      eigenvalues[index + 1] = s * s * a - 2 * c * s * b + c * c * d
      offDiagonal[index] = c * s * (d - a) + (c * c - s * s) * b
      if index + 1 < last {
        (kept, bulge) = (offDiagonal[index], s * offDiagonal[index + 1])
        offDiagonal[index + 1] *= c
      }
      for vector in coordinates.indices {
        let (x, y) = (coordinates[vector][index], coordinates[vector][index + 1])
        coordinates[vector][index] = c * x + s * y
        coordinates[vector][index + 1] = c * y - s * x
      }
    }
  }
}

/// An inner product in eight sums, which fit vector registers.
func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
  var sums = SIMD8<Double>.zero
  let (rawA, rawB) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
  let whole = count & ~7
  for offset in stride(from: 0, to: whole * 8, by: 64) {
    sums +=
      rawA.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      * rawB.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
  }
  var sum = sums.sum()
  for index in whole..<count { sum += a[index] * b[index] }
  return sum
}

private func subtract(
  _ factor: Double, _ vector: UnsafePointer<Double>, from target: UnsafeMutablePointer<Double>, _ count: Int
) {
  for index in 0..<count { target[index] -= factor * vector[index] }
}
