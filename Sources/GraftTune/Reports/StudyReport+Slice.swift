import GraftMetrics
import GraftTensor

extension StudyReport {
  /// Every trial's value by what one hyperparameter was set to; later trials are darker. As SVG.
  ///
  /// Traps if the space has none of that name.
  public func sliceSVG(of name: String) -> String {
    let dimension = history.space.dimensions.first { $0.name == name }
    require(dimension != nil, "StudyReport.sliceSVG: there is no hyperparameter \(name)")
    guard let dimension else { return "" }
    let known = ranked.sorted { $0.trial.number < $1.trial.number }
    var plot = Plot(
      title: "\(history.objectives[objective].name) by \(name)", x: dimension.axis,
      y: .linear(history.objectives[objective].name, over: known.map(\.value)), width: dimension.axisWidth)
    for (place, entry) in known.enumerated() {
      guard let setting = entry.trial.configuration.settings[name] else { continue }
      let age = Double(place + 1) / Double(known.count)
      plot.dot(
        dimension.place(of: setting), entry.value, fill: SVGDrawing.colors[0], opacity: 0.2 + 0.8 * age)
    }
    return plot.drawing.svg()
  }
}

extension Dimension {
  /// The scale that its settings are drawn on.
  fileprivate var axis: PlotAxis {
    switch domain {
    case .continuous(let range, let scale): axis(range.lowerBound, range.upperBound, scale)
    case .integer(let range, let scale): axis(Double(range.lowerBound), Double(range.upperBound), scale)
    case .categorical(let labels): .labels(name, labels)
    }
  }

  private func axis(_ lower: Double, _ upper: Double, _ scale: Scale) -> PlotAxis {
    scale == .logarithmic ? .logarithmic(name, over: [lower, upper]) : .linear(name, over: [lower, upper])
  }

  /// Room for all labels side by side.
  fileprivate var axisWidth: Double {
    guard case .categorical(let labels) = domain else { return 320 }
    let widest = labels.map { SVGDrawing.width(of: $0, size: 11) }.max() ?? 0
    return max(320, (widest + 14) * Double(labels.count))
  }

  /// Where a setting is on that scale.
  fileprivate func place(of setting: Setting) -> Double {
    switch (domain, setting) {
    case (_, .number(let number)): number
    case (.categorical(let labels), .label(let label)): Double(labels.firstIndex(of: label) ?? 0)
    case (_, .label): 0
    }
  }
}
