extension Tokenizer {
  /// Encodes texts as a batch.
  ///
  /// - Parameters:
  ///   - texts: The texts.
  ///   - padding: The length to which they are filled up.
  ///   - truncation: What becomes of texts that are too long; by default they stay, and a model that cannot take
  ///     them says so.
  public func encodeBatch(
    _ texts: [String], padding: Padding = .longest, truncation: Truncation = .none
  ) -> TokenBatch {
    encodeBatch(texts.map { (.text($0), nil) }, padding, truncation)
  }

  /// Encodes pairs of texts as a batch; see ``encodeBatch(_:padding:truncation:)``.
  public func encodeBatch(
    pairs: [(String, String)], padding: Padding = .longest, truncation: Truncation = .none
  ) -> TokenBatch {
    encodeBatch(pairs.map { (.text($0), .text($1)) }, padding, truncation)
  }

  /// Encodes texts that have been cut into words already as a batch; see ``encodeBatch(_:padding:truncation:)``.
  public func encodeBatch(
    words: [[String]], padding: Padding = .longest, truncation: Truncation = .none
  ) -> TokenBatch {
    encodeBatch(words.map { (.words($0), nil) }, padding, truncation)
  }

  private func encodeBatch(
    _ inputs: [(TextInput, TextInput?)], _ padding: Padding, _ truncation: Truncation
  ) -> TokenBatch {
    let encodings = inputs.map { encode($0, $1, truncation: truncation, addingSpecialTokens: true) }
    return TokenBatch(
      encodings, padding: padding, paddingID: specialTokens.padding ?? specialTokens.endOfText ?? 0)
  }
}
