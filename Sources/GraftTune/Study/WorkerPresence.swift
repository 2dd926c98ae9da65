import Foundation

/// Shows other processes that this one lives, for as long as it does.
///
/// It is a file of its own beside the study's, which the worker keeps locked. The system unlocks it in the moment in which the process
/// ends, however it does; there is nothing to renew, and no process that only sleeps is taken for dead. A number of a process would not
/// do: it may be another one's by now.
final class WorkerPresence: Sendable {
  /// The worker's name, never used again.
  let worker = UUID().uuidString
  private let file: LockableFile
  private let folder: URL

  /// Appears in a folder, which is made if it isn't there. The study's lock has to be held.
  init(in folder: URL) throws(StudyError) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw StudyError.inaccessible(file: folder.path, reason: error.localizedDescription)
    }
    try WorkerPresence.removeTheDead(in: folder)
    let path = WorkerPresence.path(of: worker, in: folder)
    guard let file = try LockableFile(path: path), try file.tryLock() else {
      throw StudyError.inaccessible(file: path, reason: "it is in use")
    }
    self.file = file
    self.folder = folder
  }

  /// Disappears, with the folder if that is empty. The study's lock has to be held.
  func end() {
    unlink(file.path)
    file.unlock()
    try? WorkerPresence.removeTheDead(in: folder)
    rmdir(folder.path)
  }

  /// Whether a worker other than this one lives; what a dead one left is removed. The study's lock has to be held.
  static func isAlive(_ worker: String, in folder: URL) throws(StudyError) -> Bool {
    guard let file = try LockableFile(path: path(of: worker, in: folder), mustExist: true) else {
      return false
    }
    guard try file.tryLock() else { return true }
    unlink(file.path)
    return false
  }

  /// Removes what workers left that died, those without a trial included.
  private static func removeTheDead(in folder: URL) throws(StudyError) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(prefix) {
      _ = try isAlive(String(name.dropFirst(prefix.count)), in: folder)
    }
  }

  private static let prefix = "worker-"

  private static func path(of worker: String, in folder: URL) -> String {
    folder.appendingPathComponent(prefix + worker).path
  }
}
