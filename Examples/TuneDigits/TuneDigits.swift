import DigitTask
import ExampleSupport
import Foundation
import Graft

/// Hyperparameter search in two minutes: how a network that knows the digits 0 to 4 best learns 5 to 9, found at random and by a Gaussian process.
@main
struct TuneDigits {
  static let usage = """
    USAGE: tune-digits [--trials N] [--seed N] [--output FOLDER]

      --trials N        how many configurations each method tries (default 40)
      --seed N          of the proposals (default 1)
      --output FOLDER   where the studies are kept and their pictures drawn (default tune-digits); run again with the same
                        folder, it goes on where it was, and with more trials it searches on
    """

  static func main() {
    runExample("tune-digits", usage: usage, needsArguments: false) { try run($0) }
  }

  private static func run(_ words: [String]) throws {
    var (trials, seed, folder) = (40, UInt64(1), URL(fileURLWithPath: "tune-digits"))
    var arguments = Arguments(words)
    while let option = arguments.next() {
      switch option {
      case "--trials": trials = try arguments.number(of: option)
      case "--seed": seed = UInt64(try arguments.number(of: option))
      case "--output": folder = try arguments.file(of: option)
      default: throw Mistake("unknown option \(option)")
      }
    }

    let search = try DigitSearch()
    print(
      "Each method tries \(trials) configurations; each is judged by the mean accuracy of "
        + "\(DigitSearch.draws.count) networks\non 100 validation images each, after \(DigitSearch.epochs) epochs on 50 "
        + "labelled images.\n")
    let start = ContinuousClock.now
    let random = try search.study(RandomSearch(), seed: seed, in: folder, trials: trials)
    let bayesian = try search.study(GaussianProcessSearch(), seed: seed, in: folder, trials: trials)
    for study in [random, bayesian] { try show(study, search, in: folder) }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print(String(format: "%.0f seconds. Studies and pictures are in %@.", seconds, folder.path))
  }

  private static func show(_ study: Study, _ search: DigitSearch, in folder: URL) throws {
    let report = StudyReport(study.history)
    try report.write(to: folder.appendingPathComponent(DigitSearch.fileName(of: study.method)))
    print("\(study.method.name): \(report)\n")
    guard let best = study.best else { return }
    let test = Spread(try search.testAccuracies(of: best.configuration))
    print(
      String(format: "test accuracy of the best: %.3f ± %.3f\n", test.mean, test.deviation))
  }
}
