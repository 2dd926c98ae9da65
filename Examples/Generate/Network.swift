import ExampleSupport
import Foundation
import Graft

/// A language model of either kind, with how it is made, saved and loaded.
struct Network {
  /// What a folder says beside the weights.
  struct Description: Codable {
    var kind: Options.Kind
    var width: Int
    /// The characters, if each is a token.
    var characters: String?
  }

  let model: any TextModel & LanguageModel
  let description: Description

  /// A network with fresh weights.
  init(_ description: Description, vocabulary: Int, seed: UInt64) {
    self.description = description
    let width = description.width
    switch description.kind {
    case .gpt2:
      model = GPT2LanguageModel(
        GPT2Configuration(
          vocabularySize: vocabulary, positions: 2 * Training.window, width: width, layers: 4,
          heads: width / 32, dropout: 0, embeddingDropout: 0, attentionDropout: 0),
        seed: seed)
    case .lstm:
      model = LSTMLanguageModel(
        LSTMConfiguration(
          vocabularySize: vocabulary, embeddingWidth: width, hiddenWidth: 2 * width, layers: 2,
          inputDropout: 0.05, weightDropout: 0.1, hiddenDropout: 0.1),
        seed: seed)
    }
  }

  /// The network that was saved in a folder, and its code.
  static func load(_ folder: URL, tokenizer: (any Tokenizer)?) throws -> (Network, TextCode) {
    let file = folder.appendingPathComponent("generate.json")
    guard let data = FileManager.default.contents(atPath: file.path) else {
      throw Mistake("\(file.path) is missing; --load takes what --save wrote")
    }
    let description = try JSONDecoder().decode(Description.self, from: data)
    let code: TextCode
    switch (description.characters, tokenizer) {
    case (let characters?, nil): code = .characters(Array(characters.unicodeScalars))
    case (nil, let tokenizer?): code = .tokenizer(tokenizer)
    case (nil, nil): throw Mistake("the network in \(folder.path) was made with --tokenizer: name it again")
    case (_?, _?): throw Mistake("the network in \(folder.path) reads characters: leave --tokenizer out")
    }
    guard description.width > 0, description.width % 32 == 0 else {
      throw Mistake("\(file.path): a width of \(description.width) is not a multiple of 32")
    }
    let network = Network(description, vocabulary: code.count, seed: 0)
    let checkpoint = try Checkpoint(
      contentsOf: folder.appendingPathComponent("model.safetensors"))
    try network.model.load(checkpoint, mapping: description.kind == .gpt2 ? .gpt2 : .identity)
    return (network, code)
  }

  func save(to folder: URL) throws {
    if let gpt2 = model as? GPT2LanguageModel {
      try gpt2.savePublished(to: folder)
    } else {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try model.save(to: folder.appendingPathComponent("model.safetensors"))
    }
    try JSONEncoder().encode(description).write(to: folder.appendingPathComponent("generate.json"))
  }

  /// Text that continues a prompt.
  func continuation(of prompt: String, code: TextCode, _ options: Options) -> String {
    Network.continuation(of: code.encode(prompt), by: model, code: code, options)
  }

  private static func continuation(
    of prompt: [Int32], by model: some LanguageModel, code: TextCode, _ options: Options
  ) -> String {
    var generator = RandomGenerator(seed: options.seed)
    var written: [Int32] = []
    while written.count < options.length {
      // The model reads half a window again when its places are used up: it learned from no longer texts.
      let read = Array((prompt + written).suffix(Training.window / 2))
      let piece = min(options.length - written.count, Training.window - read.count)
      written += model.generate(piece, after: read, sampler: options.sampler, generator: generator.split())
    }
    return code.decode(written)
  }
}
