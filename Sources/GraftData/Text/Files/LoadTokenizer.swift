import Foundation

/// Reads the tokenizer of a published model from its folder.
///
/// Taken are, in this order:
/// 1. `tokenizer.json`;
/// 2. `vocab.txt` as a ``WordPieceTokenizer``, with what `tokenizer_config.json` says of lower-casing (`do_lower_case`), accents
///    (`strip_accents`) and ideographs (`tokenize_chinese_chars`), if it is there;
/// 3. `vocab.json` and `merges.txt`, or `encoder.json` and `vocab.bpe`, as a ``ByteLevelBPETokenizer``.
///
/// Settings for truncation and padding are left aside: what is cut off is for the caller to say.
///
/// - Parameters:
///   - folder: The folder.
///   - maximumBytes: How large each file may be; by default 64 MiB.
/// - Throws: ``DataError`` if the folder has no such files, if one of them is damaged, or if the tokenizer is of a kind that is not
///   known, which the error names.
public func loadTokenizer(from folder: URL, maximumBytes: Int = 1 << 26) throws -> any Tokenizer {
  let files = TokenizerFolder(folder: folder, maximumBytes: maximumBytes)
  if let file = files.existing("tokenizer.json") {
    let content = try TokenizerFile(BoundedFile.read(file, atMost: maximumBytes), name: file.path)
    switch content.kind {
    case .wordPiece: return try content.wordPieceTokenizer()
    case .byteLevelBPE: return try content.byteLevelBPETokenizer()
    }
  }
  if let file = files.existing("vocab.txt") { return try files.wordPieceTokenizer(file) }
  for (vocabulary, merges) in [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")] {
    if let vocabulary = files.existing(vocabulary), let merges = files.existing(merges) {
      return try files.byteLevelBPETokenizer(vocabulary, merges)
    }
  }
  throw DataError(
    .unreadable, file: folder.path, "the folder has no tokenizer",
    advice: "It needs tokenizer.json, vocab.txt, or vocab.json and merges.txt")
}

/// A model's folder.
private struct TokenizerFolder {
  let folder: URL
  let maximumBytes: Int

  func existing(_ name: String) -> URL? {
    let file = folder.appending(path: name)
    return FileManager.default.fileExists(atPath: file.path) ? file : nil
  }

  func wordPieceTokenizer(_ file: URL) throws -> WordPieceTokenizer {
    let settings = try settings()
    return try WordPieceTokenizer(
      vocabulary: file, lowercases: settings?["do_lower_case"]?.bool,
      stripsAccents: settings?["strip_accents"]?.bool,
      separatesIdeographs: settings?.flag("tokenize_chinese_chars", default: true) ?? true,
      maximumBytes: maximumBytes)
  }

  /// RoBERTa and others have files of the same form, but put special tokens round texts, which these files do not tell.
  func byteLevelBPETokenizer(_ vocabulary: URL, _ merges: URL) throws -> ByteLevelBPETokenizer {
    let settings = try settings()
    if let kind = try settings?["tokenizer_class"],
      !["GPT2Tokenizer", "GPT2TokenizerFast"].contains(try kind.string)
    {
      throw kind.unsupported("is \(try kind.string), whose special tokens are told by tokenizer.json alone")
    }
    return try ByteLevelBPETokenizer(
      vocabulary: vocabulary, merges: merges,
      addingPrefixSpace: settings?.flag("add_prefix_space", default: false) ?? false,
      maximumBytes: maximumBytes)
  }

  private func settings() throws -> JSONReader? {
    guard let file = existing("tokenizer_config.json") else { return nil }
    return try JSONReader(BoundedFile.read(file, atMost: maximumBytes), file: file.path)
  }
}
