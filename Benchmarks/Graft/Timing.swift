/// How long repeated runs took.
struct Timing {
  /// The middle one's time in seconds.
  let median: Double
  /// The fastest one's.
  let minimum: Double
  /// How many there were.
  let runs: Int
  /// What all took together.
  let total: Double

  /// The summary of some durations in seconds, at least one.
  init(of durations: [Double]) {
    let sorted = durations.sorted()
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    minimum = sorted[0]
    runs = sorted.count
    total = sorted.reduce(0, +)
  }
}

/// How often a step is run.
struct Repetition {
  /// Runs that are not counted, at least.
  let warmUpRuns: Int
  /// How long warming up lasts, at least, in seconds.
  let warmUpSeconds: Double
  /// Runs that are counted, at least.
  let runs: Int
  /// How long they last together, at least.
  let seconds: Double
  /// After this many seconds, warm-up included, three runs are enough.
  let limit: Double

  /// Enough for a median that can be relied on.
  static let thorough = Repetition(warmUpRuns: 2, warmUpSeconds: 0.3, runs: 5, seconds: 2, limit: 14)
  /// Enough to see that it works.
  static let quick = Repetition(warmUpRuns: 1, warmUpSeconds: 0.1, runs: 3, seconds: 0.3, limit: 3)

  /// Enough for the fastest run to be the machine's best.
  static let limits = Repetition(warmUpRuns: 2, warmUpSeconds: 0.1, runs: 10, seconds: 0.5, limit: 5)

  /// Runs a step until it is warm.
  func warmUp(_ step: () -> Void) {
    let start = ContinuousClock.now
    for run in 0... {
      if run >= warmUpRuns && seconds(since: start) >= warmUpSeconds { return }
      step()
    }
  }

  /// Runs a warm step and takes its times.
  func time(_ step: () -> Void) -> Timing {
    let start = ContinuousClock.now
    var durations: [Double] = []
    while durations.count < 3
      || (seconds(since: start) < limit && (durations.count < runs || seconds(since: start) < seconds))
    {
      let before = ContinuousClock.now
      step()
      durations.append(seconds(since: before))
    }
    return Timing(of: durations)
  }

  private func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
  }
}
