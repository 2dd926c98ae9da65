import Foundation
import GraftTune

/// How far from the minimum each method of search ends: `tune-regret [--trials 50] [--seeds 20] [--methods tpe,…] [--json]`.
///
/// `Benchmarks/TunePeers/regret.py` does the same with other libraries.
@main struct TuneRegret {
  static let methods: [any SearchMethod] = [
    RandomSearch(), QuasiRandomSearch(), TPESearch(), GaussianProcessSearch(),
  ]

  static func main() throws {
    var (trials, firstSeed, seeds, isJSON) = (50, 0, 20, false)
    var (methods, problems) = (methods, try Problem.all())
    var arguments = CommandLine.arguments.dropFirst()
    while let option = arguments.popFirst() {
      switch option {
      case "--json": isJSON = true
      case "--trials": trials = arguments.popFirst().flatMap(Int.init) ?? trials
      case "--seeds": seeds = arguments.popFirst().flatMap(Int.init) ?? seeds
      case "--first-seed": firstSeed = arguments.popFirst().flatMap(Int.init) ?? firstSeed
      case "--methods":
        let wanted = arguments.popFirst()?.split(separator: ",").map(String.init) ?? []
        methods = methods.filter { wanted.contains($0.name) }
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
      for method in methods {
        let result = Regret(of: method, on: problem, trials: trials, seeds: firstSeed..<firstSeed + seeds)
        print(isJSON ? try result.json() : result.line)
      }
    }
  }
}
