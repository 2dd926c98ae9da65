/// A token that is recognised in the text itself, before the text is cut into words.
struct AddedToken: Sendable {
  var content: String
  var id: Int32
  /// Whether decoding leaves it out: it marks a place and is no text.
  var isSpecial = true
  /// Whether it counts only where no word goes on at either side.
  var isWholeWord = false
  /// Whether it takes the white space before it.
  var stripsLeft = false
  /// Whether it takes the white space after it.
  var stripsRight = false
  /// Whether it is looked for in the normalised text.
  var isNormalized = false
}
