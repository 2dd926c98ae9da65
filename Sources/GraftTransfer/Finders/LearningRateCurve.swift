import Foundation

/// What a ``LearningRateFinder`` saw: the loss at each rate, and the rates that follow from that.
///
/// Printed, it is one line; ``svg(title:)`` draws it. Look at the picture before you trust a number: the loss should stay, fall
/// and rise, and a good rate lies where it falls steadily.
public struct LearningRateCurve: Sendable, Hashable {
  /// One step of the test.
  public struct Point: Sendable, Hashable {
    /// The optimizer's rate in this step.
    public let rate: Float
    /// The loss of the step's batch, from before the update at this rate.
    public let loss: Float
    /// The mean of the losses so far, in which each counts less the longer ago it was.
    public let smoothedLoss: Double
  }

  /// Why the test was over.
  public enum Ending: String, Sendable, Hashable {
    /// All rates were tried. If the loss still falls at the last, try higher ones.
    case completed
    /// The smoothed loss was far above the lowest.
    case diverged
    /// A loss, or a gradient that the step checks, was not finite; that step is not among the points.
    case notFinite = "not finite"
    /// The steps had no more batches.
    case outOfBatches = "out of batches"
  }

  /// The steps, from the lowest rate upwards.
  public let points: [Point]

  /// Why the test was over.
  public let ending: Ending

  init(points: [Point], ending: Ending) {
    self.points = points
    self.ending = ending
  }

  /// The rates that were tried, rising.
  public var rates: [Float] { points.map(\.rate) }

  /// The loss at each rate.
  public var losses: [Float] { points.map(\.loss) }

  /// The smoothed loss at each rate.
  public var smoothedLosses: [Double] { points.map(\.smoothedLoss) }
}

// MARK: - Suggestions

extension LearningRateCurve {
  /// What suggestions go by. The first tenth of the steps is left out, as fastai does: a mean of few losses is mostly chance.
  private var settled: ArraySlice<Point> { points.dropFirst(points.count / 10) }

  private var lowest: Int? {
    guard let index = settled.indices.min(by: { points[$0].smoothedLoss < points[$1].smoothedLoss }),
      index > settled.startIndex
    else { return nil }
    return index
  }

  /// The rate at which the smoothed loss is lowest, divided by 10: a rate at which it still falls.
  ///
  /// `nil` if the loss is lowest where the test begins.
  public var minimum: Float? { lowest.map { points[$0].rate / 10 } }

  /// The rate at which the smoothed loss falls fastest with the rate's logarithm, by central differences, before it is lowest.
  ///
  /// The boldest of the three. `nil` if the loss doesn't fall.
  public var steepest: Float? {
    guard let lowest else { return nil }
    let slopes = (settled.startIndex + 1..<max(lowest, settled.startIndex + 1)).map { index in
      let (before, after) = (points[index - 1], points[index + 1])
      return (
        rate: points[index].rate,
        slope: (after.smoothedLoss - before.smoothedLoss) / log(Double(after.rate) / Double(before.rate))
      )
    }
    guard let best = slopes.min(by: { $0.slope < $1.slope }), best.slope < 0 else { return nil }
    return best.rate
  }

  /// The rate in the middle, by logarithm, of the longest descent: of the longest sequence of steps, not necessarily
  /// neighbours, of which each has a lower smoothed loss than the one before. It is taken to begin as many steps before its end as
  /// it has steps, so that chance descents on the level before it hardly count. fastai's suggestion of that name.
  ///
  /// The most dependable of the three: a single steep piece does not move it. `nil` if the loss doesn't fall.
  public var valley: Float? {
    let losses = settled.map(\.smoothedLoss)
    // For each step the number of steps in the longest descent that ends with it.
    var lengths: [Int] = []
    for (index, loss) in losses.enumerated() {
      let longest = (0..<index).reduce(0) { losses[$1] > loss ? max($0, lengths[$1]) : $0 }
      lengths.append(longest + 1)
    }
    guard let end = lengths.indices.max(by: { lengths[$0] < lengths[$1] }), lengths[end] > 1 else {
      return nil
    }
    return points[settled.startIndex + end - lengths[end] / 2].rate
  }

  /// The suggestions that there are, by name.
  var suggestions: [(name: String, rate: Float)] {
    [("valley", valley), ("steepest", steepest), ("minimum / 10", minimum)].compactMap { name, rate in
      rate.map { (name, $0) }
    }
  }
}

extension LearningRateCurve: CustomStringConvertible {
  /// One line: `valley 1.3e-03  steepest 2.1e-03  minimum / 10 8.9e-03  (84 rates, diverged)`.
  public var description: String {
    let rates = suggestions.map { "\($0.name) \(LearningRateCurve.text($0.rate))" }
    let summary = "(\(points.count) rates, \(ending.rawValue))"
    return (rates.isEmpty ? ["the loss does not fall"] : rates).joined(separator: "  ") + "  " + summary
  }

  static func text(_ rate: Float) -> String { String(format: "%.1e", Double(rate)) }
}
