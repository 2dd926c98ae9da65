/// What differs between kinds of tokenizers: how a text is normalised, cut into words, and words into tokens.
protocol TokenizerModel: Sendable {
  /// How offsets leave out white space, `nil` if they do not.
  var trimming: OffsetTrimming? { get }

  /// The part of a text between two places (in bytes), normalised.
  func normalized(_ text: AlignedText, _ range: Range<Int>) -> AlignedText

  /// Appends the tokens of a part of a normalised text, which is not empty.
  func appendTokens(of text: AlignedText, in range: Range<Int>, to sequence: inout TokenSequence)

  /// The text of some ids; ids that have no token are passed over.
  func decode(_ ids: [Int32]) -> String
}
