import Foundation
import GraftTune

/// Runs a seeded study on a file, so that tests can kill it: `study-worker plain|halving FILE TRIALS EXECUTIONS`.
///
/// Each trial, or leg of one, that it begins is a line of the file of executions: the trial's number, its first step and this process.
@main struct StudyWorker {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let trials = Int(arguments[3]) else {
      FileHandle.standardError.write(
        Data("usage: study-worker plain|halving FILE TRIALS EXECUTIONS\n".utf8))
      exit(2)
    }
    let study = try Course(isHalving: arguments[1] == "halving", file: URL(fileURLWithPath: arguments[2]))
    try study.run(trials: trials, executions: URL(fileURLWithPath: arguments[4]))
  }
}
