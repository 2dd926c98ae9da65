import Foundation
import GraftTune

/// How far from the minimum each method of search ends: `tune-regret [--trials 50] [--seeds 20] [--methods tpe,…] [--json]`.
///
/// `Benchmarks/TunePeers/regret.py` does the same with other libraries.
@main struct TuneRegret {
  /// The grid is the finest that the trials suffice for; with two values of each range it may be cut off.
  static func methods(for problem: Problem, trials: Int) -> [any SearchMethod] {
    let points = (2...max(trials, 2)).prefix { GridSearch(points: $0).count(in: problem.space) <= trials }
      .last
    return [
      GridSearch(points: points ?? 2), RandomSearch(), QuasiRandomSearch(), TPESearch(),
      GaussianProcessSearch(),
    ]
  }

  static func main() throws {
    var (trials, firstSeed, seeds, isJSON) = (50, 0, 20, false)
    var (wantedMethods, problems) = (Set<String>?.none, try Problem.all())
    var arguments = CommandLine.arguments.dropFirst()
    while let option = arguments.popFirst() {
      switch option {
      case "--json": isJSON = true
      case "--trials": trials = arguments.popFirst().flatMap(Int.init) ?? trials
      case "--seeds": seeds = arguments.popFirst().flatMap(Int.init) ?? seeds
      case "--first-seed": firstSeed = arguments.popFirst().flatMap(Int.init) ?? firstSeed
      case "--methods":
        wantedMethods = Set(arguments.popFirst()?.split(separator: ",").map(String.init) ?? [])
      case "--problems":
        let wanted = arguments.popFirst()?.split(separator: ",").map(String.init) ?? []
        problems = problems.filter { wanted.contains($0.name) }
      default:
        print(
          "tune-regret [--trials 50] [--seeds 20] [--methods \"tpe,random\"] [--problems Branin] [--json]")
        exit(2)
      }
    }
    if !isJSON {
      print(
        "Regret after \(trials) trials: median of \(seeds) seeds (quartiles), milliseconds for a proposal")
    }
    for problem in problems {
      for method in methods(for: problem, trials: trials) where wantedMethods?.contains(method.name) ?? true {
        let result = Regret(of: method, on: problem, trials: trials, seeds: firstSeed..<firstSeed + seeds)
        print(isJSON ? try result.json() : result.line)
      }
    }
  }
}
