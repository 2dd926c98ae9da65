extension ROCCurve {
  /// A picture of the curve as SVG; see ``svg(of:title:)``.
  public func svg(title: String = "ROC curve") -> String { ROCCurve.svg(of: [("", self)], title: title) }

  /// A picture of several curves with their areas, and the diagonal of guessing.
  ///
  /// It needs no style sheet and can be read on light and dark pages.
  public static func svg(of curves: [(name: String, curve: ROCCurve)], title: String = "ROC curves") -> String
  {
    let legend = legend(curves.map { ($0.name, "area", $0.curve.area) })
    var plot = Plot(
      title: title, x: .unit("false positive rate"), y: .unit("true positive rate"), legend: legend)
    plot.line([(0, 0), (1, 1)], isDashed: true)
    for ((_, curve), entry) in zip(curves, legend) {
      plot.line(
        curve.points.map { ($0.falsePositiveRate, $0.truePositiveRate) }, stroke: entry.color, width: 2)
    }
    return plot.drawing.svg()
  }
}

extension PrecisionRecallCurve {
  /// A picture of the curve as SVG; see ``svg(of:title:)``.
  public func svg(title: String = "Precision–recall curve") -> String {
    PrecisionRecallCurve.svg(of: [("", self)], title: title)
  }

  /// A picture of several curves with their average precisions, drawn as the steps that those are the areas of.
  ///
  /// It needs no style sheet and can be read on light and dark pages.
  public static func svg(
    of curves: [(name: String, curve: PrecisionRecallCurve)], title: String = "Precision–recall curves"
  ) -> String {
    let legend = legend(curves.map { ($0.name, "average precision", $0.curve.averagePrecision) })
    var plot = Plot(title: title, x: .unit("recall"), y: .unit("precision"), legend: legend)
    for ((_, curve), entry) in zip(curves, legend) {
      var steps: [(x: Double, y: Double)] = []
      for point in curve.points {
        // From one recall down to the next at the precision of the larger.
        if let last = steps.last { steps.append((point.recall, last.y)) }
        steps.append((point.recall, point.precision))
      }
      plot.line(steps, stroke: entry.color, width: 2)
    }
    return plot.drawing.svg()
  }
}

/// A line for each curve: its name, what its figure is called, and the figure.
private func legend(_ curves: [(name: String, figure: String, value: Double)]) -> [(
  text: String, color: String
)] {
  curves.enumerated().map { number, curve in
    let figure = "\(curve.figure) \(TextTable.number(curve.value))"
    return (
      curve.name.isEmpty ? figure : "\(curve.name): \(figure)",
      SVGDrawing.colors[number % SVGDrawing.colors.count]
    )
  }
}
