import GraftTensor

extension Schedule {
  /// This schedule after a straight rise from a share of its first rate, 0 by default; its own steps count from the end
  /// of the rise.
  ///
  /// Traps unless the number of steps is positive and the share between 0 and 1.
  public func warmedUp(over steps: Int, from share: Double = 0) -> WarmedUpSchedule<Self> {
    WarmedUpSchedule(self, over: steps, from: share)
  }

  /// This schedule up to a step and another one from there, which counts its steps from 0: PyTorch's `SequentialLR`.
  ///
  /// Chains read in order, each `step` counted from the very beginning: `a.followed(by: b, after: 100).followed(by: c,
  /// after: 150)`. Traps if `step` is negative.
  public func followed<Next: Schedule>(by next: Next, after step: Int) -> SequentialSchedule<Self, Next> {
    SequentialSchedule(self, then: next, after: step)
  }

  /// The product of two schedules, one of which is a factor (made with a rate of 1): PyTorch's `ChainedScheduler`.
  public func multiplied<Factor: Schedule>(by factor: Factor) -> ProductSchedule<Self, Factor> {
    ProductSchedule(self, factor)
  }
}

/// A schedule with a rise before it. Made by ``Schedule/warmedUp(over:from:)``.
public struct WarmedUpSchedule<Base: Schedule>: Schedule {
  private let base: Base
  private let rise: LinearRamp

  init(_ base: Base, over steps: Int, from share: Double) {
    require(share >= 0 && share <= 1, "warmedUp: share \(share) is not between 0 and 1")
    self.base = base
    let peak = base.rate(at: 0)
    rise = LinearRamp(from: Float(Double(peak) * share), to: peak, over: steps)
  }

  public func rate(at step: Int) -> Float {
    step < rise.steps ? rise.rate(at: step) : base.rate(at: step - rise.steps)
  }
}

/// Two schedules one after the other. Made by ``Schedule/followed(by:after:)``.
public struct SequentialSchedule<First: Schedule, Next: Schedule>: Schedule {
  private let first: First
  private let next: Next
  private let boundary: Int

  init(_ first: First, then next: Next, after boundary: Int) {
    require(boundary >= 0, "followed(by:after:): step \(boundary) is negative")
    self.first = first
    self.next = next
    self.boundary = boundary
  }

  public func rate(at step: Int) -> Float {
    step < boundary ? first.rate(at: step) : next.rate(at: step - boundary)
  }
}

/// Two schedules multiplied. Made by ``Schedule/multiplied(by:)``.
public struct ProductSchedule<First: Schedule, Second: Schedule>: Schedule {
  private let first: First
  private let second: Second

  init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  public func rate(at step: Int) -> Float {
    first.rate(at: step) * second.rate(at: step)
  }
}
