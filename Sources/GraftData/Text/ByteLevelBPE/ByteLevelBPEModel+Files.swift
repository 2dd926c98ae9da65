extension ByteLevelBPEModel {
  /// The token for each byte; text could be lost if one were missing.
  static func byteTokens(in vocabulary: Vocabulary, file: String?) throws(DataError) -> [Int32] {
    var tokens: [Int32] = []
    for (byte, scalar) in ByteAlphabet.scalars.enumerated() {
      guard let id = vocabulary.id(of: String(scalar)) else {
        throw DataError(
          .malformed, file: file, "the vocabulary has no token \"\(scalar)\" for the byte \(byte)",
          advice: "A byte-level vocabulary has to have all 256, so that every text can be written")
      }
      tokens.append(id)
    }
    return tokens
  }

  /// The merges by number.
  static func table(
    _ merges: [Merge], _ vocabulary: Vocabulary, file: String?
  ) throws(DataError) -> MergeTable {
    var table = MergeTable(capacity: merges.count)
    for (rank, merge) in merges.enumerated() {
      func id(_ token: String) throws(DataError) -> Int32 {
        guard let id = vocabulary.id(of: token) else {
          throw DataError(
            .malformed, file: file, at: merge.place,
            "merge \(rank) of \"\(merge.first)\" and \"\(merge.second)\" needs the token \"\(token)\", which is not in the vocabulary",
            advice: "Use the vocabulary and the merges of the same tokenizer")
        }
        return id
      }
      let (first, second) = (try id(merge.first), try id(merge.second))
      guard table.append(first, second, result: try id(merge.first + merge.second)) else {
        throw DataError(
          .malformed, file: file, at: merge.place,
          "merge \(rank) of \"\(merge.first)\" and \"\(merge.second)\" occurs twice",
          advice: "Take the tokenizer's files again from where they were published")
      }
    }
    return table
  }
}
