import Foundation
import GraftTensor

/// How the next token is chosen from the scores of all tokens.
public struct TokenSampler: Sendable, Hashable {
  /// What scores are divided by before they become probabilities: below 1 favours the likely, above 1 evens out. 0 takes the likeliest.
  public var temperature: Float

  /// If set, only so many of the likeliest tokens can be chosen (Fan, Lewis, Dauphin: *Hierarchical Neural Story
  /// Generation*, 2018).
  public var topK: Int?

  /// If set, only the likeliest tokens whose probabilities together reach this can be chosen, at least one (Holtzman,
  /// Buys, Du, Forbes, Choi: *The Curious Case of Neural Text Degeneration*, 2019).
  public var topP: Float?

  /// The likeliest token, always.
  public static let greedy = TokenSampler(temperature: 0)

  /// Chance in proportion to probability, within the limits. If both are set, `topK` applies first.
  ///
  /// Traps unless the temperature is finite and not negative, `topK` positive, and `topP` in 0...1.
  public init(temperature: Float = 1, topK: Int? = nil, topP: Float? = nil) {
    require(
      temperature >= 0 && temperature.isFinite,
      "TokenSampler: the temperature \(temperature) is not 0 or more")
    require(topK.map { $0 > 0 } ?? true, "TokenSampler: none of the tokens can be chosen")
    require(topP.map { (0...1).contains($0) } ?? true, "TokenSampler: \(topP ?? 0) is not a probability")
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
  }

  /// The chosen token's number.
  ///
  /// - Parameters:
  ///   - scores: the logits of all tokens.
  ///   - generator: where chance comes from; not used by ``greedy``.
  ///
  /// Traps if there are no scores.
  public func token(from scores: Tensor<Float>, using generator: inout RandomGenerator) -> Int32 {
    let scores = scores.scalars
    require(!scores.isEmpty, "TokenSampler: there are no scores to choose by")
    if temperature == 0 {
      let best = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
      return Int32(best)
    }
    let candidates = likeliest(of: scores)
    var rest = Double.random(in: 0..<1, using: &generator) * candidates.reduce(0) { $0 + $1.weight }
    for candidate in candidates {
      rest -= candidate.weight
      if rest < 0 { return Int32(candidate.token) }
    }
    return Int32(candidates[candidates.count - 1].token)
  }

  /// The tokens that can be chosen, with weights in proportion to their probabilities.
  func likeliest(of scores: [Float]) -> [(token: Int, weight: Double)] {
    let greatest = Double(scores.max() ?? 0)
    var candidates = scores.enumerated().map { token, score in
      (token: token, weight: exp((Double(score) - greatest) / Double(temperature)))
    }
    guard topK != nil || topP != nil else { return candidates }
    // Of equal weights the lower number comes first, so that the choice can be repeated.
    candidates.sort { ($1.weight, $0.token) < ($0.weight, $1.token) }
    if let topK { candidates.removeLast(max(candidates.count - topK, 0)) }
    if let topP {
      let total = candidates.reduce(0) { $0 + $1.weight }
      var sum = 0.0
      let kept = candidates.firstIndex { candidate in
        sum += candidate.weight
        return sum >= Double(topP) * total
      }
      candidates.removeLast(candidates.count - 1 - (kept ?? candidates.count - 1))
    }
    return candidates
  }
}
