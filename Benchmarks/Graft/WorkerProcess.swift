import Foundation

/// Runs this program again for one task, so that its peak memory is its own and a crash stops nothing else.
struct WorkerProcess {
  /// Why a worker left no result.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// What every worker is told beside its task.
  let options: [String]

  init(threads: Int?, isQuick: Bool) {
    options = (threads.map { ["--threads", "\($0)"] } ?? []) + (isQuick ? ["--quick"] : [])
  }

  /// What the worker wrote to standard output, decoded. Its standard error goes to this program's.
  func run<Result: Decodable>(_ task: [String], as type: Result.Type) throws -> Result {
    let process = Process()
    process.executableURL = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = task + options
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationReason == .exit else {
      throw Failure(description: "stopped by signal \(process.terminationStatus)")
    }
    guard process.terminationStatus == 0 else {
      throw Failure(description: "ended with status \(process.terminationStatus)")
    }
    return try JSONDecoder().decode(type, from: data)
  }
}
