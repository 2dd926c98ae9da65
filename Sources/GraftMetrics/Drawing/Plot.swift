/// A field with a scale and a name on two sides, and lines and boxes in it at values of those scales.
package struct Plot {
  private static let height = 320.0
  private static let lineHeight = 18.0

  private let x: PlotAxis
  private let y: PlotAxis
  private let (left, top): (Double, Double)
  private let width: Double
  package private(set) var drawing: SVGDrawing

  /// - Parameters:
  ///   - title: written above; empty for none.
  ///   - x: the scale from left to right.
  ///   - y: the scale from bottom to top.
  ///   - width: of the field, which is 320 high.
  ///   - legend: lines below, each with its colour.
  package init(
    title: String, x: PlotAxis, y: PlotAxis, width: Double = Plot.height,
    legend: [(text: String, color: String)] = []
  ) {
    (self.x, self.y, self.width) = (x, y, width)
    left = max(56, 36 + (y.ticks.map { SVGDrawing.width(of: $0.text, size: 11) }.max() ?? 0))
    top = title.isEmpty ? 16 : 36
    let bottom = top + Plot.height
    let texts = [title] + legend.map(\.text)
    let fullWidth = max(left + width, left + 28 + (texts.map { SVGDrawing.width(of: $0) }.max() ?? 0)) + 16
    drawing = SVGDrawing(
      width: fullWidth, height: bottom + 48 + Double(legend.count) * Plot.lineHeight,
      label: title.isEmpty ? "\(y.name) by \(x.name)" : title)
    if !title.isEmpty { drawing.text(title, x: left, y: 22, size: 14) }
    drawScales(bottom: bottom)
    for (number, entry) in legend.enumerated() {
      let y = bottom + 56 + Double(number) * Plot.lineHeight
      drawing.line([(left, y - 4), (left + 20, y - 4)], stroke: entry.color, width: 2)
      drawing.text(entry.text, x: left + 28, y: y)
    }
  }

  private mutating func drawScales(bottom: Double) {
    let (right, middle) = (left + width, (top + bottom) / 2)
    for tick in x.ticks {
      let place = left + x.part(of: tick.value) * width
      drawing.line([(place, bottom), (place, top)], opacity: 0.25)
      drawing.text(tick.text, x: place, y: bottom + 17, anchor: .middle, size: 11)
    }
    for tick in y.ticks {
      let place = top + (1 - y.part(of: tick.value)) * Plot.height
      drawing.line([(left, place), (right, place)], opacity: 0.25)
      drawing.text(tick.text, x: left - 7, y: place + 4, anchor: .end, size: 11)
    }
    drawing.line([(left, top), (left, bottom), (right, bottom)])
    drawing.text(x.name, x: left + width / 2, y: bottom + 36, anchor: .middle)
    drawing.text(y.name, x: 18, y: middle, anchor: .middle, angle: -90)
  }

  /// A line through points. One outside the scales is drawn at their end.
  package mutating func line(
    _ points: [(x: Double, y: Double)], stroke: String = SVGDrawing.gray, width: Double = 1,
    opacity: Double = 1, isDashed: Bool = false
  ) {
    drawing.line(
      points.map { place($0.x, $0.y) }, stroke: stroke, width: width, opacity: opacity, isDashed: isDashed)
  }

  /// A line from the bottom to the top.
  package mutating func verticalLine(
    at value: Double, stroke: String = SVGDrawing.gray, width: Double = 1, isDashed: Bool = false
  ) {
    line(
      [(value, y.range.lowerBound), (value, y.range.upperBound)], stroke: stroke, width: width,
      isDashed: isDashed)
  }

  /// A box between two corners.
  package mutating func box(
    from a: (x: Double, y: Double), to b: (x: Double, y: Double), fill: String, opacity: Double = 1,
    stroke: String = "none"
  ) {
    let (first, second) = (place(min(a.x, b.x), max(a.y, b.y)), place(max(a.x, b.x), min(a.y, b.y)))
    drawing.box(
      x: first.x, y: first.y, width: second.x - first.x, height: second.y - first.y, fill: fill,
      opacity: opacity, stroke: stroke)
  }

  /// A dot at a point.
  package mutating func dot(
    _ x: Double, _ y: Double, radius: Double = 3.5, fill: String, opacity: Double = 1
  ) {
    let (x, y) = place(x, y)
    drawing.dot(x: x, y: y, radius: radius, fill: fill, opacity: opacity)
  }

  private func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (left + self.x.part(of: x) * width, top + (1 - self.y.part(of: y)) * Plot.height)
  }
}
