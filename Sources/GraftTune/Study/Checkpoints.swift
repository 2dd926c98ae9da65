import Foundation

/// Where paused trials leave what they need to be carried on.
///
/// Each pause has a place of its own, so that a trial which is killed while it saves still has what it saved before.
struct Checkpoints: Sendable {
  let folder: URL

  /// What a trial saved when it paused at a step; `nil` if it saved nothing.
  func saved(byTrial number: Int, at step: Int) -> URL? {
    let url = place(number, step)
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }

  /// A free place for what a trial saves at a step.
  func prepare(forTrial number: Int, at step: Int) throws -> URL {
    try FileManager.default.createDirectory(at: trialFolder(number), withIntermediateDirectories: true)
    let url = place(number, step)
    // From a worker that died before the trial was paused.
    if FileManager.default.fileExists(atPath: url.path) { try FileManager.default.removeItem(at: url) }
    return url
  }

  /// Removes what a trial saved before a step; without one, everything.
  func remove(ofTrial number: Int, before step: Int? = nil) {
    guard let step else {
      try? FileManager.default.removeItem(at: trialFolder(number))
      return
    }
    let names = try? FileManager.default.contentsOfDirectory(atPath: trialFolder(number).path)
    for name in names ?? [] where name != place(number, step).lastPathComponent {
      try? FileManager.default.removeItem(at: trialFolder(number).appendingPathComponent(name))
    }
  }

  private func trialFolder(_ number: Int) -> URL { folder.appendingPathComponent("trial-\(number)") }

  private func place(_ number: Int, _ step: Int) -> URL {
    trialFolder(number).appendingPathComponent("step-\(step)")
  }
}
