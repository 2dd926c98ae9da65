import GraftTensor

/// What becomes of texts that are too long for a model.
public enum Truncation: Sendable, Hashable {
  /// They stay as they are. A model that cannot take them says so; nothing is lost in silence.
  case none

  /// They are cut at their end so that no more than this many tokens are left, special ones included.
  ///
  /// Of two texts the longer loses tokens first; where both would have to be cut, each keeps half of the places (the
  /// second one more, if their number is odd).
  case toLength(Int)
}

extension Truncation {
  /// Shortens one text or two, leaving room for `special` tokens. Traps if there is none.
  func apply(to texts: inout [TokenSequence], reserving special: Int) {
    guard case .toLength(let length) = self else { return }
    require(
      length >= special,
      "Truncation.toLength(\(length)): the \(special) special tokens alone are longer")
    let room = length - special
    guard texts.count == 2 else { return texts[0].truncate(to: room) }
    let lengths = Self.lengths(of: texts[0].count, texts[1].count, room: room)
    texts[0].truncate(to: lengths.0)
    texts[1].truncate(to: lengths.1)
  }

  /// The lengths that two texts keep.
  private static func lengths(of first: Int, _ second: Int, room: Int) -> (Int, Int) {
    let shorter = min(first, second)
    guard shorter + max(shorter, room - shorter) > room else {
      let longer = room - shorter
      return first <= second ? (first, min(second, longer)) : (min(first, longer), second)
    }
    let (half, rest) = room.quotientAndRemainder(dividingBy: 2)
    return first <= second ? (half, half + rest) : (half + rest, half)
  }
}
