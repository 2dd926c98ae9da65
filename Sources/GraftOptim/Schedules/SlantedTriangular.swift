import GraftTensor

/// A rate that rises steeply for a short time and falls slowly for the rest: ULMFiT's schedule for fine-tuning.
///
/// With c = max(1, ⌊cut · steps⌋), at step t:
///
///     p = t / c                               if t < c
///     p = 1 - (t - c) / (c · (1/cut - 1))     after that, at least 0
///     rate = peak · (1 + p · (ratio - 1)) / ratio
///
/// Howard, Ruder: *Universal Language Model Fine-tuning for Text Classification*, 2018, equation 3.
public struct SlantedTriangular: Schedule, Hashable {
  /// The highest rate.
  public let peak: Float
  /// The number of steps of rise and fall.
  public let steps: Int
  /// The share of the steps in which the rate rises.
  public let cut: Double
  /// How many times lower than the peak the rate is at both ends.
  public let ratio: Double

  /// The paper's shape unless told otherwise. Traps unless the peak and the number of steps are positive, `cut` lies
  /// between 0 and 1, and `ratio` is at least 1.
  public init(peak: Float, over steps: Int, cut: Double = 0.1, ratio: Double = 32) {
    requirePositive(peak, "peak", in: "SlantedTriangular")
    requirePositive(steps, "steps", in: "SlantedTriangular")
    require(cut > 0 && cut < 1, "SlantedTriangular: cut \(cut) is not between 0 and 1")
    require(ratio >= 1 && ratio.isFinite, "SlantedTriangular: ratio \(ratio) is not at least 1")
    self.peak = peak
    self.steps = steps
    self.cut = cut
    self.ratio = ratio
  }

  public func rate(at step: Int) -> Float {
    let number = stepNumber(step, in: "SlantedTriangular")
    let top = max(1, (cut * Double(steps)).rounded(.down))
    let height = number < top ? number / top : max(0, 1 - (number - top) / (top * (1 / cut - 1)))
    return Float(Double(peak) * (1 + height * (ratio - 1)) / ratio)
  }
}
