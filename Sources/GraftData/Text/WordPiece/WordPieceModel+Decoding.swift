extension WordPieceModel {
  var trimming: OffsetTrimming? { nil }

  /// Puts spaces between words.
  func decode(_ ids: [Int32]) -> String {
    let continuation = Array(configuration.continuation.utf8)
    var text: [UInt8] = []
    for (position, token) in ids.compactMap(vocabulary.token).enumerated() {
      var piece = Array(token.utf8)
      if position > 0 {
        if piece.starts(with: continuation) {
          piece.removeFirst(continuation.count)
        } else {
          piece.insert(0x20, at: 0)
        }
      }
      if configuration.cleansUpText && piece.contains(0x20) {
        piece = Self.cleanUps.reduce(piece) { $0.replacing($1.found, with: $1.replacement) }
      }
      text += piece
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// What draws punctuation and contractions towards the word before them.
  private static let cleanUps: [(found: [UInt8], replacement: [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }
}
