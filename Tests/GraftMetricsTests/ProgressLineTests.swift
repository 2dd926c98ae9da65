import Testing

@testable import GraftMetrics

@Suite struct ProgressLineTests {
  /// What a line writes when each unit of work takes `seconds`.
  private func output(isTerminal: Bool, units: Int, seconds: Double) -> [String] {
    var written: [String] = []
    var time = 0.0
    var line = ProgressLine(
      "work", total: units, isTerminal: isTerminal, write: { written.append($0) }, now: { time })
    for unit in 1...units {
      time += seconds
      line.advance(note: "loss \(unit)")
    }
    line.finish()
    return written
  }

  @Test func redrawsInPlaceOnATerminal() {
    let written = output(isTerminal: true, units: 4, seconds: 30)
    #expect(written.count == 6)
    #expect(written[0] == "\rwork [#####···············] 1/4  0.0/s  1 min 30 s left  loss 1")
    #expect(written.dropLast().allSatisfy { $0.hasPrefix("\r") && !$0.contains("\n") })
    #expect(written[4].hasPrefix("\rwork [####################] 4/4  0.0/s  2 min 0 s  loss 4"))
    #expect(written[5] == "\n")
  }

  @Test func drawsAtMostTenTimesASecond() {
    // 1000 units in one second: one drawing for each tenth, the first and the last, and the line's end.
    let written = output(isTerminal: true, units: 1000, seconds: 0.001)
    #expect((10...13).contains(written.count))
  }

  @Test func writesPlainLinesElsewhere() {
    let written = output(isTerminal: false, units: 30, seconds: 1)
    #expect(written.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\r") && !$0.contains("#") })
    #expect(written.first == "work 1/30  1.0/s  29 s left  loss 1\n")
    #expect(written.last == "work 30/30  1.0/s  30 s  loss 30\n")
    #expect(written.count == 4)
  }

  @Test func aLineOfItsOwnStays() {
    var written: [String] = []
    var line = ProgressLine(
      "work", total: 2, isTerminal: true, write: { written.append($0) }, now: { 0 })
    line.advance()
    line.interrupt(with: "accuracy 1")
    #expect(written.count == 3 && written[1].hasPrefix("\raccuracy 1 ") && written[1].hasSuffix("\n"))
  }

  @Test func timeBeforeTheLineWasMadeCounts() {
    var (written, time) = ([String](), 100.0)
    var line = ProgressLine(
      "work", total: 10, elapsed: .seconds(6), isTerminal: false, write: { written.append($0) },
      now: { time })
    time += 2
    line.advance(by: 4)
    #expect(written == ["work 4/10  0.5/s  12 s left\n"])
  }

  @Test func whatWasDoneBeforeCountsInNoRate() {
    var written: [String] = []
    var time = 0.0
    var line = ProgressLine(
      "work", total: 40, completed: 20, isTerminal: false, write: { written.append($0) }, now: { time })
    time = 10
    line.advance(by: 5)
    #expect(written == ["work 25/40  0.5/s  30 s left\n"])
  }
}
