import Foundation
import GraftTensor
import GraftTune
import Testing

@Suite struct StudyReportTests {
  static let rate = Hyperparameter.continuous("learning rate", 1e-4...1e-1, .logarithmic)
  static let head = Hyperparameter.choice("head", ["linear", "<mlp>"])
  static let width = Hyperparameter.integer("width", 8...64, .logarithmic).when(head, is: "<mlp>")

  /// Trials whose accuracy depends on the rate alone; of the last three one was stopped, one failed and one runs.
  static func history() throws -> SearchHistory {
    let space = try SearchSpace([rate, head, width])
    var generator = RandomGenerator(seed: 4)
    let trials = (0..<20).map { number in
      let configuration = space.random(using: &generator)
      let value = 1 - abs(log10(configuration[rate]) + 2) / 4
      let reports = [TrialRecord.Report(step: 1, value: value)]
      return switch number {
      case 17: TrialRecord(number: number, configuration: configuration, state: .stopped, reports: reports)
      case 18: TrialRecord(number: number, configuration: configuration, state: .failed(reason: "NaN"))
      case 19: TrialRecord(number: number, configuration: configuration, reports: reports)
      default: TrialRecord(number: number, configuration: configuration, state: .complete, values: [value])
      }
    }
    return SearchHistory(space: space, objectives: [.maximize("accuracy")], trials: trials)
  }

  @Test func theTableHasTheBestFirst() throws {
    let history = try StudyReportTests.history()
    let lines = StudyReport(history).table(best: 100).split(separator: "\n")
    #expect(lines.count == 19)  // the header, 17 complete, one stopped
    #expect(
      lines[0].split(separator: " ").joined(separator: " ") == "trial accuracy learning rate head width state"
    )
    let values = lines.dropFirst().compactMap { Double($0.split(separator: " ")[1]) }
    #expect(values.count == 18 && values == values.sorted(by: >))
    #expect(lines.contains { $0.hasPrefix("17 ") && $0.hasSuffix("stopped") })
    #expect(lines.contains { $0.contains("linear") && $0.contains("–") })
    let text = StudyReport(history).description
    #expect(text.hasPrefix("20 trials: 17 complete, 1 stopped, 1 failed, 1 running\n"))
    #expect(text.contains("importance"))
  }

  @Test func lessIsBetterWhereItIsMinimised() throws {
    let history = try StudyReportTests.history()
    let minimised = SearchHistory(
      space: history.space, objectives: [.minimize("loss")], trials: history.trials)
    let values = StudyReport(minimised).table(best: 100).split(separator: "\n").dropFirst()
      .compactMap { Double($0.split(separator: " ")[1]) }
    #expect(values == values.sorted())
  }

  /// Every picture is well-formed XML and has a mark for each trial that it shows.
  @Test func picturesShowEveryTrial() throws {
    let history = try StudyReportTests.history()
    let report = StudyReport(history)
    #expect(count("<circle", in: report.historySVG()) == 18)
    #expect(count("<circle", in: report.sliceSVG(of: "head")) == 18)
    let withWidth = history.trials.filter { $0.number < 18 && $0.configuration.settings["width"] != nil }
      .count
    #expect(withWidth > 0 && count("<circle", in: report.sliceSVG(of: "width")) == withWidth)
    // A line for each trial, one for each scale.
    #expect(count("<polyline", in: report.parallelCoordinatesSVG()) == 18 + 4)
    #expect(count("<rect", in: report.importanceSVG()) == 3)
    let empty = StudyReport(SearchHistory(space: history.space, objectives: history.objectives, trials: []))
    let pictures = [report, empty].flatMap { report in
      [
        report.historySVG(), report.sliceSVG(of: "head"), report.parallelCoordinatesSVG(),
        report.importanceSVG(),
      ]
    }
    for svg in pictures {
      #expect(!svg.contains("nan") && !svg.contains("inf") && !svg.contains("<mlp>"))
      #expect(count("<svg", in: svg) == 1 && svg.hasSuffix("</svg>\n"))
    }
    #expect(empty.table().split(separator: "\n").count == 1)
  }

  /// Names and labels of any length, side by side on one line, do not run into each other or out of the picture.
  @Test func longNamesHaveRoom() throws {
    let optimizer = Hyperparameter.choice(
      "optimizer", ["stochastic gradient descent", "adaptive moments", "x"])
    let space = try SearchSpace([
      Hyperparameter.continuous("label smoothing of the auxiliary classifier", 0...0.3), optimizer,
      Hyperparameter.continuous("momentum of the optimizer", 0...0.99).when(
        optimizer, is: "stochastic gradient descent"),
      Hyperparameter.integer("thawed stages", 1...5),
    ])
    let history = SearchHistory(
      space: space, objectives: [.maximize("accuracy"), .minimize("latency of a batch in milliseconds")],
      trials: [
        TrialRecord(
          number: 0, configuration: space.configuration(at: [0.1, 0.5, 0.2, 1]), state: .complete,
          values: [0.9, 30])
      ])
    let report = StudyReport(history, objective: 1)
    for svg in [report.parallelCoordinatesSVG(), report.sliceSVG(of: "optimizer"), report.historySVG()] {
      let width = try #require(svg.firstMatch(of: #/width="([0-9.]+)"/#).flatMap { Double($0.1) })
      var ends: [String: Double] = [:]
      // Texts that are not turned, from left to right; letters are taken for half as wide as they are high.
      let texts = try svg.matches(
        of:
          #/<text x="([0-9.]+)" y="([0-9.]+)" text-anchor="(\w+)" font-size="(\d+)" fill="#767676">([^<]*)</#
      ).map { match in
        let (x, size) = (try #require(Double(match.1)), try #require(Double(match.4)))
        let length = Double(match.5.count) * size / 2
        let start = match.3 == "start" ? x : match.3 == "middle" ? x - length / 2 : x - length
        return (line: "\(match.2)", start: start, end: start + length, text: match.5)
      }.sorted { $0.start < $1.start }
      #expect(texts.count > 5)
      for text in texts {
        #expect(text.start >= ends[text.line] ?? 0 && text.end <= width, "\(text)")
        ends[text.line] = text.end
      }
    }
    // All labels are written, and the largest integer is at the upper end of its scale.
    let parallel = report.parallelCoordinatesSVG()
    #expect(["stochastic gradient descent", "adaptive moments", ">x<"].allSatisfy { parallel.contains($0) })
    let line = try #require(parallel.firstMatch(of: #/points="([^"]*)" fill="none" stroke="#d55e00"/#)?.1)
    #expect(line.split(separator: " ").count == 4)
    #expect(line.split(separator: " ")[2].hasSuffix(",64"))
  }

  @Test func aFolderHoldsAllPictures() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try StudyReport(try StudyReportTests.history()).write(to: folder.appendingPathComponent("a/b"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("a/b").path)
      .sorted()
    #expect(
      names == [
        "history.svg", "importance.svg", "parallel.svg", "slice-head.svg", "slice-learning-rate.svg",
        "slice-width.svg",
      ])
  }

  private func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }
}
