/// A square whose sides go from 0 to 1, with a scale and a name on each, for what is a part against a part.
struct UnitPlot {
  private static let side = 320.0
  private static let left = 56.0
  private static let lineHeight = 18.0

  private let top: Double
  private(set) var drawing: SVGDrawing

  /// - Parameters:
  ///   - title: written above; empty for none.
  ///   - legend: lines below, each with its colour.
  init(title: String, x: String, y: String, legend: [(text: String, color: String)] = []) {
    let (side, left) = (UnitPlot.side, UnitPlot.left)
    top = title.isEmpty ? 16 : 36
    let bottom = top + side
    let texts = [title] + legend.map(\.text)
    let width = max(left + side, left + 28 + (texts.map { SVGDrawing.width(of: $0) }.max() ?? 0)) + 16
    drawing = SVGDrawing(
      width: width, height: bottom + 48 + Double(legend.count) * UnitPlot.lineHeight,
      label: title.isEmpty ? "\(y) by \(x)" : title)
    if !title.isEmpty { drawing.text(title, x: left, y: 22, size: 14) }
    for tick in 0...5 {
      let part = Double(tick) / 5
      let text = TextTable.number(part, decimals: 1)
      line([(part, 0), (part, 1)], opacity: 0.25)
      line([(0, part), (1, part)], opacity: 0.25)
      drawing.text(text, x: place(part, 0).x, y: bottom + 17, anchor: .middle, size: 11)
      drawing.text(text, x: left - 7, y: place(0, part).y + 4, anchor: .end, size: 11)
    }
    line([(0, 1), (0, 0), (1, 0)])
    drawing.text(x, x: left + side / 2, y: bottom + 36, anchor: .middle)
    drawing.text(y, x: 18, y: top + side / 2, anchor: .middle, angle: -90)
    for (number, entry) in legend.enumerated() {
      let y = bottom + 56 + Double(number) * UnitPlot.lineHeight
      drawing.line([(left, y - 4), (left + 20, y - 4)], stroke: entry.color, width: 2)
      drawing.text(entry.text, x: left + 28, y: y)
    }
  }

  /// A line through points from 0 to 1.
  mutating func line(
    _ points: [(x: Double, y: Double)], stroke: String = SVGDrawing.gray, width: Double = 1,
    opacity: Double = 1,
    isDashed: Bool = false
  ) {
    drawing.line(
      points.map { place($0.x, $0.y) }, stroke: stroke, width: width, opacity: opacity, isDashed: isDashed)
  }

  /// A box between two corners from 0 to 1.
  mutating func box(
    from a: (x: Double, y: Double), to b: (x: Double, y: Double), fill: String, opacity: Double = 1,
    stroke: String = "none"
  ) {
    let (first, second) = (place(min(a.x, b.x), max(a.y, b.y)), place(max(a.x, b.x), min(a.y, b.y)))
    drawing.box(
      x: first.x, y: first.y, width: second.x - first.x, height: second.y - first.y, fill: fill,
      opacity: opacity, stroke: stroke)
  }

  private func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (UnitPlot.left + x * UnitPlot.side, top + (1 - y) * UnitPlot.side)
  }
}
