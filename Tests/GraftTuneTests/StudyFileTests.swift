import Foundation
import GraftTensor
import Testing

@testable import GraftTune

/// What a file may hold, and what becomes of one that is torn, damaged or another study's.
@Suite struct StudyFileTests {
  private let x = Hyperparameter.continuous("x", -1...1)

  private func study(_ url: URL, seed: UInt64 = 3) throws -> Study {
    try Study(
      SearchSpace([x]), .minimize("loss"), method: PlainSearch(), seed: seed,
      stopping: SuccessiveHalving(steps: 1...2, factor: 2, manner: .pausing), file: url)
  }

  private func run(_ study: Study, trials: Int = 4) throws {
    try study.run(trials: trials) { trial in
      if trial.number == 1 { throw CocoaError(.fileNoSuchFile) }
      for step in trial.steps(to: 2) {
        try trial.report(trial[x] / Double(step), at: step) { try Data("\(step)".utf8).write(to: $0) }
      }
      return trial[x]
    }
  }

  /// A file with a trial that fails, some that pause, and one of these that is carried on to its end.
  private func wholeFile(trials: Int = 4) throws -> (data: Data, trials: [TrialRecord]) {
    let scratch = try ScratchFile()
    let study = try study(scratch.url)
    try run(study, trials: trials)
    return (try Data(contentsOf: scratch.url), study.trials.map(\.timeless))
  }

  @Test func aFileCutOffAnywhereIsMended() throws {
    // Short, for all the times that it is read.
    let (data, trials) = try wholeFile(trials: 3)
    let lines = data.split(separator: UInt8(ascii: "\n"))
    var ends: [Int] = []
    for line in lines { ends.append((ends.last ?? -1) + 1 + line.count) }
    // Everywhere around the ends of lines; the inside of a line is much alike.
    let lengths = (0..<data.count).filter { length in
      length.isMultiple(of: 4) || ends.contains { abs($0 - length) <= 2 }
    }
    let scratch = try ScratchFile()
    for length in lengths {
      let url = scratch.folder.appendingPathComponent("\(length).jsonl")
      try data.prefix(length).write(to: url)
      let study = try study(url)
      let mended = try Data(contentsOf: url)
      // Whole lines stay, a last one that lacks only its end included; the first is there in any case.
      let count = max(1, ends.count { $0 <= length })
      #expect(mended == Data(lines.prefix(count).joined(separator: [UInt8(ascii: "\n")])) + Data("\n".utf8))
      // To the end only now and then: each is a whole study.
      guard length.isMultiple(of: 576) else { continue }
      try run(study, trials: 3)
      #expect(study.trials.map(\.timeless) == trials)
      #expect(try self.study(url).trials == study.trials)
    }
  }

  @Test func damageIsNamedAndNothingChanged() throws {
    let lines = try wholeFile().data.split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
    let started = try #require(lines.firstIndex { $0.contains("started") })
    var damaged: [(lines: [String], line: Int)] = []
    // Half a line in the middle, a line twice, one that is missing, one of another kind.
    damaged.append((lines.prefix(3) + [String(lines[3].prefix(20))] + lines.dropFirst(3), 4))
    damaged.append((lines.prefix(started + 1) + Array(lines.dropFirst(started)), started + 2))
    damaged.append((lines.prefix(started) + Array(lines.dropFirst(started + 1)), started + 1))
    damaged.append((lines.prefix(5) + [""] + lines.dropFirst(5), 6))
    for (old, new) in [
      ("\"trial\":0", "\"trial\":-1"), ("\"trial\":0", "\"trial\":9223372036854775807"),
      ("\"event\":\"started\"", "\"event\":\"ended\""), ("\"x\":", "\"y\":"), ("\"x\":", "\"x\":7,\"x\":"),
      ("\"worker\":\"", "\"worker\":\"../../"), ("\"time\":", "\"time\":1e999"),
    ] {
      var changed = lines
      changed[started] = changed[started].replacingOccurrences(of: old, with: new)
      #expect(changed != lines)
      damaged.append((changed, started + 1))
    }
    for (lines, line) in damaged {
      let scratch = try ScratchFile()
      let data = Data((lines.joined(separator: "\n") + "\n").utf8)
      try data.write(to: scratch.url)
      let error = #expect(throws: StudyError.self) { _ = try study(scratch.url) }
      guard case .damaged(_, line, _) = error else {
        Issue.record("line \(line): \(String(describing: error))")
        continue
      }
      #expect(try Data(contentsOf: scratch.url) == data)
    }
  }

  @Test func randomDamageIsAnErrorOrAStudy() throws {
    let data = try wholeFile().data
    var generator = RandomGenerator(seed: 11)
    var errors = 0
    for _ in 0..<300 {
      var changed = data
      for _ in 0...(generator.next() % 3) {
        let place = Int(generator.next() % UInt64(changed.count))
        switch generator.next() % 3 {
        case 0: changed[place] = UInt8(truncatingIfNeeded: generator.next())
        case 1: changed.remove(at: place)
        default: changed.insert(contentsOf: changed[(place / 2)...place], at: place)
        }
      }
      let scratch = try ScratchFile()
      try changed.write(to: scratch.url)
      do {
        _ = try study(scratch.url).best
      } catch {
        #expect(error is StudyError)
        errors += 1
      }
    }
    #expect(errors > 100)
  }

  @Test func anotherStudysFileIsRefused() throws {
    let scratch = try ScratchFile()
    try run(study(scratch.url))
    let data = try Data(contentsOf: scratch.url)
    let wide = Hyperparameter.continuous("x", -1...2)
    func difference(_ make: () throws -> Study) -> String? {
      let error = #expect(throws: StudyError.self) { _ = try make() }
      guard case .otherStudy(_, let difference) = error else { return nil }
      return difference
    }
    #expect(difference { try study(scratch.url, seed: 4) } == "its seed is 3, not 4")
    let space = try SearchSpace([x])
    let method = PlainSearch()
    #expect(
      difference {
        try Study(SearchSpace([wide]), .minimize("loss"), method: method, seed: 3, file: scratch.url)
      } == "it searches x -1.0...1.0 linear, not x -1.0...2.0 linear")
    #expect(
      difference { try Study(space, .maximize("loss"), method: method, seed: 3, file: scratch.url) }
        == "it is to minimize loss, not to maximize loss")
    #expect(
      difference {
        try Study(space, .minimize("loss"), method: PlainSearch(name: "grid"), seed: 3, file: scratch.url)
      } == "its method is plain, not grid")
    #expect(try Data(contentsOf: scratch.url) == data)
  }

  @Test func whatIsNoStudyIsLeftAlone() throws {
    for text in ["", "x", "{\"a\":1}\n", "a,b\n1,2\n", "{\"format\":\"graft-study\",\"version\":2}\n"] {
      let scratch = try ScratchFile()
      try Data(text.utf8).write(to: scratch.url)
      guard !text.isEmpty else {
        #expect(try study(scratch.url).trials.isEmpty)
        continue
      }
      let error = #expect(throws: StudyError.self) { _ = try study(scratch.url) }
      let expected: StudyError =
        text.contains("version")
        ? .laterVersion(file: scratch.url.path, version: 2) : .notAStudy(file: scratch.url.path)
      #expect(error == expected)
      #expect(try String(contentsOf: scratch.url, encoding: .utf8) == text)
    }
    let missing = URL(fileURLWithPath: "/no such folder/study.jsonl")
    let error = #expect(throws: StudyError.self) { _ = try study(missing) }
    guard case .inaccessible = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func aFileThatIsTakenAwayEndsTheRun() throws {
    let scratch = try ScratchFile()
    let study = try study(scratch.url)
    let error = #expect(throws: StudyError.self) {
      try study.run(trials: 4) { trial in
        if trial.number == 2 { try FileManager.default.removeItem(at: scratch.url) }
        return trial[x]
      }
    }
    #expect(error == .removed(file: scratch.url.path))
    #expect(study.trials.prefix(2).allSatisfy { $0.state == .complete })
  }

  @Test func twoStudiesShareAFileInOneProcess() throws {
    let scratch = try ScratchFile()
    func counting() throws -> Study {
      try Study(Counting.space, .minimize("loss"), method: Counting(), seed: 1, file: scratch.url)
    }
    let (first, second) = (try counting(), try counting())
    let numbers = Shared([Int]())
    let isOver = DispatchSemaphore(value: 0)
    try first.run(trials: 3) { trial in
      numbers.change { $0.append(trial.number) }
      guard trial.number == 0 else { return 0.0 }
      // While this trial runs the other study runs all others; this one is not to be taken from a worker that lives.
      let othersEnded = DispatchSemaphore(value: 0)
      let other = Thread {
        try? second.run(trials: 3, progress: { if $0.completed == 2 { othersEnded.signal() } }) { trial in
          numbers.change { $0.append(trial.number) }
          return 1.0
        }
        isOver.signal()
      }
      other.start()
      #expect(othersEnded.wait(timeout: .now() + 20) == .success)
      return 0.0
    }
    #expect(isOver.wait(timeout: .now() + 20) == .success)
    #expect(numbers.value == [0, 1, 2])
    #expect(second.trials == first.trials && second.best?.number == 0)
  }
}
