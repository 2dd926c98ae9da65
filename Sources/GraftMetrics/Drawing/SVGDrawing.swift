import Foundation

/// A picture of lines, boxes and text, written as SVG 1.1.
///
/// Everything is said in attributes, without a style sheet, so that any program shows it; nothing is painted behind, and
/// lines and text are of a middle gray that can be read on white and on black.
package struct SVGDrawing {
  /// Gray that has a contrast of 4.5 to white and 4.6 to black.
  package static let gray = "#767676"

  /// Colours for things to be told apart, also by the colour-blind (Okabe, Ito: *Color Universal Design*, 2008).
  package static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]

  /// On which side of its place a text is.
  package enum Anchor: String {
    case start, middle, end
  }

  package let width: Double
  package let height: Double

  /// What the picture shows, for those who can't see it.
  package let label: String

  private var elements: [String] = []

  package init(width: Double, height: Double, label: String) {
    self.width = width
    self.height = height
    self.label = label
  }

  package mutating func box(
    x: Double, y: Double, width: Double, height: Double, fill: String, opacity: Double = 1,
    stroke: String = "none"
  ) {
    elements.append(
      "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" "
        + "fill=\"\(fill)\" fill-opacity=\"\(number(opacity))\" stroke=\"\(stroke)\"/>")
  }

  /// Draws a line through points. Those nearer to the one before than a quarter of a unit are left out, so that a curve of a
  /// million points is no larger than what can be seen of it.
  package mutating func line(
    _ points: [(x: Double, y: Double)], stroke: String = SVGDrawing.gray, width: Double = 1,
    opacity: Double = 1,
    isDashed: Bool = false
  ) {
    var kept: [(x: Double, y: Double)] = []
    for (number, point) in points.enumerated() {
      if let last = kept.last, number < points.count - 1 {
        let isNear = abs(point.x - last.x) < 0.25 && abs(point.y - last.y) < 0.25
        if isNear { continue }
      }
      kept.append(point)
    }
    let path = kept.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    elements.append(
      "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(stroke)\" stroke-width=\"\(number(width))\" "
        + "stroke-opacity=\"\(number(opacity))\" stroke-linejoin=\"round\""
        + (isDashed ? " stroke-dasharray=\"5 4\"/>" : "/>"))
  }

  /// A filled circle.
  package mutating func dot(x: Double, y: Double, radius: Double, fill: String, opacity: Double = 1) {
    elements.append(
      "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" fill=\"\(fill)\" "
        + "fill-opacity=\"\(number(opacity))\"/>")
  }

  /// Writes a text whose base line is at `y`, turned by `angle` degrees clockwise about its place.
  package mutating func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, size: Double = 12,
    fill: String = SVGDrawing.gray, angle: Double = 0
  ) {
    let turn = angle == 0 ? "" : " transform=\"rotate(\(number(angle)) \(number(x)) \(number(y)))\""
    elements.append(
      "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor.rawValue)\" font-size=\"\(number(size))\" "
        + "fill=\"\(fill)\"\(turn)>\(SVGDrawing.escaped(text))</text>")
  }

  /// The whole file.
  package func svg() -> String {
    let (width, height) = (number(width), number(height))
    let label = SVGDrawing.escaped(label)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
      font-family="Helvetica, Arial, sans-serif" role="img" aria-label="\(label)">
      <title>\(label)</title>
      \(elements.joined(separator: "\n"))
      </svg>

      """
  }

  /// About how wide a text is: letters of other scripts may be as wide as high.
  package static func width(of text: String, size: Double = 12) -> Double {
    text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x1100 ? 0.58 : 1) } * size
  }

  /// A text whose characters are not taken for markup; characters that XML does not allow become U+FFFD.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A number in hundredths, without zeros at its end.
  private func number(_ value: Double) -> String {
    let hundredths = (value * 100).rounded() / 100
    return hundredths == hundredths.rounded() ? "\(Int(hundredths))" : "\(hundredths)"
  }
}
