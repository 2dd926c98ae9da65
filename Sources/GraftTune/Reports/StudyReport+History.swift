import GraftMetrics

extension StudyReport {
  /// Every trial's value by its number, and the best so far as a line; those that a rule stopped are pale. As SVG.
  public func historySVG() -> String {
    let wanted = history.objectives[objective]
    let known = ranked.sorted { $0.trial.number < $1.trial.number }
    let numbers = known.map { Double($0.trial.number) }
    var plot = Plot(
      // Five at least, so that no part of a trial is written on the scale.
      title: "\(wanted.name) of each trial", x: .linear("trial", over: [0, 5] + numbers),
      y: .linear(wanted.name, over: known.map(\.value)), width: 480,
      legend: [("the best so far", SVGDrawing.colors[1])])
    var best: [(x: Double, y: Double)] = []
    for (trial, value) in known where trial.state == .complete {
      let number = Double(trial.number)
      if let last = best.last {
        best.append((number, last.y))
        if wanted.isBetter(value, than: last.y) { best.append((number, value)) }
      } else {
        best.append((number, value))
      }
    }
    plot.line(best, stroke: SVGDrawing.colors[1], width: 2)
    for (trial, value) in known {
      plot.dot(
        Double(trial.number), value, fill: SVGDrawing.colors[0], opacity: trial.state == .complete ? 1 : 0.35)
    }
    return plot.drawing.svg()
  }
}
