import GraftTensor

/// Sobol's sequence: points of the unit cube, of which every 2^m from a multiple of 2^m on are evenly spread.
///
/// Sobol 1967, with the direction numbers of Joe and Kuo, *Constructing Sobol Sequences with Better Two-Dimensional Projections*, 2008, in
/// the Gray-code order of Antonov and Saleev 1979. Scrambling multiplies the digits of each dimension with a random lower triangular
/// matrix and shifts them (Matoušek: *On the L₂-Discrepancy for Anchored Boxes*, 1998), which leaves all balance as it is and makes each point
/// uniform.
struct SobolSequence: Sendable {
  static let maximumDimensions = 1 + SobolDirections.table.count
  static let bits = 32

  /// For each dimension one number for each digit of a point's index, the most significant bit being a half.
  private var directions: [[UInt32]]
  private var shifts: [UInt32]
  /// Where in its cell of side 2⁻³² a point is: at the corner, or in the middle of a scrambled one, which so is never 0.
  private var offset: Double

  /// The sequence as published: its first point is the origin.
  init(dimensions: Int) {
    require(
      (1...SobolSequence.maximumDimensions).contains(dimensions), "SobolSequence: \(dimensions) dimensions")
    directions = (0..<dimensions).map(SobolDirections.directions(ofDimension:))
    shifts = Array(repeating: 0, count: dimensions)
    offset = 0
  }

  /// A scrambled sequence.
  init(dimensions: Int, scrambledBy generator: inout RandomGenerator) {
    self.init(dimensions: dimensions)
    offset = 0.5
    for dimension in 0..<dimensions {
      // Row r of the matrix gives digit r from digits 0...r; the highest bit of a word is digit 0.
      let rows = (0..<SobolSequence.bits).map { row in
        let diagonal = UInt32(1) << (31 - row)
        let above = ~(diagonal | (diagonal - 1))
        return UInt32(truncatingIfNeeded: generator.next()) & above | diagonal
      }
      directions[dimension] = directions[dimension].map { direction in
        rows.enumerated().reduce(0) { digits, row in
          digits | UInt32((row.element & direction).nonzeroBitCount & 1) << (31 - row.offset)
        }
      }
      shifts[dimension] = UInt32(truncatingIfNeeded: generator.next())
    }
  }

  /// The point of an index below 2³².
  func point(at index: Int) -> [Double] {
    let gray = UInt32(truncatingIfNeeded: index ^ (index >> 1))
    return zip(directions, shifts).map { directions, shift in
      var (digits, remaining) = (shift, gray)
      while remaining != 0 {
        digits ^= directions[remaining.trailingZeroBitCount]
        remaining &= remaining - 1
      }
      return (Double(digits) + offset) * 0x1p-32
    }
  }
}
