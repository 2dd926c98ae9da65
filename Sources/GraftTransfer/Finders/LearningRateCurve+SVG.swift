import GraftMetrics

extension LearningRateCurve {
  /// A picture of the test as SVG: the loss, smoothed and as it was, over the rate's logarithm, with the suggestions.
  ///
  /// It needs no style sheet and can be read on light and dark pages. The scale is that of the smoothed losses; single ones
  /// beyond it are drawn at its end.
  public func svg(title: String = "Learning-rate range test") -> String {
    let colors = SVGDrawing.colors
    let marks = zip(suggestions, colors.dropFirst()).map { suggestion, color in
      (suggestion: suggestion, color: color)
    }
    let legend = marks.map { mark in
      (text: "\(mark.suggestion.name) \(LearningRateCurve.text(mark.suggestion.rate))", color: mark.color)
    }
    var plot = Plot(
      title: title, x: .logarithmic("learning rate", over: rates.map(Double.init)),
      y: .linear("loss", over: smoothedLosses), width: 480,
      legend: [("smoothed loss", colors[0]), ("loss", SVGDrawing.gray)] + legend)
    plot.line(points.map { (Double($0.rate), Double($0.loss)) }, opacity: 0.6)
    plot.line(points.map { (Double($0.rate), $0.smoothedLoss) }, stroke: colors[0], width: 2)
    for mark in marks {
      plot.verticalLine(at: Double(mark.suggestion.rate), stroke: mark.color, width: 1.5, isDashed: true)
    }
    return plot.drawing.svg()
  }
}
