import GraftTensor

extension Encoding {
  /// The first token of each word of a text that was cut into words: the one that speaks for the word where words are judged.
  ///
  /// `nil` for a word of which no token is there: it was cut off, or nothing was left of it.
  ///
  /// - Parameter words: how many words the text has. Traps if there is a token of another one.
  public func firstTokens(ofWords words: Int) -> [Int?] {
    var places = [Int?](repeating: nil, count: words)
    for (place, word) in wordIndices.enumerated() {
      guard let word else { continue }
      require(word < words, "Encoding.firstTokens: token \(place) is of word \(word), and there are \(words)")
      if places[word] == nil { places[word] = place }
    }
    return places
  }

  /// The labels of words as labels of tokens: each word's first token has its label, all others have one that losses are told to ignore.
  ///
  /// - Parameters:
  ///   - labels: a label for each word of the text.
  ///   - ignored: the label of the other tokens. Default: -100.
  public func tokenLabels(_ labels: [Int32], ignored: Int32 = -100) -> [Int32] {
    var result = [Int32](repeating: ignored, count: count)
    for (label, place) in zip(labels, firstTokens(ofWords: labels.count)) {
      if let place { result[place] = label }
    }
    return result
  }
}
