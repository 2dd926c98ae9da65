import GraftTensor

extension Encoding {
  /// Where each token stands in its text.
  ///
  /// ```swift
  /// let encoding = tokenizer.encode(text)
  /// for case let range? in encoding.ranges(in: text) { print(text[range]) }
  /// ```
  ///
  /// Takes time in proportion to the length of the text, whatever the number of tokens. Traps if `text` is not the text that
  /// was encoded but a shorter one.
  ///
  /// - Parameters:
  ///   - text: The text that was encoded.
  ///   - sequence: 0 if it was the first text, 1 if it was the second.
  /// - Returns: An element for each token, `nil` for the tokens that do not come from this text.
  public func ranges(in text: String, sequence: Int = 0) -> [Range<String.Index>?] {
    require(
      sequences.indices.contains(sequence),
      "Encoding.ranges: there is no sequence \(sequence) among \(sequences.count)")
    let places = Array(text.unicodeScalars.indices) + [text.endIndex]
    var ranges = [Range<String.Index>?](repeating: nil, count: count)
    for token in sequences[sequence] {
      let offsets = offsets[token]
      require(
        offsets.upperBound < places.count,
        "Encoding.ranges: token \(token) ends at code point \(offsets.upperBound) of a text of \(places.count - 1)"
      )
      ranges[token] = places[offsets.lowerBound]..<places[offsets.upperBound]
    }
    return ranges
  }
}
