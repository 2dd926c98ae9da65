import Foundation
import Testing

@testable import GraftTensor

@Suite struct SymmetricSpectrumTests {
  private func symmetric(_ size: Int, _ seed: UInt64) -> [Double] {
    var generator = RandomGenerator(seed: seed)
    var matrix = Array(repeating: 0.0, count: size * size)
    for row in 0..<size {
      for column in row..<size {
        matrix[row * size + column] = generator.normal()
        matrix[column * size + row] = matrix[row * size + column]
      }
    }
    return matrix
  }

  /// Powers of the matrix between vectors are sums over the eigenvectors: xᵀAᵖy = Σ λᵖ(uᵀx)(uᵀy). Rounding is of the order of
  /// size · 10⁻¹⁶ of the largest terms, which are below (2√size)³ · |x||y|.
  @Test(arguments: [1, 2, 3, 7, 24, 65])
  func reproducesTheMatrix(size: Int) {
    let matrix = symmetric(size, UInt64(size))
    var generator = RandomGenerator(seed: 99)
    let vectors = (0..<3).map { _ in (0..<size).map { _ in generator.normal() } }
    let spectrum = SymmetricSpectrum(matrix, size: size, vectors: vectors)
    func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    func product(_ vector: [Double]) -> [Double] {
      (0..<size).map { inner(Array(matrix[($0 * size)..<(($0 + 1) * size)]), vector) }
    }
    for x in 0..<3 {
      for y in 0..<3 {
        var image = vectors[y]
        for power in 0..<4 {
          let sum = spectrum.eigenvalues.indices.reduce(0.0) {
            $0 + pow(spectrum.eigenvalues[$1], Double(power)) * spectrum.coordinates[x][$1]
              * spectrum.coordinates[y][$1]
          }
          let expected = inner(vectors[x], image)
          let scale = pow(2 * Double(size).squareRoot(), Double(power)) * Double(size)
          #expect(abs(sum - expected) <= 1e-13 * scale, "\(power): \(sum), \(expected)")
          image = product(image)
        }
      }
    }
  }

  @Test func knownEigenvalues() {
    // The second difference on a line of n points: 2 − 2cos(kπ/(n + 1)).
    let n = 30
    var matrix = Array(repeating: 0.0, count: n * n)
    for row in 0..<n {
      matrix[row * n + row] = 2
      if row > 0 { (matrix[row * n + row - 1], matrix[(row - 1) * n + row]) = (-1, -1) }
    }
    let found = SymmetricSpectrum(matrix, size: n, vectors: []).eigenvalues.sorted()
    for (index, value) in found.enumerated() {
      #expect(abs(value - (2 - 2 * cos(Double(index + 1) * .pi / Double(n + 1)))) < 1e-14)
    }
    // Equal, zero and huge ones.
    let diagonal = SymmetricSpectrum([3, 0, 0, 0, 3, 0, 0, 0, 0], size: 3, vectors: [[1, 2, 3]])
    #expect(diagonal.eigenvalues == [3, 3, 0] && diagonal.coordinates == [[1, 2, 3]])
    #expect(SymmetricSpectrum([], size: 0, vectors: []).eigenvalues.isEmpty)
    let large = SymmetricSpectrum([1e150, 1e150, 1e150, 1e150], size: 2, vectors: []).eigenvalues.sorted()
    #expect(abs(large[0]) < 1e136 && abs(large[1] / 2e150 - 1) < 1e-15)
  }

  /// A tall matrix and its wide transpose have the same singular values; a target in the columns' span lies in it wholly.
  @Test func singularValuesOfTallAndWide() {
    var generator = RandomGenerator(seed: 4)
    let (rows, columns) = (12, 5)
    let matrix = (0..<(rows * columns)).map { _ in generator.normal() }
    let weights = (0..<columns).map { _ in generator.normal() }
    let target = (0..<rows).map { row in
      (0..<columns).reduce(0.0) { $0 + matrix[row * columns + $1] * weights[$1] }
    }
    let turned = (0..<columns).flatMap { column in (0..<rows).map { matrix[$0 * columns + column] } }
    let tall = SingularSpectrum(matrix, rows: rows, columns: columns, targets: [target])
    let wide = SingularSpectrum(turned, rows: columns, columns: rows, targets: [weights])
    #expect(tall.squaredValues.count == columns && wide.squaredValues.count == columns)
    for (a, b) in zip(tall.squaredValues.sorted(), wide.squaredValues.sorted()) {
      #expect(abs(a / b - 1) < 1e-12)
    }
    let length = target.reduce(0) { $0 + $1 * $1 }
    #expect(abs(tall.squaredCoordinates[0].reduce(0, +) / length - 1) < 1e-12)
    // Xw is along a left singular vector what w is along the right one, times the singular value.
    let moved = zip(wide.squaredValues, wide.squaredCoordinates[0]).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(moved / length - 1) < 1e-12)
    // Columns that repeat others add no singular value.
    let doubled = (0..<rows).flatMap { row in
      (0..<2 * columns).map { matrix[row * columns + $0 % columns] }
    }
    #expect(
      SingularSpectrum(doubled, rows: rows, columns: 2 * columns, targets: []).squaredValues.count == columns)
  }
}
