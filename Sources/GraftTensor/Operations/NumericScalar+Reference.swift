// The plain loops behind every element type, and the oracle for the fast ones.

extension NumericScalar {
  public static func combine(
    _ operation: BinaryOperation, _ left: UnsafePointer<Self>, step leftStep: Int,
    _ right: UnsafePointer<Self>, step rightStep: Int, into out: UnsafeMutablePointer<Self>, count: Int
  ) {
    combineReference(operation, left, step: leftStep, right, step: rightStep, into: out, count: count)
  }

  public static func compare(
    _ comparison: Comparison, _ left: UnsafePointer<Self>, step leftStep: Int,
    _ right: UnsafePointer<Self>, step rightStep: Int, into out: UnsafeMutablePointer<Bool>, count: Int
  ) {
    compareReference(comparison, left, step: leftStep, right, step: rightStep, into: out, count: count)
  }

  public static func reduce(_ reduction: Reduction, _ row: UnsafePointer<Self>, count: Int) -> Self {
    reduceReference(reduction, row, count: count)
  }

  public static func position(of extreme: Extreme, _ row: UnsafePointer<Self>, count: Int) -> Int {
    positionReference(of: extreme, row, count: count)
  }

  public static func track(
    _ extreme: Extreme, _ row: UnsafePointer<Self>, at position: Int32, best: UnsafeMutablePointer<Self>,
    positions: UnsafeMutablePointer<Int32>, count: Int
  ) {
    trackReference(extreme, row, at: position, best: best, positions: positions, count: count)
  }

  @inline(__always)
  static func compareReference(
    _ comparison: Comparison, _ left: UnsafePointer<Self>, step leftStep: Int,
    _ right: UnsafePointer<Self>, step rightStep: Int, into out: UnsafeMutablePointer<Bool>, count: Int
  ) {
    @inline(__always) func fill(_ holds: (Self, Self) -> Bool) {
      var (index, l, r) = (0, left, right)
      while index < count {
        out[index] = holds(l.pointee, r.pointee)
        index += 1
        l += leftStep
        r += rightStep
      }
    }
    switch comparison {
    case .equal: fill { $0 == $1 }
    case .notEqual: fill { $0 != $1 }
    case .less: fill { $0 < $1 }
    case .lessOrEqual: fill { $0 <= $1 }
    case .greater: fill { $0 > $1 }
    case .greaterOrEqual: fill { $0 >= $1 }
    }
  }

  @inline(__always)
  static func positionReference(of extreme: Extreme, _ row: UnsafePointer<Self>, count: Int) -> Int {
    var place = 0
    var index = 1
    while index < count {
      if surpasses(extreme, row[index], row[place]) { place = index }
      index += 1
    }
    return place
  }

  @inline(__always)
  static func trackReference(
    _ extreme: Extreme, _ row: UnsafePointer<Self>, at position: Int32, best: UnsafeMutablePointer<Self>,
    positions: UnsafeMutablePointer<Int32>, count: Int
  ) {
    var index = 0
    while index < count {
      if surpasses(extreme, row[index], best[index]) {
        (best[index], positions[index]) = (row[index], position)
      }
      index += 1
    }
  }

  /// Whether an element takes the place of the best one so far: NaN does, of which there can be only one.
  @inline(__always)
  static func surpasses(_ extreme: Extreme, _ element: Self, _ best: Self) -> Bool {
    switch extreme {
    case .maximum: element > best || (element != element && best == best)
    case .minimum: element < best || (element != element && best == best)
    }
  }

  @inline(__always)
  static func combineReference(
    _ operation: BinaryOperation, _ left: UnsafePointer<Self>, step leftStep: Int,
    _ right: UnsafePointer<Self>, step rightStep: Int, into out: UnsafeMutablePointer<Self>, count: Int
  ) {
    @inline(__always) func fill(_ function: (Self, Self) -> Self) {
      var (index, l, r) = (0, left, right)
      while index < count {
        out[index] = function(l.pointee, r.pointee)
        index += 1
        l += leftStep
        r += rightStep
      }
    }
    switch operation {
    case .add: fill { $0 + $1 }
    case .subtract: fill { $0 - $1 }
    case .multiply: fill { $0 * $1 }
    case .divide: fill { $0 / $1 }
    case .maximum: fill(larger)
    case .minimum: fill(smaller)
    }
  }

  @inline(__always)
  static func reduceReference(_ reduction: Reduction, _ row: UnsafePointer<Self>, count: Int) -> Self {
    switch reduction {
    case .sum: return pairwise(row, count, of: { $0 }, from: 0, joinedBy: { $0 + $1 })
    case .product: return pairwise(row, count, of: { $0 }, from: 1, joinedBy: { $0 * $1 })
    case .sumOfSquares: return pairwise(row, count, of: { $0 * $0 }, from: 0, joinedBy: { $0 + $1 })
    case .maximum: return pairwise(row, count, of: { $0 }, from: row[0], joinedBy: larger)
    case .minimum: return pairwise(row, count, of: { $0 }, from: row[0], joinedBy: smaller)
    }
  }

  /// The larger number, or NaN if either is.
  @inline(__always)
  static func larger(_ left: Self, _ right: Self) -> Self {
    // `left != left` holds for NaN alone; if `right` is NaN both conditions fail and it is returned.
    left > right || left != left ? left : right
  }

  /// The smaller number, or NaN if either is.
  @inline(__always)
  static func smaller(_ left: Self, _ right: Self) -> Self {
    left < right || left != left ? left : right
  }

  /// Folds runs of 64 elements one after the other and the runs' results in pairs.
  ///
  /// The error of a sum of n elements is at most (64 + log2(n / 64)) · ε/2 · Σ|x|, whereas one long loop would
  /// let it grow with n (Higham: *Accuracy and Stability of Numerical Algorithms*, 4.2).
  private static func pairwise(
    _ row: UnsafePointer<Self>, _ count: Int, of term: (Self) -> Self, from start: Self,
    joinedBy join: (Self, Self) -> Self
  ) -> Self {
    guard count > 64 else {
      var result = start
      var index = 0
      while index < count {
        result = join(result, term(row[index]))
        index += 1
      }
      return result
    }
    let half = (count / 2 + 63) / 64 * 64
    return join(
      pairwise(row, half, of: term, from: start, joinedBy: join),
      pairwise(row + half, count - half, of: term, from: start, joinedBy: join))
  }
}
