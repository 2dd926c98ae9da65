import GraftTensor

/// Finds a minimum of a smooth function in a box, by limited-memory BFGS with projected steps.
///
/// Nocedal: *Updating Quasi-Newton Matrices with Limited Storage*, 1980; the free variables are those that are not pressed against a bound
/// (Bertsekas: *Projected Newton Methods for Optimization Problems with Simple Constraints*, 1982).
struct BoundedMinimizer: Sendable {
  let lower: [Double]
  let upper: [Double]
  var iterations = 60
  /// Ends where no free component of the gradient is larger.
  var gradientTolerance = 1e-5
  /// Ends where a step gains less than this part of the value.
  var valueTolerance = 1e-9
  var memory = 8

  /// A point and the function's value there.
  typealias Minimum = (point: [Double], value: Double)

  /// Goes down from a point. Where the function gives infinity it is not defined.
  func minimize(
    from start: [Double], _ function: ([Double]) -> (value: Double, gradient: [Double])
  ) -> Minimum {
    var point = clamped(start)
    var (value, gradient) = function(point)
    guard value.isFinite else { return (point, value) }
    var pairs: [(step: [Double], change: [Double])] = []

    for _ in 0..<iterations {
      let isFree = point.indices.map { index in
        !(point[index] <= lower[index] && gradient[index] > 0)
          && !(point[index] >= upper[index] && gradient[index] < 0)
      }
      let reduced = zip(gradient, isFree).map { $1 ? $0 : 0 }
      let steepest = reduced.reduce(0) { max($0, abs($1)) }
      guard steepest > gradientTolerance else { break }

      var direction = quasiNewtonDirection(reduced, isFree, pairs)
      if inner(direction, reduced) >= 0 {
        pairs = []
        direction = reduced.map { -$0 }
      }
      let length = pairs.isEmpty ? min(1, 1 / inner(reduced, reduced).squareRoot()) : 1
      guard let next = lineSearch(point, value, gradient, direction, length, function) else {
        guard !pairs.isEmpty else { break }
        pairs = []
        continue
      }
      let step = zip(next.point, point).map(-)
      let change = zip(next.gradient, gradient).map(-)
      if inner(step, change) > 1e-12 * inner(change, change) {
        pairs.append((step, change))
        if pairs.count > memory { pairs.removeFirst() }
      }
      let gain = value - next.value
      (point, value, gradient) = next
      if gain <= valueTolerance * (abs(value) + valueTolerance) { break }
    }
    return (point, value)
  }

  /// Halves a step until it gains enough (Armijo 1966).
  private func lineSearch(
    _ point: [Double], _ value: Double, _ gradient: [Double], _ direction: [Double], _ length: Double,
    _ function: ([Double]) -> (value: Double, gradient: [Double])
  ) -> (point: [Double], value: Double, gradient: [Double])? {
    var length = length
    for _ in 0..<20 {
      let candidate = clamped(zip(point, direction).map { $0 + length * $1 })
      let (next, slope) = function(candidate)
      let promised = inner(gradient, zip(candidate, point).map(-))
      if next.isFinite, next <= value + 1e-4 * promised, next < value { return (candidate, next, slope) }
      length /= 2
    }
    return nil
  }

  /// −H g by the two loops, in the free variables.
  private func quasiNewtonDirection(
    _ gradient: [Double], _ isFree: [Bool], _ pairs: [(step: [Double], change: [Double])]
  ) -> [Double] {
    let pairs = pairs.map { pair in
      (
        step: zip(pair.step, isFree).map { $1 ? $0 : 0 },
        change: zip(pair.change, isFree).map { $1 ? $0 : 0 }
      )
    }.filter { inner($0.step, $0.change) > 0 }
    var direction = gradient.map { -$0 }
    guard let last = pairs.last else { return direction }
    var shares: [Double] = []
    for (step, change) in pairs.reversed() {
      let share = inner(step, direction) / inner(step, change)
      shares.append(share)
      for index in direction.indices { direction[index] -= share * change[index] }
    }
    let scale = inner(last.step, last.change) / inner(last.change, last.change)
    for index in direction.indices { direction[index] *= scale }
    for ((step, change), share) in zip(pairs, shares.reversed()) {
      let difference = share - inner(change, direction) / inner(step, change)
      for index in direction.indices { direction[index] += difference * step[index] }
    }
    return direction
  }

  private func clamped(_ point: [Double]) -> [Double] {
    point.indices.map { min(max(point[$0], lower[$0]), upper[$0]) }
  }

  private func inner(_ a: [Double], _ b: [Double]) -> Double { dot(a, 0, b, 0, count: a.count) }
}
