import Foundation
import GraftTensor

/// One line that tells how far long work has come.
///
/// On a terminal a bar with rate and time left that is redrawn in place; anywhere else (a log file, a pipe) a
/// plain line now and then. Goes to the standard error stream, so that results can be piped on.
///
/// ```swift
/// var progress = ProgressLine("training", total: steps)
/// for batch in batches {
///   …
///   progress.advance(note: "loss \(loss)")
/// }
/// progress.finish()
/// ```
public struct ProgressLine {
  private let title: String
  private let total: Int
  private let isTerminal: Bool
  private let write: (String) -> Void
  private let now: () -> Double

  private let start: Double
  /// What was done before the line began, at a speed that nobody knows.
  private let earlier: Int
  private var completed: Int
  private var note = ""
  private var lastDrawn = -Double.infinity
  private var lastWidth = 0

  /// A line on the standard error stream.
  ///
  /// - Parameters:
  ///   - title: what the line begins with.
  ///   - total: how many units of work there are. Traps if negative.
  ///   - completed: how many of them were done before: of a run that was interrupted. They count in neither the rate nor the
  ///     time. Default: none. Traps unless from 0 to `total`.
  ///   - elapsed: how long the work has gone on already, where the line is made after it began. Default: it begins now.
  public init(_ title: String, total: Int, completed: Int = 0, elapsed: Duration = .zero) {
    let clock = ContinuousClock()
    let origin = clock.now
    self.init(
      title, total: total, completed: completed, elapsed: elapsed, isTerminal: isatty(STDERR_FILENO) == 1,
      write: { FileHandle.standardError.write(Data($0.utf8)) },
      now: {
        (clock.now - origin) / .seconds(1)
      })
  }

  /// A line that writes and reads time as it is told: for tests.
  init(
    _ title: String, total: Int, completed: Int = 0, elapsed: Duration = .zero, isTerminal: Bool,
    write: @escaping (String) -> Void,
    now: @escaping () -> Double
  ) {
    require(total >= 0, "ProgressLine: \(total) units of work")
    require((0...total).contains(completed), "ProgressLine: \(completed) of \(total) units are done")
    earlier = completed
    self.completed = completed
    self.title = title
    self.total = total
    self.isTerminal = isTerminal
    self.write = write
    self.now = now
    start = now() - elapsed / .seconds(1)
  }

  /// Some more units are done. Draws at most ten times a second, and once in ten seconds where there is no
  /// terminal.
  public mutating func advance(by units: Int = 1, note: String = "") {
    completed = min(completed + units, total)
    self.note = note
    let time = now()
    if time - lastDrawn >= (isTerminal ? 0.1 : 10) { draw(at: time) }
  }

  /// Writes a line of its own, which stays, above this one.
  public mutating func interrupt(with text: String) {
    let padding = String(repeating: " ", count: max(0, lastWidth - text.count))
    write(isTerminal ? "\r" + text + padding + "\n" : text + "\n")
    if isTerminal { draw(at: now()) }
  }

  /// Draws the last state and ends the line.
  public mutating func finish() {
    draw(at: now())
    if isTerminal { write("\n") }
  }

  private mutating func draw(at time: Double) {
    lastDrawn = time
    let line = text(at: time)
    guard isTerminal else { return write(line + "\n") }
    let padding = String(repeating: " ", count: max(0, lastWidth - line.count))
    lastWidth = line.count
    write("\r" + line + padding)
  }

  /// `training [######··············] 3/10  2.0/s  3 s left  loss 0.31`
  private func text(at time: Double) -> String {
    let width = 20
    let filled = total > 0 ? completed * width / total : width
    let bar = String(repeating: "#", count: filled) + String(repeating: "·", count: width - filled)
    var parts = [isTerminal ? "\(title) [\(bar)] \(completed)/\(total)" : "\(title) \(completed)/\(total)"]
    let elapsed = time - start
    if completed > earlier, elapsed > 0 {
      let rate = Double(completed - earlier) / elapsed
      parts.append(String(format: "%.1f/s", rate))
      let rest = Double(total - completed) / rate
      parts.append(completed < total ? "\(ProgressLine.duration(rest)) left" : ProgressLine.duration(elapsed))
    }
    if !note.isEmpty { parts.append(note) }
    return parts.joined(separator: "  ")
  }

  /// `45 s`, `3 min 20 s`, `2 h 5 min`.
  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
