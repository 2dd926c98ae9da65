import GraftOptim
import GraftTensor

/// Keeps the best value of a metric, and counts how often in a row it was not beaten.
struct ImprovementTracker: Sendable, Hashable, Codable {
  let goal: ReduceOnPlateau.Goal
  /// By how much a value must beat the best to count.
  let minimumImprovement: Double

  /// The best value so far; `nil` before the first that is a number.
  private(set) var best: Double?
  /// Observations since the best.
  private(set) var stale = 0

  /// Traps unless the minimum improvement is finite and not negative.
  init(goal: ReduceOnPlateau.Goal, minimumImprovement: Double, operation: StaticString) {
    require(
      minimumImprovement >= 0 && minimumImprovement.isFinite,
      "\(operation): the minimum improvement \(minimumImprovement) is negative or not finite")
    self.goal = goal
    self.minimumImprovement = minimumImprovement
  }

  /// Takes in a value and returns whether it is a new best. A value that is not finite never is.
  mutating func observe(_ metric: Double) -> Bool {
    guard metric.isFinite, beatsBest(metric) else {
      stale += 1
      return false
    }
    best = metric
    stale = 0
    return true
  }

  /// Starts counting anew; the best is kept.
  mutating func resetCount() { stale = 0 }

  private func beatsBest(_ metric: Double) -> Bool {
    guard let best else { return true }
    switch goal {
    case .minimize: return metric < best - minimumImprovement
    case .maximize: return metric > best + minimumImprovement
    }
  }
}
