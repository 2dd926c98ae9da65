import GraftMetrics

extension StudyReport {
  /// A bar for each hyperparameter's ``ParameterImportance``, with its deviation over the trees as a line. As SVG.
  public func importanceSVG() -> String {
    let entries = ParameterImportance(of: history, objective: objective).entries
    let (top, row, length) = (40.0, 26.0, 320.0)
    let left = 24 + (entries.map { SVGDrawing.width(of: $0.name) }.max() ?? 0)
    let label = "What \(history.objectives[objective].name) depends on"
    var drawing = SVGDrawing(
      width: left + length + 60, height: top + row * Double(entries.count) + 10, label: label)
    drawing.text(label, x: 12, y: 22, size: 14)
    for (place, entry) in entries.enumerated() {
      let y = top + row * Double(place)
      let end = left + length * entry.share
      drawing.text(entry.name, x: left - 8, y: y + 14, anchor: .end)
      drawing.box(
        x: left, y: y + 3, width: length * entry.share, height: row - 10, fill: SVGDrawing.colors[0])
      let reach = length * entry.deviation
      drawing.line([(max(left, end - reach), y + 11), (min(left + length, end + reach), y + 11)], width: 2)
      drawing.text(
        TextTable.number(entry.share, decimals: 2), x: min(left + length, end + reach) + 6, y: y + 14,
        size: 11)
    }
    return drawing.svg()
  }
}
