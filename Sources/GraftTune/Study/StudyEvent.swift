/// Something that happened in a study: a line of its file.
enum StudyEvent: Sendable, Hashable {
  /// A worker began a trial, at a time in seconds since 1970.
  case started(trial: Int, Configuration, worker: String, time: Double)
  /// A trial said how it does.
  case reported(trial: Int, step: Int, value: Double)
  /// A trial waits after its last report.
  case paused(trial: Int)
  /// A worker carries a trial on that was paused or given back.
  case resumed(trial: Int, worker: String)
  case finished(trial: Int, values: [Double], time: Double)
  /// A rule stopped a trial after its last report.
  case stopped(trial: Int, time: Double)
  case failed(trial: Int, reason: String, time: Double)
  /// A trial's worker died, or was interrupted, before the trial ended.
  case givenBack(trial: Int)

  var trial: Int {
    switch self {
    case .started(let trial, _, _, _), .reported(let trial, _, _), .paused(let trial), .resumed(let trial, _),
      .finished(let trial, _, _), .stopped(let trial, _), .failed(let trial, _, _), .givenBack(let trial):
      trial
    }
  }

  /// Whether it need not outlive a failure of power: a trial that is run again says it again.
  var isPassing: Bool {
    if case .reported = self { true } else { false }
  }
}

extension StudyEvent: Codable {
  private enum Kind: String, Codable {
    case started, reported, paused, resumed, finished, stopped, failed
    case givenBack = "given back"
  }

  private enum CodingKeys: String, CodingKey {
    case event, trial, configuration, worker, time, step, value, values, reason
  }

  init(from decoder: any Decoder) throws {
    let line = try decoder.container(keyedBy: CodingKeys.self)
    let trial = try line.decode(Int.self, forKey: .trial)
    func time() throws -> Double { try line.decode(Double.self, forKey: .time) }
    func text(_ key: CodingKeys) throws -> String { try line.decode(String.self, forKey: key) }
    switch try line.decode(Kind.self, forKey: .event) {
    case .started:
      let configuration = try line.decode(Configuration.self, forKey: .configuration)
      self = .started(trial: trial, configuration, worker: try text(.worker), time: try time())
    case .reported:
      let step = try line.decode(Int.self, forKey: .step)
      self = .reported(trial: trial, step: step, value: try line.decode(Double.self, forKey: .value))
    case .paused: self = .paused(trial: trial)
    case .resumed: self = .resumed(trial: trial, worker: try text(.worker))
    case .finished:
      let values = try line.decode([Double].self, forKey: .values)
      self = .finished(trial: trial, values: values, time: try time())
    case .stopped: self = .stopped(trial: trial, time: try time())
    case .failed: self = .failed(trial: trial, reason: try text(.reason), time: try time())
    case .givenBack: self = .givenBack(trial: trial)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var line = encoder.container(keyedBy: CodingKeys.self)
    try line.encode(trial, forKey: .trial)
    switch self {
    case .started(_, let configuration, let worker, let time):
      try line.encode(Kind.started, forKey: .event)
      try line.encode(configuration, forKey: .configuration)
      try line.encode(worker, forKey: .worker)
      try line.encode(time, forKey: .time)
    case .reported(_, let step, let value):
      try line.encode(Kind.reported, forKey: .event)
      try line.encode(step, forKey: .step)
      try line.encode(value, forKey: .value)
    case .paused: try line.encode(Kind.paused, forKey: .event)
    case .resumed(_, let worker):
      try line.encode(Kind.resumed, forKey: .event)
      try line.encode(worker, forKey: .worker)
    case .finished(_, let values, let time):
      try line.encode(Kind.finished, forKey: .event)
      try line.encode(values, forKey: .values)
      try line.encode(time, forKey: .time)
    case .stopped(_, let time):
      try line.encode(Kind.stopped, forKey: .event)
      try line.encode(time, forKey: .time)
    case .failed(_, let reason, let time):
      try line.encode(Kind.failed, forKey: .event)
      try line.encode(reason, forKey: .reason)
      try line.encode(time, forKey: .time)
    case .givenBack: try line.encode(Kind.givenBack, forKey: .event)
    }
  }
}
