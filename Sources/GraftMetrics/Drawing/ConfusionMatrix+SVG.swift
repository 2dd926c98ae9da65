extension ConfusionMatrix {
  /// A picture of the matrix as SVG: rows are the true classes, columns the predicted ones, and a cell is the darker the
  /// larger a part of its row it is.
  ///
  /// It needs no style sheet and can be read on light and dark pages: every cell has its own ground. Up to 30 classes have
  /// their counts written in; with more, cells shrink.
  public func svg(title: String = "") -> String {
    let hasNumbers = classCount <= 30
    let digits = hasNumbers ? "\(sampleCount)".count : 0
    let cell = hasNumbers ? max(32, 10 + 7.0 * Double(digits)) : max(2, (1000 / Double(classCount)).rounded())
    let nameSize = min(12, max(2, cell - 2))
    let longest = classNames.map { SVGDrawing.width(of: $0, size: nameSize) }.max() ?? 0
    let side = cell * Double(classCount)
    // Names of columns are turned by 45 degrees.
    let (left, top) = (longest + 40, (title.isEmpty ? 0 : 26) + longest * 0.71 + 44)
    let right = max(16, longest * 0.71)
    var drawing = SVGDrawing(
      width: max(left + side + right, SVGDrawing.width(of: title, size: 14) + 32), height: top + side + 16,
      label: title.isEmpty ? "confusion matrix of \(classCount) classes" : title)
    if !title.isEmpty { drawing.text(title, x: 16, y: 22, size: 14) }
    drawing.text("predicted", x: left + side / 2, y: top - longest * 0.71 - 22, anchor: .middle)
    drawing.text("actual", x: 18, y: top + side / 2, anchor: .middle, angle: -90)
    drawing.box(x: left, y: top, width: side, height: side, fill: ConfusionMatrix.color(0))
    let parts = normalized(by: .actual)
    for actual in 0..<classCount {
      let y = top + Double(actual) * cell
      let middle = y + cell / 2
      drawing.text(
        classNames[actual], x: left - 6, y: middle + nameSize * 0.35, anchor: .end, size: nameSize)
      drawing.text(
        classNames[actual], x: left + Double(actual) * cell + cell / 2, y: top - 6, size: nameSize, angle: -45
      )
      for predicted in 0..<classCount {
        let (x, part) = (left + Double(predicted) * cell, parts[actual][predicted])
        if part > 0 { drawing.box(x: x, y: y, width: cell, height: cell, fill: ConfusionMatrix.color(part)) }
        guard hasNumbers else { continue }
        drawing.text(
          "\(count(actual: actual, predicted: predicted))", x: x + cell / 2, y: middle + 4, anchor: .middle,
          fill: part > 0.45 ? "#ffffff" : "#1a1a1a")
      }
    }
    return drawing.svg()
  }

  /// From nearly white to dark blue.
  private static func color(_ part: Double) -> String {
    let channels = zip([240.0, 245, 251], [8.0, 69, 148]).map { light, dark in
      Int((light + (dark - light) * part).rounded())
    }
    return "rgb(\(channels.map(String.init).joined(separator: ",")))"
  }
}
