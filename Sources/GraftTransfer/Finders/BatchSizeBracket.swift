/// Which size to try next, and between which two the largest one that fits must lie.
struct BatchSizeBracket {
  let budget: Int
  private(set) var trials: [(units: Int, peakBytes: Int)] = []

  /// The largest that fits; 0 if none is known.
  private var lowest = 0

  /// The smallest that does not fit, or one above the last.
  private var highest: Int
  private var hasFailed = false

  init(budget: Int, units: Int) {
    self.budget = budget
    highest = units + 1
  }

  /// `nil` once it is known what fits.
  var next: Int? {
    guard highest - lowest > 1 else { return nil }
    if hasFailed { return (lowest + highest) / 2 }
    return min(max(2 * lowest, 1), promising, highest - 1)
  }

  mutating func add(units: Int, peakBytes: Int) {
    trials.append((units, peakBytes))
    if peakBytes <= budget {
      lowest = units
    } else {
      (highest, hasFailed) = (units, true)
    }
  }

  /// The largest that should take no more than 5/4 of the budget if memory grows on as it grew between the last two trials, but
  /// at least a quarter more than what fits, which can't go beyond that either.
  private var promising: Int {
    guard let last = trials.last, let before = trials.dropLast().last, last.peakBytes > before.peakBytes
    else {
      return .max
    }
    let slope = Double(last.peakBytes - before.peakBytes) / Double(last.units - before.units)
    let growth = (Double(budget) * 1.25 - Double(last.peakBytes)) / slope
    return lowest + max(Int(min(growth, 1e9)), lowest / 4, 1)
  }
}
