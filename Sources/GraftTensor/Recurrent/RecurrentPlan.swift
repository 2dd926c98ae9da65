/// In which order a recurrent layer goes through texts, and which rows it moves at each place.
package struct RecurrentPlan: Sendable {
  /// Places, and texts.
  package let length, rows: Int

  /// The elements of a state.
  package let width: Int

  /// Whether texts are read from their end.
  package let isReversed: Bool

  /// How long each text is; `nil` if all are as long as there are places.
  private let lengths: [Int]?

  /// Texts whose steps are computed together: independent of others, so that threads need not wait for each other, and enough
  /// for a product to be worth its while.
  private static let block = 16

  /// A plan for states `[length, rows, width]`.
  ///
  /// Traps unless there is a length for each text, from 0 to the number of places.
  package init(length: Int, rows: Int, width: Int, lengths: [Int]?, isReversed: Bool) {
    require(
      lengths.map { $0.count == rows && $0.allSatisfy { (0...length).contains($0) } } ?? true,
      "recurrent layer: lengths \(lengths ?? []) for \(rows) texts of \(length) places")
    self.length = length
    self.rows = rows
    self.width = width
    self.lengths = lengths
    self.isReversed = isReversed
  }

  /// The place of a step.
  func place(_ step: Int) -> Int { isReversed ? length - 1 - step : step }

  /// The place of the last step. There has to be one.
  package var lastPlace: Int { place(length - 1) }

  /// Whether a text has a token at a place. Where it has none, its state stays as it is.
  func isActive(row: Int, place: Int) -> Bool { lengths.map { place < $0[row] } ?? true }

  /// Whether some text is shorter than there are places.
  var isPadded: Bool { lengths.map { $0.contains { $0 < length } } ?? false }

  /// Blocks of texts, which do not depend on the number of threads.
  var blocks: Partition { Partition(count: rows, grain: RecurrentPlan.block) }
}
