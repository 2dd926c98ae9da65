import ExampleSupport
import Foundation
import Graft

/// What the command line asks for.
struct Options {
  static let usage = """
    USAGE: generate --text FILE [--model gpt2|lstm] [--adapt NAME|FILE|none] [options]
           generate --load FOLDER [--text FILE] [--prompt TEXT] [options]

    A language model learns from a text, adapts to a smaller one, and writes.

      --text FILE         plain text to learn from: speeches like tiny-shakespeare's, or anything
      --model NAME        gpt2 (default): 4 transformer layers; lstm: 2 LSTM layers
      --tokenizer FOLDER  byte-level BPE files; by default every character is a token
      --width N           vector length in the layers (default 128)
      --steps N           steps of 32 windows of 128 tokens (default 1000)
      --adapt WHAT        a speaker, whose speeches are left out of the text at first (default GLOUCESTER),
                          or another text file, or none
      --adapt-steps N     steps of adapting (default 100)
      --seed N            what weights, windows, dropout and samples start from (default 1)
      --save FOLDER       where to write the network in the end; a GPT-2 for from_pretrained in Python too
      --load FOLDER       begin with a saved network in place of fresh weights

      --prompt TEXT       what to continue (default: a line end)
      --length N          tokens to write (default 300; 0 for none)
      --temperature X     below 1 favours the likely, 0 takes the likeliest always (default 0.8)
      --top-k N           choose among so many of the likeliest only
      --top-p X           choose among the likeliest that have this probability together
    """

  enum Kind: String, Codable {
    case gpt2, lstm
  }

  /// What the network adapts to.
  enum Target {
    case named(String)
    case nothing
  }

  var text: URL?
  var kind = Kind.gpt2
  var tokenizer: URL?
  var width = 128
  var steps = 1000
  var target = Target.named("GLOUCESTER")
  var adaptingSteps = 100
  var seed: UInt64 = 1
  var saved: URL?
  var loaded: URL?
  var prompt = "\n"
  var length = 300
  var sampler = TokenSampler(temperature: 0.8)

  init(_ words: [String]) throws {
    var arguments = Arguments(words)
    while let option = arguments.next() {
      switch option {
      case "--text": text = try arguments.file(of: option)
      case "--model":
        let name = try arguments.value(of: option)
        guard let kind = Kind(rawValue: name) else { throw Mistake("--model is gpt2 or lstm, not \(name)") }
        self.kind = kind
      case "--tokenizer": tokenizer = try arguments.file(of: option)
      case "--width":
        width = try arguments.number(of: option)
        guard width % 32 == 0 else { throw Mistake("--width needs a multiple of 32, not \(width)") }
      case "--steps": steps = try arguments.number(of: option)
      case "--adapt":
        let name = try arguments.value(of: option)
        target = name == "none" ? .nothing : .named(name)
      case "--adapt-steps": adaptingSteps = try arguments.number(of: option)
      case "--seed": seed = UInt64(try arguments.number(of: option))
      case "--save": saved = try arguments.file(of: option)
      case "--load": loaded = try arguments.file(of: option)
      case "--prompt": prompt = try arguments.value(of: option)
      case "--length": length = Int(try arguments.number(of: option, in: 0...1e6))
      case "--temperature": sampler.temperature = try arguments.number(of: option, in: 0...100)
      case "--top-k": sampler.topK = try arguments.number(of: option)
      case "--top-p": sampler.topP = try arguments.number(of: option, in: 0...1)
      default: throw Mistake("unknown option \(option)")
      }
    }
    guard text != nil || loaded != nil else { throw Mistake("--text or --load is needed") }
    guard !prompt.isEmpty else { throw Mistake("--prompt needs at least a character") }
  }
}
