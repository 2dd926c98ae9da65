import GraftAutograd
import GraftNN
import GraftTensor

/// A model that guesses the next token and remembers the ones before: what text is generated with.
public protocol LanguageModel: Module {
  /// What the model keeps of the tokens it has read.
  associatedtype Memory

  /// A memory of nothing.
  func makeMemory() -> Memory

  /// Reads tokens on top of what the memory holds, and returns the scores of all tokens for the next place, `[vocabulary]`.
  ///
  /// Traps if there are no tokens, or more altogether than the model has places for.
  func nextScores(after tokens: [Int32], memory: inout Memory) -> Tensor<Float>
}

extension LanguageModel {
  /// The continuation of a text, one token at a time, as it is chosen.
  ///
  /// ```swift
  /// for token in model.continuation(of: prompt, sampler: TokenSampler(temperature: 0.8, topK: 40), generator: generator).prefix(100) {
  ///   print(tokenizer.decode([token]), terminator: "")
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - prompt: the tokens to go on from, at least one.
  ///   - sampler: how each token is chosen. Default: the likeliest.
  ///   - end: the token that ends the text, which is not part of the result; `nil` for none.
  ///   - generator: where chance comes from.
  public func continuation(
    of prompt: [Int32], sampler: TokenSampler = .greedy, until end: Int32? = nil, generator: RandomGenerator
  ) -> Continuation<Self> {
    Continuation(model: self, prompt: prompt, sampler: sampler, end: end, generator: generator)
  }

  /// At most `count` tokens that continue a text. See ``continuation(of:sampler:until:generator:)``.
  public func generate(
    _ count: Int, after prompt: [Int32], sampler: TokenSampler = .greedy, until end: Int32? = nil,
    generator: RandomGenerator = RandomGenerator(seed: 0)
  ) -> [Int32] {
    Array(continuation(of: prompt, sampler: sampler, until: end, generator: generator).prefix(count))
  }
}

/// Tokens that continue a text, chosen when they are asked for.
public struct Continuation<Model: LanguageModel>: Sequence, IteratorProtocol {
  private let model: Model
  private let sampler: TokenSampler
  private let end: Int32?
  private var generator: RandomGenerator
  private var memory: Model.Memory
  private var unread: [Int32]
  private var hasEnded = false

  init(model: Model, prompt: [Int32], sampler: TokenSampler, end: Int32?, generator: RandomGenerator) {
    require(
      !prompt.isEmpty,
      "continuation: there is nothing to continue; begin with the token that ends texts, for example")
    self.model = model
    self.sampler = sampler
    self.end = end
    self.generator = generator
    memory = model.makeMemory()
    unread = prompt
  }

  /// The next token; `nil` after the end.
  public mutating func next() -> Int32? {
    guard !hasEnded else { return nil }
    let scores = withoutRecording { model.nextScores(after: unread, memory: &memory) }
    let token = sampler.token(from: scores, using: &generator)
    unread = [token]
    hasEnded = token == end
    return hasEnded ? nil : token
  }
}
