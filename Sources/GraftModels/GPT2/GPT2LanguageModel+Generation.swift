import GraftAutograd
import GraftNN
import GraftTensor

extension GPT2LanguageModel: LanguageModel {
  /// The keys and values of the tokens that were read, so that each further token costs one step.
  public struct Memory {
    var cache: KeyValueCache?
  }

  public func makeMemory() -> Memory { Memory(cache: KeyValueCache(layers: transformer.layers.count)) }

  public func nextScores(after tokens: [Int32], memory: inout Memory) -> Tensor<Float> {
    require(!tokens.isEmpty, "GPT2LanguageModel: there are no tokens to read")
    // Several tokens at once can only be the first ones.
    let pieces = memory.cache?.length == 0 ? [tokens] : tokens.map { [$0] }
    var last = Variable(Tensor.zeros([0]))
    for piece in pieces {
      last = transformer(Tensor(shape: [1, piece.count], scalars: piece), cache: &memory.cache)
    }
    return head(last.select(last.shape[1] - 1, along: 1)).value.squeezed(at: 0)
  }
}
