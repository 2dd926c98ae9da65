import ExampleSupport
import Foundation

/// What the command line asks for.
struct Options {
  static let usage = """
    USAGE: finetune-text --model FOLDER --data FOLDER [--strategy NAME] [--epochs N] [--sentences N] [--seed N] [--save FOLDER]

      --model FOLDER     a BERT or DistilBERT as published: config.json, weights, tokenizer
      --data FOLDER      train.tsv and dev.tsv, a sentence, a tab and 0 or 1 a line
      --strategy NAME    features: a new head on frozen features
                         full: everything learns from the start
                         gradual: head first, then layer by layer, each slower than the one above it
                         all (default): the three beside each other
      --epochs N         passes over the sentences (default 3)
      --sentences N      learn from the first N only (default: all)
      --seed N           what shuffling, dropout and the head start from (default 1)
      --save FOLDER      where to write the last network
    """

  var model: URL?
  var data: URL?
  var strategies = Strategy.allCases
  var epochs = 3
  var sentences = Int.max
  var seed: UInt64 = 1
  var saved: URL?

  init(_ words: [String]) throws {
    var arguments = Arguments(words)
    while let option = arguments.next() {
      switch option {
      case "--model": model = try arguments.file(of: option)
      case "--data": data = try arguments.file(of: option)
      case "--strategy": strategies = try Options.strategies(try arguments.value(of: option))
      case "--epochs": epochs = try arguments.number(of: option)
      case "--sentences": sentences = try arguments.number(of: option)
      case "--seed": seed = UInt64(try arguments.number(of: option))
      case "--save": saved = try arguments.file(of: option)
      default: throw Mistake("unknown option \(option)")
      }
    }
  }

  private static func strategies(_ name: String) throws -> [Strategy] {
    if name == "all" { return Strategy.allCases }
    guard let strategy = Strategy(rawValue: name) else {
      throw Mistake("--strategy is features, full, gradual or all, not \(name)")
    }
    return [strategy]
  }
}
