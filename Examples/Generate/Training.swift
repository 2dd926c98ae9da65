import Foundation
import Graft

/// Training a language model on windows of a text.
struct Training {
  /// The tokens of a window.
  static let window = 128
  private static let batchSize = 32

  let rate: Float
  let steps: Int
  let seed: UInt64

  /// Adapts the weights of `model` to a text, one cycle of rates over all steps.
  func train(_ model: some TextModel, on text: [Int32], title: String) {
    var optimizer = AdamW(learningRate: rate, weightDecay: 0.01)
    optimizer.setWeightDecay(0, for: .biases || .normalization, in: model)
    let schedule = OneCycle(peak: rate, over: steps)
    var generator = RandomGenerator(seed: seed)
    var progress = ProgressLine(title, total: steps)
    for step in 0..<steps {
      optimizer.learningRate = schedule.rate(at: step)
      let batch = Training.windows(of: text, using: &generator)
      let (loss, gradients) = valueAndGradients(using: &generator) { nextTokenLoss(model(batch), batch) }
      optimizer.update(with: gradients.clipped(toNorm: 1))
      progress.advance(note: String(format: "loss %.3f", loss))
    }
    progress.finish()
  }

  /// Windows from places by chance.
  private static func windows(of text: [Int32], using generator: inout RandomGenerator) -> TokenBatch {
    let rows = (0..<batchSize).flatMap { _ in
      let start = generator.integer(below: text.count - window + 1)
      return text[start..<start + window]
    }
    return TokenBatch(ids: Tensor(shape: [batchSize, window], scalars: rows))
  }

  /// How many bits a character of a text costs: what is left of it to guess, on average. Two to that power is the perplexity.
  static func bitsPerCharacter(_ model: some TextModel, of split: Split) -> Double {
    let text = split.validation
    var nats = 0.0
    func add(_ rows: [ArraySlice<Int32>], length: Int) {
      guard !rows.isEmpty, length > 1 else { return }
      let batch = TokenBatch(
        ids: Tensor(shape: [rows.count, length], scalars: rows.flatMap { $0 }))
      nats += Double(nextTokenLoss(model(batch), batch).value.scalar) * Double(rows.count * (length - 1))
    }
    // A window begins with the last token of the one before, so that every token but the first is guessed once.
    let starts = stride(from: 0, to: text.count - 1, by: window - 1)
    let whole = starts.filter { $0 + window <= text.count }
    for first in stride(from: 0, to: whole.count, by: batchSize) {
      add(
        whole[first..<min(first + batchSize, whole.count)].map { text[$0..<$0 + window] }, length: window)
    }
    let rest = text[(whole.count * (window - 1))...]
    add([rest], length: rest.count)
    return nats / log(2) / Double(split.validationLength)
  }
}
