/// A piece of work that is timed.
///
/// Its value is cheap; what it works on is made in ``prepare()``, so that one workload's memory is not in another's peak.
protocol Workload: Sendable {
  /// What it is called: on the command line, in results, and in the PyTorch script.
  var name: String { get }

  /// Whether it runs when no filter is given.
  var isInDefaultSet: Bool { get }

  /// The additions and multiplications of one step as its shapes demand them, whatever algorithm saves; `nil` where counting
  /// them makes no sense.
  var arithmetic: Double? { get }

  /// Makes models, data and whatever else a step needs.
  func prepare() throws -> Prepared
}

extension Workload {
  var isInDefaultSet: Bool { true }
  var arithmetic: Double? { nil }
}

/// A workload that is ready to run.
struct Prepared {
  /// What is timed.
  let step: () -> Void

  /// How many equal pieces a step consists of; times are given for one piece.
  let pieces: Int

  /// What is timed too and subtracted, for the cost beside it.
  let beside: (() -> Void)?

  /// How long steps have waited for their data so far, where they do.
  let waiting: (() -> Duration)?

  init(
    pieces: Int = 1, beside: (() -> Void)? = nil, waiting: (() -> Duration)? = nil, step: @escaping () -> Void
  ) {
    self.step = step
    self.pieces = pieces
    self.beside = beside
    self.waiting = waiting
  }
}
