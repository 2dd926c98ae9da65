import ExampleSupport
import Foundation

/// What the command line asks for.
struct Options {
  static let usage = """
    USAGE: finetune-entities --model FOLDER --data FOLDER [--strategy NAME] [--epochs N] [--seed N] [--save FOLDER] [--show N]

      --model FOLDER     a BERT or DistilBERT as published: config.json, weights, tokenizer
      --data FOLDER      the task's files wnut17train.conll, emerging.dev.conll, emerging.test.annotated,
                         or train.conll, dev.conll and test.conll: a token, a tab and its tag a line
      --strategy NAME    full (default): everything learns from the start, each layer slower than the one above it
                         gradual: head first, then layer by layer
      --epochs N         passes over the sentences (default 4)
      --seed N           what shuffling, dropout and the head start from (default 1)
      --save FOLDER      where to write the network; from_pretrained loads it in Python
      --show N           print the entities found in N sentences of the test split
    """

  /// How a pretrained network is adapted.
  enum Strategy: String {
    case full, gradual
  }

  var model: URL
  var data: URL
  var strategy = Strategy.full
  var epochs = 4
  var seed: UInt64 = 1
  var saved: URL?
  var shown = 0

  init(_ words: [String]) throws {
    var arguments = Arguments(words)
    var (model, data): (URL?, URL?)
    while let option = arguments.next() {
      switch option {
      case "--model": model = try arguments.file(of: option)
      case "--data": data = try arguments.file(of: option)
      case "--strategy":
        let name = try arguments.value(of: option)
        guard let strategy = Strategy(rawValue: name) else {
          throw Mistake("--strategy is full or gradual, not \(name)")
        }
        self.strategy = strategy
      case "--epochs": epochs = try arguments.number(of: option)
      case "--seed": seed = UInt64(try arguments.number(of: option))
      case "--save": saved = try arguments.file(of: option)
      case "--show": shown = try arguments.number(of: option)
      default: throw Mistake("unknown option \(option)")
      }
    }
    guard let model, let data else { throw Mistake("--model and --data are needed") }
    self.model = model
    self.data = data
  }
}
