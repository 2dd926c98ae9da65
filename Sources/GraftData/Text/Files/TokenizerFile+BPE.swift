extension TokenizerFile {
  /// The tokenizer, if it is one of byte-level BPE.
  func byteLevelBPETokenizer() throws(DataError) -> ByteLevelBPETokenizer {
    guard kind == .byteLevelBPE else { throw model.unsupported("is of type WordPiece, not BPE") }
    if let normalizer = try root["normalizer"] {
      throw normalizer.unsupported("is of type \(try normalizer.type)")
    }
    guard let preTokenizer = try root["pre_tokenizer"] else {
      throw root.unsupported("has no \"pre_tokenizer\"")
    }
    guard try preTokenizer.type == "ByteLevel" else {
      throw preTokenizer.unsupported("is of type \(try preTokenizer.type)")
    }
    try preTokenizer.expect("use_regex", is: true)
    if let decoder = try root["decoder"], try decoder.type != "ByteLevel" {
      throw decoder.unsupported("is of type \(try decoder.type)")
    }
    try model.expect("byte_fallback", is: false)
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let value = try model[name], try !value.string.isEmpty {
        throw value.unsupported("is \"\(try value.string)\"")
      }
    }
    if let dropout = try model["dropout"] {
      if case .integer(0) = dropout.value {
      } else if case .real(0) = dropout.value {
      } else {
        throw dropout.unsupported("drops merges at random")
      }
    }
    let processor = try template()
    let configuration = ByteLevelBPEModel.Configuration(
      addsPrefixSpace: try preTokenizer.flag("add_prefix_space", default: true),
      prefersWholeWords: try model.flag("ignore_merges", default: false), trimming: processor.trimming)
    let bpe = try ByteLevelBPEModel(
      vocabulary, isModelToken: isModelToken, merges: try merges(), configuration, file: root.file,
      mergesFile: root.file)
    return ByteLevelBPETokenizer(
      TokenizerPipeline(bpe, vocabulary, added: added, processor.template), SpecialTokens(in: vocabulary))
  }

  /// Merges are strings with a space in them or, in newer files, pairs of strings.
  private func merges() throws(DataError) -> [ByteLevelBPEModel.Merge] {
    try model.member("merges").elements.map { value throws(DataError) in
      if case .string(let text) = value.value, let merge = BPEVocabularyFile.merge(text, at: nil) {
        return merge
      }
      if case .array(let pair) = value.value, pair.count == 2, case .string(let first) = pair[0],
        case .string(let second) = pair[1], !first.isEmpty, !second.isEmpty
      {
        return ByteLevelBPEModel.Merge(first: first, second: second, place: nil)
      }
      throw value.fault("is not two tokens")
    }
  }
}
