import GraftTensor

/// Why a study cannot begin or go on. Whatever was recorded before stays in its file.
public enum StudyError: GraftError, Hashable {
  /// The system refuses to open, lock, read or write a file.
  case inaccessible(file: String, reason: String)
  /// Something else than a study is there.
  case notAStudy(file: String)
  /// A later version of this library wrote it.
  case laterVersion(file: String, version: Int)
  /// It is a study of something else.
  case otherStudy(file: String, difference: String)
  /// A line, counted from 1, is not what a study writes, or cannot have happened.
  case damaged(file: String, line: Int, problem: String)
  /// The file was removed, replaced or cut off while it was in use.
  case removed(file: String)
  /// More trials failed than may.
  case tooManyFailures(count: Int, last: String)

  /// What is wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .inaccessible(let file, let reason):
      return
        "\(file) cannot be used as a study's file: \(reason). Choose a folder of this machine that can be written to."
    case .notAStudy(let file):
      return "\(file) is not a study's file. Give a new name, or that of a study."
    case .laterVersion(let file, let version):
      return
        "\(file) is a study of version \(version), this library reads version \(StudySignature.version). "
        + "Update the library, or go on with the one that wrote it."
    case .otherStudy(let file, let difference):
      return "\(file) belongs to another study: \(difference). Give this one a file of its own."
    case .damaged(let file, let line, let problem):
      return "\(file), line \(line): \(problem). Cut the file off before that line to go on from there."
    case .removed(let file):
      return
        "\(file) was removed, replaced or cut off while the study ran. Bring it back, or begin a new study."
    case .tooManyFailures(let count, let last):
      return "\(count) trials failed, the last one with: \(last). "
        + "Mend the objective, or narrow the space; the study goes on with a higher maximumFailures."
    }
  }
}

/// Why a trial failed though its objective threw nothing.
enum ObjectiveFault: GraftError, Hashable {
  case notFinite(name: String, value: Double, step: Int?)

  var description: String {
    switch self {
    case .notFinite(let name, let value, let step):
      return "\(name) is \(value)" + (step.map { " at step \($0)" } ?? "")
    }
  }
}
