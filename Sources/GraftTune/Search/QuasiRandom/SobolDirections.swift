/// The direction numbers of the first thirty-two dimensions.
///
/// Joe, Kuo: *Constructing Sobol Sequences with Better Two-Dimensional Projections*, SIAM Journal on Scientific Computing 30, 2008; their table
/// `new-joe-kuo-6.21201`.
enum SobolDirections {
  /// A primitive polynomial modulo 2, by its degree and the binary digits of its inner coefficients, and the numbers that the recurrence
  /// begins with.
  typealias Polynomial = (degree: Int, coefficients: UInt32, initial: [UInt32])

  /// One number for each binary digit of an index: digit k of 32, as a fraction of 2³².
  static func directions(ofDimension dimension: Int) -> [UInt32] {
    guard dimension > 0 else { return (0..<32).map { 1 << (31 - $0) } }
    let (degree, coefficients, initial) = table[dimension - 1]
    var directions = initial.enumerated().map { $0.element << (31 - $0.offset) }
    for digit in degree..<32 {
      var next = directions[digit - degree] ^ (directions[digit - degree] >> degree)
      for back in 1..<max(degree, 1) where coefficients >> (degree - 1 - back) & 1 == 1 {
        next ^= directions[digit - back]
      }
      directions.append(next)
    }
    return directions
  }

  /// From the second dimension on; the first is van der Corput's sequence.
  static let table: [Polynomial] = [
    (1, 0, [1]),
    (2, 1, [1, 3]),
    (3, 1, [1, 3, 1]),
    (3, 2, [1, 1, 1]),
    (4, 1, [1, 1, 3, 3]),
    (4, 4, [1, 3, 5, 13]),
    (5, 2, [1, 1, 5, 5, 17]),
    (5, 4, [1, 1, 5, 5, 5]),
    (5, 7, [1, 1, 7, 11, 19]),
    (5, 11, [1, 1, 5, 1, 1]),
    (5, 13, [1, 1, 1, 3, 11]),
    (5, 14, [1, 3, 5, 5, 31]),
    (6, 1, [1, 3, 3, 9, 7, 49]),
    (6, 13, [1, 1, 1, 15, 21, 21]),
    (6, 16, [1, 3, 1, 13, 27, 49]),
    (6, 19, [1, 1, 1, 15, 7, 5]),
    (6, 22, [1, 3, 1, 15, 13, 25]),
    (6, 25, [1, 1, 5, 5, 19, 61]),
    (7, 1, [1, 3, 7, 11, 23, 15, 103]),
    (7, 4, [1, 3, 7, 13, 13, 15, 69]),
    (7, 7, [1, 1, 3, 13, 7, 35, 63]),
    (7, 8, [1, 3, 5, 9, 1, 25, 53]),
    (7, 14, [1, 3, 1, 13, 9, 35, 107]),
    (7, 19, [1, 3, 1, 5, 27, 61, 31]),
    (7, 21, [1, 1, 5, 11, 19, 41, 61]),
    (7, 28, [1, 3, 5, 3, 3, 13, 69]),
    (7, 31, [1, 1, 7, 13, 1, 19, 1]),
    (7, 32, [1, 3, 7, 5, 13, 19, 59]),
    (7, 37, [1, 1, 3, 9, 25, 29, 41]),
    (7, 41, [1, 3, 5, 13, 23, 1, 55]),
    (7, 42, [1, 3, 7, 3, 13, 59, 17]),
  ]
}
