/// Reads `tokenizer.json`, which says in one file what a tokenizer is made of.
///
/// Two kinds are known, WordPiece as BERT has it and byte-level BPE as GPT-2 has it; anything that works otherwise is refused
/// with its name, since it would give other ids. The file's settings for truncation and padding are left aside: what is cut off
/// is for the caller to say.
struct TokenizerFile {
  /// The tokenizer's kind.
  enum Kind {
    case wordPiece
    case byteLevelBPE
  }

  let root: JSONReader
  let model: JSONReader
  let kind: Kind
  let vocabulary: Vocabulary
  let added: [AddedToken]

  /// Whether words are made of each token: not of those that were only added.
  let isModelToken: [Bool]

  init(_ bytes: [UInt8], name: String) throws(DataError) {
    root = try JSONReader(bytes, file: name)
    model = try root.member("model")
    kind = try Self.kind(of: model)
    var entries = try model.member("vocab").vocabularyEntries()
    let added =
      try root["added_tokens"]?.elements.map { value throws(DataError) in try AddedToken(value) } ?? []
    var ids = ByteStringTable()
    for entry in entries { ids.append(entry.token.utf8) }
    var isAdded: Set<Int> = []
    for token in added {
      guard let index = ids.index(of: token.content) else {
        entries.append(Vocabulary.Entry(token: token.content, id: Int(token.id)))
        ids.append(token.content.utf8)
        isAdded.insert(Int(token.id))
        continue
      }
      guard entries[index].id == Int(token.id) else {
        throw root.fault(
          "gives the added token \"\(token.content)\" the id \(token.id), but the vocabulary gives it \(entries[index].id)"
        )
      }
    }
    vocabulary = try Vocabulary(entries, file: name)
    isModelToken = (0..<entries.count).map { !isAdded.contains($0) }
    self.added = added
  }

  private static func kind(of model: JSONReader) throws(DataError) -> Kind {
    // Older files do not name the kind.
    let isBPE = try model["merges"] != nil
    switch try model["type"]?.string ?? (isBPE ? "BPE" : "WordPiece") {
    case "WordPiece": return .wordPiece
    case "BPE": return .byteLevelBPE
    case let type: throw model.unsupported("is of type \(type)")
    }
  }
}

extension JSONReader {
  /// An error that says that this value is of a kind that is not known.
  func unsupported(_ problem: String) -> DataError {
    fault(
      problem, kind: .unsupported,
      advice:
        "Tokenizers of the kinds of BERT (WordPiece) and GPT-2 (byte-level BPE) can be read; encode with the tokenizer's own program and pass the ids"
    )
  }

  /// The type of a part of the tokenizer.
  var type: String {
    get throws(DataError) { try member("type").string }
  }

  /// Throws unless a setting has the value that is known, or is not there.
  func expect(_ name: String, is expected: Bool) throws(DataError) {
    if let value = try self[name], try value.bool != expected { throw value.unsupported("is \(!expected)") }
  }

  /// A setting that is true or false.
  func flag(_ name: String, default standard: Bool) throws(DataError) -> Bool {
    try self[name]?.bool ?? standard
  }
}

extension AddedToken {
  init(_ value: JSONReader) throws(DataError) {
    let id = try value.member("id")
    guard let number = Int32(exactly: try id.integer), number >= 0 else {
      throw id.fault("is not an id")
    }
    self.init(content: try value.member("content").string, id: number)
    guard !content.isEmpty else { throw value.fault("has no content") }
    isSpecial = try value.flag("special", default: false)
    isWholeWord = try value.flag("single_word", default: false)
    stripsLeft = try value.flag("lstrip", default: false)
    stripsRight = try value.flag("rstrip", default: false)
    isNormalized = try value.flag("normalized", default: !isSpecial)
  }
}
