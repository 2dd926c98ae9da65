/// The way from text to ids that all tokenizers share: added tokens are taken out, what is between them goes to the model, long
/// texts are truncated, special tokens are put round.
struct TokenizerPipeline<Model: TokenizerModel>: Sendable {
  let model: Model
  let vocabulary: Vocabulary
  private let template: TokenTemplate
  private let specialIDs: Set<Int32>
  private let matcher: AddedTokenMatcher
  private let normalizedMatcher: AddedTokenMatcher?

  init(_ model: Model, _ vocabulary: Vocabulary, added: [AddedToken], _ template: TokenTemplate) {
    self.model = model
    self.vocabulary = vocabulary
    self.template = template
    specialIDs = Set(added.lazy.filter(\.isSpecial).map(\.id))
    let plain = added.filter { !$0.isNormalized }
    matcher = AddedTokenMatcher(plain, contents: plain.map { Array($0.content.utf8) })
    let normalized = added.filter(\.isNormalized)
    normalizedMatcher =
      normalized.isEmpty
      ? nil
      : AddedTokenMatcher(
        normalized,
        contents: normalized.map { token in
          let text = AlignedText(token.content)
          return model.normalized(text, text.bytes.indices).bytes
        })
  }

  func encode(
    _ first: TextInput, _ second: TextInput?, _ truncation: Truncation, addingSpecialTokens: Bool
  ) -> Encoding {
    var texts = [tokens(of: first)]
    if let second { texts.append(tokens(of: second)) }
    truncation.apply(
      to: &texts, reserving: addingSpecialTokens ? template.specialCount(forPair: second != nil) : 0)
    return template.apply(to: texts, addingSpecialTokens: addingSpecialTokens, vocabulary: vocabulary)
  }

  func decode(_ ids: [Int32], skippingSpecialTokens: Bool) -> String {
    model.decode(skippingSpecialTokens ? ids.filter { !specialIDs.contains($0) } : ids)
  }

  private func tokens(of input: TextInput) -> TokenSequence {
    switch input {
    case .text(let text):
      var sequence = TokenSequence(findsWords: true)
      append(text, to: &sequence)
      return sequence
    case .words(let words):
      var sequence = TokenSequence(findsWords: false)
      for (number, word) in words.enumerated() {
        sequence.beginWord(number)
        append(word, to: &sequence)
      }
      return sequence
    }
  }

  private func append(_ string: String, to sequence: inout TokenSequence) {
    let text = AlignedText(string)
    sequence.reserveCapacity(sequence.count + text.count / 4 + 1)
    matcher.split(text.bytes, text.bytes.indices) { part in
      switch part {
      case .token(let token, let range): append(token, of: text, range, to: &sequence)
      case .text(let range): append(model.normalized(text, range), to: &sequence)
      }
    }
  }

  private func append(_ text: AlignedText, to sequence: inout TokenSequence) {
    guard text.count > 0 else { return }
    guard let normalizedMatcher else {
      return model.appendTokens(of: text, in: text.bytes.indices, to: &sequence)
    }
    normalizedMatcher.split(text.bytes, text.bytes.indices) { part in
      switch part {
      case .token(let token, let range): append(token, of: text, range, to: &sequence)
      case .text(let range): model.appendTokens(of: text, in: range, to: &sequence)
      }
    }
  }

  private func append(
    _ token: AddedToken, of text: AlignedText, _ range: Range<Int>, to sequence: inout TokenSequence
  ) {
    var start = text.origins[range.lowerBound]
    var end = text.origins[range.upperBound - 1] + 1
    if let trimming = model.trimming {
      let scalars = String(decoding: text.bytes[range], as: UTF8.self).unicodeScalars
      trimming.trim(
        &start, &end, leading: scalars.prefix { $0.properties.isWhitespace }.count,
        trailing: scalars.reversed().prefix { $0.properties.isWhitespace }.count, isFirst: sequence.count == 0
      )
    }
    sequence.append(token.id, from: start, to: end)
    sequence.endWord()
  }
}
