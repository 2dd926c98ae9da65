import GraftMetrics

extension StudyReport {
  /// Every trial as a line through one upright scale for each hyperparameter and one for the objective; the better, the darker and the
  /// more in front. Where a hyperparameter does not exist the line leaves it out. As SVG.
  public func parallelCoordinatesSVG() -> String {
    let wanted = history.objectives[objective]
    let dimensions = history.space.dimensions
    let known = ranked
    let (left, top, height, gap) = (60.0, 64.0, 280.0, 130.0)
    let label = "\(wanted.name) and what led to it"
    var drawing = SVGDrawing(
      width: 2 * left + gap * Double(dimensions.count), height: top + height + 40, label: label)
    drawing.text(label, x: left - 40, y: 22, size: 14)
    let values = PlotAxis.linear(wanted.name, over: known.map(\.value))
    let scales =
      dimensions.map { (name: $0.name, ends: $0.domain.ends) }
      + [
        (wanted.name, (StudyReport.text(values.range.lowerBound), StudyReport.text(values.range.upperBound)))
      ]

    for (place, entry) in known.enumerated().reversed() {
      let quality = 1 - Double(place) / Double(max(known.count - 1, 1))
      let parts =
        dimensions.map { dimension in
          entry.trial.configuration.settings[dimension.name].map(dimension.domain.unit(of:))
        } + [values.part(of: entry.value)]
      let points = parts.enumerated().compactMap { index, part in
        part.map { (x: left + gap * Double(index), y: top + height * (1 - $0)) }
      }
      drawing.line(
        points, stroke: SVGDrawing.colors[place == 0 ? 1 : 0], width: place == 0 ? 2.5 : 1.2,
        opacity: 0.12 + 0.88 * quality * quality)
    }
    for (index, scale) in scales.enumerated() {
      let x = left + gap * Double(index)
      drawing.line([(x, top), (x, top + height)])
      drawing.text(scale.name, x: x, y: top - 24, anchor: .middle)
      drawing.text(scale.ends.high, x: x, y: top - 8, anchor: .middle, size: 11)
      drawing.text(scale.ends.low, x: x, y: top + height + 16, anchor: .middle, size: 11)
    }
    return drawing.svg()
  }
}

extension Domain {
  /// What is at the lower and the upper end of its scale.
  fileprivate var ends: (low: String, high: String) {
    (setting(at: 0).description, setting(at: 1).description)
  }
}
