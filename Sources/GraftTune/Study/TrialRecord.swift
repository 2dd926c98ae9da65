import Foundation

/// What a study knows about one trial.
public struct TrialRecord: Sendable, Hashable, Codable {
  /// How a trial stands.
  public enum State: Sendable, Hashable, Codable {
    /// It runs, here or in another process.
    case running
    /// It waits at a step, to be carried on if it proves to be one of the best.
    case paused
    /// It ended with ``TrialRecord/values``.
    case complete
    /// A rule stopped it; its reports count.
    case stopped
    /// It threw an error or ended with a value that is not finite.
    case failed(reason: String)

    /// Whether nothing more will come of it.
    public var isOver: Bool {
      switch self {
      case .running, .paused: false
      case .complete, .stopped, .failed: true
      }
    }
  }

  /// What a trial said on its way.
  public struct Report: Sendable, Hashable, Codable {
    /// How far it was: epochs, say, from 1.
    public let step: Int
    /// The first objective there.
    public let value: Double

    public init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  /// Counted from 0 in the order of their beginning.
  public let number: Int
  public let configuration: Configuration
  public var state: State
  /// One for each objective, of a complete trial; otherwise empty.
  public var values: [Double]
  /// By step.
  public var reports: [Report]
  public var started: Date
  public var ended: Date?

  public init(
    number: Int, configuration: Configuration, state: State = .running, values: [Double] = [],
    reports: [Report] = [], started: Date = Date(), ended: Date? = nil
  ) {
    self.number = number
    self.configuration = configuration
    self.state = state
    self.values = values
    self.reports = reports
    self.started = started
    self.ended = ended
  }

  /// What a search can learn from: the values of a complete trial; with one objective the last report of one that was stopped or is paused.
  func knownValues(objectives: Int) -> [Double]? {
    switch state {
    case .complete: values
    case .stopped, .paused: objectives == 1 ? reports.last.map { [$0.value] } : nil
    case .running, .failed: nil
    }
  }
}
