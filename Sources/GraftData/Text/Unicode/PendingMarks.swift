/// Combining marks that wait until all that belong to one base are there, to be put into canonical order: by combining class,
/// those of equal class as they came (The Unicode Standard, section 3.11).
///
/// Where marks change places, their origins do not: the k-th mark is said to come from the k-th mark of the original, as the
/// reference implementation has it. Marks that a decomposition made come from where the mark before them comes from.
struct PendingMarks {
  private var marks: [(scalar: Unicode.Scalar, combiningClass: UInt8, isMade: Bool)] = []
  private var origins: [Int32] = []

  /// Where the code point before the marks comes from.
  var origin: Int32 = 0

  var isEmpty: Bool { marks.isEmpty }

  /// Adds a mark; `origin` is `nil` for marks that a decomposition made, but for its first code point.
  mutating func append(_ scalar: Unicode.Scalar, origin: Int32?) {
    marks.append((scalar, scalar.properties.canonicalCombiningClass.rawValue, origin == nil))
    if let origin { origins.append(origin) }
  }

  /// Calls `body` with each mark in canonical order and its origin, and forgets them.
  mutating func removeAll(_ body: (Unicode.Scalar, Int32) -> Void) {
    if marks.count > 1 { marks = inCanonicalOrder() }
    var next = 0
    for mark in marks {
      if !mark.isMade {
        origin = origins[next]
        next += 1
      }
      body(mark.scalar, origin)
    }
    marks.removeAll(keepingCapacity: true)
    origins.removeAll(keepingCapacity: true)
  }

  /// Sorted by combining class; a text may have any number of marks in a row, so nothing slower than a sort would do.
  private func inCanonicalOrder() -> [(scalar: Unicode.Scalar, combiningClass: UInt8, isMade: Bool)] {
    marks.enumerated()
      .sorted { ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset) }
      .map(\.element)
  }
}
