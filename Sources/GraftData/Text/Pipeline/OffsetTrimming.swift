/// Leaves white space at either end out of tokens' offsets.
struct OffsetTrimming: Sendable {
  /// Whether a space was put before each text: the first token then keeps one.
  var addsPrefixSpace: Bool

  /// Moves the ends of a token that begins and ends with some spaces.
  func trim(_ start: inout Int32, _ end: inout Int32, leading: Int, trailing: Int, isFirst: Bool) {
    if leading > 0 {
      let kept = addsPrefixSpace && (isFirst || start == 0) ? 1 : 0
      start = min(start + Int32(leading - kept), end)
    }
    if trailing > 0 && Int(end) >= trailing { end = max(end - Int32(trailing), start) }
  }
}
