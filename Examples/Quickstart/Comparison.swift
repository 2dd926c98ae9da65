import DigitTask
import Foundation
import Graft

/// What the table says of one strategy: its outcomes at the learning rate that did best on the validation images.
struct Comparison {
  let strategy: Strategy
  let learningRate: Float
  let outcomes: [Adaptation.Outcome]

  /// The rates that every strategy is tried with.
  static let rates: [Float] = [0.001, 0.003, 0.01, 0.03]
  /// Each rate is tried with each of these: other images, other order, other fresh weights.
  static let seeds: [UInt64] = [1, 2, 3, 4, 5]
  /// Units of work that comparing one strategy takes.
  static let runs = rates.count * seeds.count

  /// Runs a strategy with every rate and seed. The test images have no say in the choice of the rate.
  init(_ strategy: Strategy, digits: Digits, pretrained: Checkpoint, progress: inout ProgressLine) throws {
    var candidates: [Comparison] = []
    for rate in Comparison.rates {
      var outcomes: [Adaptation.Outcome] = []
      for seed in Comparison.seeds {
        let run = Adaptation(strategy: strategy, learningRate: rate, seed: seed)
        outcomes.append(
          try run.run(
            on: digits.newTask(seed: seed), from: pretrained, remembering: digits.oldTest))
        progress.advance(note: strategy.rawValue)
      }
      candidates.append(Comparison(strategy: strategy, learningRate: rate, outcomes: outcomes))
    }
    var best = candidates[0]
    for candidate in candidates where candidate.validationAccuracy > best.validationAccuracy {
      best = candidate
    }
    self = best
  }

  private init(strategy: Strategy, learningRate: Float, outcomes: [Adaptation.Outcome]) {
    self.strategy = strategy
    self.learningRate = learningRate
    self.outcomes = outcomes
  }

  var validationAccuracy: Double { mean(outcomes.map(\.validationAccuracy)) }

  var testAccuracy: Double { mean(outcomes.map(\.testAccuracy)) }

  /// The standard deviation of the test accuracy over the seeds (n − 1).
  var deviation: Double {
    let average = testAccuracy
    let squares = outcomes.map { ($0.testAccuracy - average) * ($0.testAccuracy - average) }
    return (squares.reduce(0, +) / Double(max(outcomes.count - 1, 1))).squareRoot()
  }

  /// By how much the accuracy on the old task fell from `before`; `nil` if there was none.
  func forgotten(from before: Double) -> Double? {
    let after = outcomes.compactMap(\.oldAccuracy)
    return after.isEmpty ? nil : before - mean(after)
  }

  /// The seconds of one run of training.
  var seconds: Double { outcomes.map(\.seconds).reduce(0, +) / Double(outcomes.count) }

  /// One line of the table.
  func row(oldAccuracy: Double) -> String {
    let cells = [
      strategy.rawValue.padding(toLength: 20, withPad: " ", startingAt: 0),
      String(format: "%.3f ± %.3f", testAccuracy, deviation),
      String(format: "%9d", outcomes[0].trainableParameters),
      String(format: "%7.3f", learningRate),
      String(format: "%7.3f", seconds),
      forgotten(from: oldAccuracy).map { String(format: "%9.3f", $0) } ?? "        –",
    ]
    return cells.joined(separator: "  ")
  }

  /// The lines above the rows.
  static let header = """
    strategy              test accuracy  trainable     rate  seconds  forgotten
    ---------------------------------------------------------------------------
    """
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
