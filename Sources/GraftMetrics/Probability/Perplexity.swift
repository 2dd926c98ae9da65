import Foundation
import GraftTensor

/// How many tokens, all equally likely, a language model's uncertainty about the next one amounts to: exp of the mean negative
/// log likelihood of the tokens, in nats.
///
/// Every token counts the same, in long texts and short ones, large batches and small.
///
/// ```swift
/// var perplexity = Perplexity()
/// for batch in texts { perplexity.add(logits: model(batch.tokens).value, labels: batch.next) }
/// print(perplexity.value ?? .nan)
/// ```
public struct Perplexity: Sendable, Hashable {
  private var sum = 0.0

  /// The number of tokens counted.
  public private(set) var tokenCount = 0

  /// A measurement without tokens.
  public init() {}

  /// Counts a batch.
  ///
  /// - Parameters:
  ///   - logits: the scores of every token of the vocabulary at each place, `[…, vocabulary]`.
  ///   - labels: the token that is there, of the shape of `logits` but its last axis. Traps at another shape, and at a
  ///     token that the vocabulary has not.
  ///   - ignored: the label of places that are left out, such as padding. Default: −100.
  public mutating func add(logits: Tensor<Float>, labels: Tensor<Int32>, ignoring ignored: Int32 = -100) {
    let width = logits.rank > 0 ? logits.shape[logits.rank - 1] : 0
    require(
      logits.rank == labels.rank + 1 && width > 0
        && (0..<labels.rank).allSatisfy { logits.shape[$0] == labels.shape[$0] },
      "Perplexity.add: logits of shape \(logits.shape) for labels of shape \(labels.shape)")
    let scores = logits.scalars
    for (place, label) in labels.scalars.enumerated() where label != ignored {
      require(label >= 0 && label < width, "Perplexity.add: label \(label) is not one of \(width) tokens")
      sum += negativeLogLikelihood(of: Int(label), logits: scores[(place * width)..<((place + 1) * width)])
      tokenCount += 1
    }
  }

  /// Counts tokens whose mean negative log likelihood is known: a loss in nats.
  ///
  /// Traps if the number of tokens is negative.
  public mutating func add(meanLoss: Double, tokens: Int) {
    require(tokens >= 0, "Perplexity.add: \(tokens) tokens")
    sum += meanLoss * Double(tokens)
    tokenCount += tokens
  }

  /// Adds the sums of other tokens.
  public static func += (perplexity: inout Perplexity, other: Perplexity) {
    perplexity.sum += other.sum
    perplexity.tokenCount += other.tokenCount
  }

  /// The mean negative log likelihood of a token, in nats; `nil` before any was counted.
  public var meanLoss: Double? { tokenCount == 0 ? nil : sum / Double(tokenCount) }

  /// The perplexity, 1 or more; `nil` before any token was counted.
  public var value: Double? { meanLoss.map { exp($0) } }
}
