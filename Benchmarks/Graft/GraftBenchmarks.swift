import Foundation
import Graft

/// Times Graft's workloads and shows them beside the machine's own limits.
@main
struct GraftBenchmarks {
  static func main() {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      if let threads = options.threads { ComputeThreads.count = threads }
      switch options.task {
      case .help: print(Options.usage)
      case .list: try list(options)
      case .run: try run(options)
      case .work(let name): try work(name, options)
      case .measureLimits: try measureLimits(options)
      }
    } catch {
      complain("\(error)")
      exit(1)
    }
  }

  private static func list(_ options: Options) throws {
    for workload in try options.filter == nil ? Catalogue.all : Catalogue.workloads(matching: options.filter)
    {
      print(workload.isInDefaultSet ? workload.name : "\(workload.name)  (only with --filter)")
    }
  }

  /// Runs the chosen workloads one after the other, each in its own process.
  private static func run(_ options: Options) throws {
    let workloads = try Catalogue.workloads(matching: options.filter)
    let worker = WorkerProcess(threads: options.threads, isQuick: options.isQuick)
    var limits: [MachineLimits] = []
    if !options.printsJSON {
      limits = try worker.run(["--worker-limits"], as: [MachineLimits].self)
      print(OutcomeTable.describe(limits), "\n")
    }
    var progress = ProgressLine("benchmarks", total: workloads.count)
    var outcomes: [Outcome] = []
    var failures = 0
    for workload in workloads {
      do {
        let outcome = try worker.run(["--worker", workload.name], as: Outcome.self)
        outcomes.append(outcome)
        if options.printsJSON {
          print(outcome.json)
          fflush(nil)
        }
      } catch {
        failures += 1
        progress.interrupt(with: "\(workload.name) failed: \(error)")
      }
      progress.advance(note: workload.name)
    }
    progress.finish()
    if !options.printsJSON { print(OutcomeTable(limits: limits, outcomes: outcomes).description) }
    if failures > 0 { exit(1) }
  }

  private static func work(_ name: String, _ options: Options) throws {
    guard let workload = Catalogue.all.first(where: { $0.name == name }) else {
      throw Options.Mistake(description: "there is no workload \(name)")
    }
    print(try workload.measure(options.isQuick ? .quick : .thorough).json)
  }

  /// For one thread, and for as many as the workloads use.
  private static func measureLimits(_ options: Options) throws {
    let counts = ComputeThreads.count == 1 ? [1] : [1, ComputeThreads.count]
    let limits = counts.map { MachineLimits.measure(threads: $0, options.isQuick ? .quick : .limits) }
    print(String(decoding: try JSONEncoder().encode(limits), as: UTF8.self))
  }

  private static func complain(_ message: String) {
    FileHandle.standardError.write(Data("graft-benchmarks: \(message)\n".utf8))
  }
}
