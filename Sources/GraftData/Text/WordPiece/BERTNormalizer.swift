/// Prepares a text for WordPiece as BERT does (Devlin et al., 2018): unwanted characters are dropped, ideographs stand alone,
/// accents and capital letters are removed.
struct BERTNormalizer: Sendable {
  /// Whether control characters are dropped and white space becomes spaces.
  var cleansText = true

  /// Whether ideographs get spaces round them.
  var separatesIdeographs = true

  /// Whether the text is decomposed (NFD) and its non-spacing marks are dropped.
  var stripsAccents: Bool

  /// Whether letters are lower-cased.
  var lowercases: Bool

  /// Changes nothing.
  static let identity = BERTNormalizer(
    cleansText: false, separatesIdeographs: false, stripsAccents: false, lowercases: false)

  /// The part of a text between two places, normalised.
  func normalized(_ text: AlignedText, _ range: Range<Int>) -> AlignedText {
    var output = AlignedText(capacity: range.count)
    var marks = PendingMarks()
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = text.bytes[index]
      let origin = text.origins[index]
      if byte < 0x80 {
        if let kept = normalized(ascii: byte) {
          if stripsAccents { flush(&marks, before: origin, into: &output) }
          output.append(ascii: kept, origin: origin)
        }
        index += 1
      } else {
        let (scalar, length) = text.scalar(at: index)
        append(scalar, origin, marks: &marks, to: &output)
        index += length
      }
    }
    flush(&marks, before: 0, into: &output)
    return output
  }

  /// What becomes of an ASCII character, `nil` if it is dropped.
  @inline(__always)
  private func normalized(ascii byte: UInt8) -> UInt8? {
    if lowercases && (0x41...0x5A).contains(byte) { return byte | 0x20 }
    if byte > 0x1F && byte != 0x7F || !cleansText { return byte }
    return byte == 0x09 || byte == 0x0A || byte == 0x0D ? 0x20 : nil
  }

  private func append(
    _ scalar: Unicode.Scalar, _ origin: Int32, marks: inout PendingMarks, to output: inout AlignedText
  ) {
    let kind = ScalarClass.of(scalar)
    if cleansText {
      if kind.contains(.unwanted) { return }
      if kind.contains(.whitespace) {
        flush(&marks, before: origin, into: &output)
        return output.append(ascii: 0x20, origin: origin)
      }
    }
    let isSeparate = separatesIdeographs && scalar.isIdeograph
    if isSeparate {
      flush(&marks, before: origin, into: &output)
      output.append(ascii: 0x20, origin: origin)
    }
    if stripsAccents {
      decompose(scalar, origin, marks: &marks, into: &output)
    } else {
      appendLowercased(scalar, kind, origin, to: &output)
    }
    if isSeparate {
      flush(&marks, before: origin, into: &output)
      output.append(ascii: 0x20, origin: origin)
    }
  }

  /// Decomposes a code point; what is no mark is passed on, marks wait for their order.
  private func decompose(
    _ scalar: Unicode.Scalar, _ origin: Int32, marks: inout PendingMarks, into output: inout AlignedText
  ) {
    var isFirst = true
    CanonicalDecomposition.unicode9.forEach(of: scalar) { part in
      let kind = ScalarClass.of(part)
      if kind.contains(.nonStarter) {
        marks.append(part, origin: isFirst ? origin : nil)
      } else {
        flush(&marks, before: origin, into: &output)
        appendUnlessMark(part, kind, origin, to: &output)
      }
      isFirst = false
    }
  }

  /// Passes on the marks that wait, in canonical order; `origin` belongs to the code point that comes after them.
  @inline(__always)
  private func flush(_ marks: inout PendingMarks, before origin: Int32, into output: inout AlignedText) {
    if !marks.isEmpty {
      marks.removeAll { appendUnlessMark($0, ScalarClass.of($0), $1, to: &output) }
    }
    marks.origin = origin
  }

  private func appendUnlessMark(
    _ scalar: Unicode.Scalar, _ kind: ScalarClass, _ origin: Int32, to output: inout AlignedText
  ) {
    if !kind.contains(.nonspacingMark) { appendLowercased(scalar, kind, origin, to: &output) }
  }

  private func appendLowercased(
    _ scalar: Unicode.Scalar, _ kind: ScalarClass, _ origin: Int32, to output: inout AlignedText
  ) {
    guard lowercases && kind.contains(.uppercase) else { return output.append(scalar, origin: origin) }
    for lower in scalar.properties.lowercaseMapping.unicodeScalars { output.append(lower, origin: origin) }
  }
}
