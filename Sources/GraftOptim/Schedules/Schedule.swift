import Foundation
import GraftTensor

/// A learning rate as a function of the step.
///
/// ```swift
/// let schedule = CosineAnnealing(from: 1e-3, over: 1000).warmedUp(over: 100)
/// for step in 0..<1100 {
///   optimizer.learningRate = schedule.rate(at: step)
///   …
/// }
/// ```
///
/// Rates are absolute, and nothing is remembered between calls: a run that resumes at step 500 asks for the rate at step
/// 500. What a step is, an update or an epoch, is the caller's choice. A schedule made with a rate of 1 is a factor; see
/// ``multiplied(by:)``. Values are those of PyTorch's schedulers of similar names, computed in `Double`.
public protocol Schedule: Sendable {
  /// The rate of a step, counted from 0.
  ///
  /// The schedules of this library trap if `step` is negative, and hold their last rate after their end unless they
  /// say otherwise.
  func rate(at step: Int) -> Float
}

/// A step as a number to calculate with. Traps if it is negative.
func stepNumber(_ step: Int, in schedule: StaticString) -> Double {
  require(step >= 0, "\(schedule).rate(at:): step \(step) is negative")
  return Double(step)
}

/// From `start` (fraction 0) to `end` (fraction 1) along half a wave of the cosine.
func cosineInterpolation(from start: Double, to end: Double, fraction: Double) -> Double {
  end + (start - end) * (1 + cos(Double.pi * fraction)) / 2
}

/// From `start` (fraction 0) to `end` (fraction 1) along a straight line.
func linearInterpolation(from start: Double, to end: Double, fraction: Double) -> Double {
  start + (end - start) * fraction
}
