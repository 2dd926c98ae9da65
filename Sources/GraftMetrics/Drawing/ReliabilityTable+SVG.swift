extension ReliabilityTable {
  /// A picture as SVG: how often predictions were right in each range of confidence, and how far that is from what they
  /// claim (DeGroot, Fienberg: *The Comparison and Evaluation of Forecasters*, 1983).
  ///
  /// It needs no style sheet and can be read on light and dark pages. Ranges without predictions stay empty.
  public func svg(title: String = "Reliability") -> String {
    let (blue, red) = (SVGDrawing.colors[0], SVGDrawing.colors[1])
    var legend = [("accuracy", blue), ("gap to the mean confidence", red)]
    if let expectedError, let maximumError {
      let (mean, worst) = (TextTable.number(expectedError), TextTable.number(maximumError))
      legend.append(("expected error \(mean), largest \(worst), \(sampleCount) samples", "none"))
    }
    var plot = Plot(title: title, x: .unit("confidence"), y: .unit("accuracy"), legend: legend)
    for bin in bins where bin.count > 0 {
      plot.box(
        from: (bin.lower, 0), to: (bin.upper, bin.accuracy), fill: blue, opacity: 0.75,
        stroke: SVGDrawing.gray)
      plot.box(
        from: (bin.lower, bin.accuracy), to: (bin.upper, bin.confidence), fill: red, opacity: 0.45,
        stroke: red)
    }
    plot.line([(0, 0), (1, 1)], isDashed: true)
    return plot.drawing.svg()
  }
}
