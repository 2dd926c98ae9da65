extension TokenizerFile {
  /// The tokenizer, if it is one of WordPiece.
  func wordPieceTokenizer() throws(DataError) -> WordPieceTokenizer {
    guard kind == .wordPiece else { throw model.unsupported("is of type BPE, not WordPiece") }
    if let preTokenizer = try root["pre_tokenizer"] {
      guard try preTokenizer.type == "BertPreTokenizer" else {
        throw preTokenizer.unsupported("is of type \(try preTokenizer.type)")
      }
    } else {
      throw root.unsupported("has no \"pre_tokenizer\"")
    }
    var configuration = WordPieceModel.Configuration(normalizer: try normalizer())
    configuration.unknownToken = try model["unk_token"]?.string ?? configuration.unknownToken
    configuration.continuation = try model["continuing_subword_prefix"]?.string ?? configuration.continuation
    configuration.maximumWordLength =
      try model["max_input_chars_per_word"]?.integer ?? configuration.maximumWordLength
    configuration.cleansUpText = try cleansUpText(continuation: configuration.continuation)
    let pieces = try WordPieceModel(
      vocabulary, isModelToken: isModelToken, configuration, file: root.file)
    return WordPieceTokenizer(
      TokenizerPipeline(pieces, vocabulary, added: added, try template().template),
      SpecialTokens(in: vocabulary))
  }

  private func normalizer() throws(DataError) -> BERTNormalizer {
    guard let settings = try root["normalizer"] else { return .identity }
    guard try settings.type == "BertNormalizer" else {
      throw settings.unsupported("is of type \(try settings.type)")
    }
    let lowercases = try settings.flag("lowercase", default: true)
    return BERTNormalizer(
      cleansText: try settings.flag("clean_text", default: true),
      separatesIdeographs: try settings.flag("handle_chinese_chars", default: true),
      stripsAccents: try settings.flag("strip_accents", default: lowercases), lowercases: lowercases)
  }

  private func cleansUpText(continuation: String) throws(DataError) -> Bool {
    guard let decoder = try root["decoder"] else { return false }
    guard try decoder.type == "WordPiece" else { throw decoder.unsupported("is of type \(try decoder.type)") }
    guard try decoder["prefix"]?.string ?? continuation == continuation else {
      throw decoder.unsupported("has another prefix than the model")
    }
    return try decoder.flag("cleanup", default: true)
  }
}
