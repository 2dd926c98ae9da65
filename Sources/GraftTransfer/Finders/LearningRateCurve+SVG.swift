import GraftMetrics

extension LearningRateCurve {
  /// A picture of the test as SVG: the loss, smoothed and as it was, over the rate's logarithm, with the suggestions.
  ///
  /// It needs no style sheet and can be read on light and dark pages. The scale goes as far above the highest smoothed loss of the descent
  /// as that is above the lowest, so that the descent can be seen however far the loss rises in the end; where it does that for good the
  /// lines end, and single losses beyond are drawn at the scale's end.
  public func svg(title: String = "Learning-rate range test") -> String {
    let colors = SVGDrawing.colors
    let marks = zip(suggestions, colors.dropFirst()).map { suggestion, color in
      (suggestion: suggestion, color: color)
    }
    let legend = marks.map { mark in
      (text: "\(mark.suggestion.name) \(LearningRateCurve.text(mark.suggestion.rate))", color: mark.color)
    }
    // A suggestion may lie below the rates that were tried.
    let rates = (rates + marks.map(\.suggestion.rate)).map(Double.init)
    let top = top
    let losses = (smoothedLosses + losses.map(Double.init)).map { min($0, top) }
    var plot = Plot(
      title: title, x: .logarithmic("learning rate", over: rates), y: .linear("loss", over: losses),
      width: 480,
      legend: [("smoothed loss", colors[0]), ("loss", SVGDrawing.gray)] + legend)
    // With the first of those that stay above, which leads out of the field.
    let shown = points.prefix((points.lastIndex { $0.smoothedLoss <= top } ?? 0) + 2)
    plot.line(shown.map { (Double($0.rate), Double($0.loss)) }, opacity: 0.6)
    plot.line(shown.map { (Double($0.rate), $0.smoothedLoss) }, stroke: colors[0], width: 2)
    if points.count == 1 { plot.dot(Double(points[0].rate), points[0].smoothedLoss, fill: colors[0]) }
    for mark in marks {
      plot.verticalLine(at: Double(mark.suggestion.rate), stroke: mark.color, width: 1.5, isDashed: true)
    }
    return plot.drawing.svg()
  }

  /// What the scale of losses has to reach at most.
  private var top: Double {
    let losses = smoothedLosses
    guard let lowest = losses.indices.min(by: { losses[$0] < losses[$1] }) else { return .infinity }
    let highest = losses[...lowest].max() ?? losses[lowest]
    // Where the loss only rises there is no descent to be seen.
    return highest > losses[lowest] ? 2 * highest - losses[lowest] : .infinity
  }
}
