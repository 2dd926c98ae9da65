import ExampleSupport
import Foundation
import Graft

/// A language model learns from a text, adapts to a smaller one, and writes.
@main
struct Generate {
  static func main() {
    runExample("generate", usage: Options.usage) { try run(Options($0)) }
  }

  private static func run(_ options: Options) throws {
    let tokenizer = try options.tokenizer.map { try loadTokenizer(from: $0) }
    let texts = try options.text.map { try Texts($0, target: options.target) }
    let (network, code) = try network(options, texts, tokenizer)
    if let texts {
      try learn(network, code, texts, options)
    }
    if let saved = options.saved { try network.save(to: saved) }
    if options.length > 0 {
      print("\(options.prompt)\(network.continuation(of: options.prompt, code: code, options))")
    }
  }

  private static func network(
    _ options: Options, _ texts: Texts?, _ tokenizer: (any Tokenizer)?
  ) throws -> (Network, TextCode) {
    if let loaded = options.loaded { return try Network.load(loaded, tokenizer: tokenizer) }
    let code =
      tokenizer.map { TextCode.tokenizer($0) }
      ?? TextCode(charactersOf: [texts?.general ?? "", texts?.special?.text ?? ""])
    var description = Network.Description(kind: options.kind, width: options.width)
    if case .characters(let scalars) = code {
      description.characters = String(String.UnicodeScalarView(scalars))
    }
    return (Network(description, vocabulary: code.count, seed: options.seed), code)
  }

  /// Learns the general text unless the network was loaded, then adapts, beside a network that knows nothing.
  private static func learn(_ network: Network, _ code: TextCode, _ texts: Texts, _ options: Options) throws {
    let general = try Split(texts.general, name: "the text", code: code)
    let special = try texts.special.map { try Split($0.text, name: $0.name, code: code) }
    print(
      "\(network.description.kind.rawValue) of \(network.model.parameterCount) parameters, \(code.count) tokens. "
        + "Text: \(general.training.count) tokens to learn from"
        + (special.map { "; \(texts.special?.name ?? ""): \($0.training.count)" } ?? ""))
    func line(_ cells: [String]) {
      let padded = zip(cells, [18, 28, 0]).map {
        $0.padding(toLength: max($1, $0.count), withPad: " ", startingAt: 0)
      }
      print(padded.joined(separator: "  "))
    }
    func report(_ title: String, _ network: Network) {
      let figures = [general, special].compactMap(\.self).map { split in
        let bits = Training.bitsPerCharacter(network.model, of: split)
        return String(format: "%.3f bits, perplexity %.2f", bits, pow(2, bits))
      }
      line([title] + figures)
    }
    line(["validation", "the text"] + (texts.special.map { [$0.name] } ?? []))
    if options.loaded == nil {
      Training(rate: 3e-3, steps: options.steps, seed: options.seed)
        .train(network.model, on: general.training, title: "learning")
    }
    report("before adapting", network)
    guard let special else { return }
    Training(rate: 5e-4, steps: options.adaptingSteps, seed: options.seed)
      .train(network.model, on: special.training, title: "adapting")
    report("after adapting", network)
    let scratch = Network(network.description, vocabulary: code.count, seed: options.seed)
    Training(rate: 3e-3, steps: options.adaptingSteps, seed: options.seed)
      .train(scratch.model, on: special.training, title: "from scratch")
    report("from scratch", scratch)
  }
}
