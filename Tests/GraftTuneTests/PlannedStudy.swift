import Foundation
import GraftTensor
import GraftTune

/// Random configurations, each from the number of its trial alone.
struct PlainSearch: SearchMethod {
  var name = "plain"

  func proposal(number: Int, given history: SearchHistory, seed: UInt64) -> Configuration? {
    var generator = RandomGenerator(seed: seed, stream: UInt64(number))
    return history.space.random(using: &generator)
  }
}

/// 0, 1, 2 … until there are no more.
struct Counting: SearchMethod {
  static let place = Hyperparameter.integer("place", 0...1000)
  var count = 1001
  let name = "counting"

  func proposal(number: Int, given history: SearchHistory, seed: UInt64) -> Configuration? {
    number < count ? Configuration(["place": .number(Double(number))]) : nil
  }

  static var space: SearchSpace { get throws { try SearchSpace([place]) } }
}

/// A name in a folder of its own, which goes away with it.
final class ScratchFile: Sendable {
  let folder: URL
  var url: URL { folder.appendingPathComponent("study.jsonl") }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("graft-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}

/// A value that threads share.
final class Shared<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var stored: Value

  init(_ value: Value) { stored = value }

  var value: Value { lock.withLock { stored } }
  func change<Result>(_ body: (inout Value) -> Result) -> Result { lock.withLock { body(&stored) } }
}

extension TrialRecord {
  /// What does not depend on when it was run.
  var timeless: TrialRecord {
    TrialRecord(
      number: number, configuration: configuration, state: state, values: values, reports: reports,
      started: .distantPast, ended: ended == nil ? nil : .distantPast)
  }

  /// A trial whose reports of steps 1, 2 … are given.
  static func planned(_ number: Int, _ state: State, _ reports: [Double]) -> TrialRecord {
    TrialRecord(
      number: number, configuration: Configuration([:]), state: state,
      values: state == .complete ? reports.suffix(1) : [],
      reports: reports.enumerated().map { Report(step: $0.offset + 1, value: $0.element) })
  }
}
