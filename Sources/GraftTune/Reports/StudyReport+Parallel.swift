import GraftMetrics

extension StudyReport {
  /// Every trial as a line through one upright scale for each hyperparameter and one for the objective; the better, the darker and the
  /// more in front. Where a hyperparameter does not exist the line leaves it out. As SVG.
  public func parallelCoordinatesSVG() -> String {
    let wanted = history.objectives[objective]
    let dimensions = history.space.dimensions
    let known = ranked
    let values = PlotAxis.linear(wanted.name, over: known.map(\.value))
    let scales =
      dimensions.map { ParallelScale(name: $0.name, marks: $0.domain.marks) } + [
        ParallelScale(
          name: wanted.name,
          marks: [
            (0, StudyReport.text(values.range.lowerBound)), (1, StudyReport.text(values.range.upperBound)),
          ])
      ]
    let places = ParallelScale.places(of: scales)
    let (top, height) = (64.0, 280.0)
    let label = "\(wanted.name) and what led to it"
    var drawing = SVGDrawing(
      width: max(places.width, 40 + SVGDrawing.width(of: label, size: 14)), height: top + height + 40,
      label: label)
    drawing.text(label, x: 20, y: 22, size: 14)

    for (place, entry) in known.enumerated().reversed() {
      let quality = 1 - Double(place) / Double(max(known.count - 1, 1))
      let parts =
        dimensions.map { dimension in
          entry.trial.configuration.settings[dimension.name].map(dimension.domain.part(upTo:))
        } + [values.part(of: entry.value)]
      let points = zip(places.x, parts).compactMap { x, part in
        part.map { (x: x, y: top + height * (1 - $0)) }
      }
      drawing.line(
        points, stroke: SVGDrawing.colors[place == 0 ? 1 : 0], width: place == 0 ? 2.5 : 1.2,
        opacity: 0.12 + 0.88 * quality * quality)
    }
    for (x, scale) in zip(places.x, scales) {
      drawing.line([(x, top), (x, top + height)])
      drawing.text(scale.name, x: x, y: top - 24, anchor: .middle)
      for (part, text) in scale.marks {
        switch part {
        case 0: drawing.text(text, x: x, y: top + height + 16, anchor: .middle, size: 11)
        case 1: drawing.text(text, x: x, y: top - 8, anchor: .middle, size: 11)
        default: drawing.text(text, x: x + 6, y: top + height * (1 - part) - 4, size: 11)
        }
      }
    }
    return drawing.svg()
  }
}

/// An upright scale: what is written above it, and on it, from 0 at the bottom to 1 at the top.
private struct ParallelScale {
  let name: String
  let marks: [(part: Double, text: String)]

  /// Where the scales are from left to right, so that nothing that is written on one reaches the next, and how wide all is.
  static func places(of scales: [ParallelScale]) -> (x: [Double], width: Double) {
    var (x, room) = ([Double](), 20.0)
    for scale in scales {
      x.append(max(room + scale.reach.left, x.last.map { $0 + 130 } ?? 60))
      room = (x.last ?? 0) + scale.reach.right + 12
    }
    return (x, max(room + 8, (x.last ?? 0) + 60))
  }

  /// How far its texts go to both sides.
  private var reach: (left: Double, right: Double) {
    let ends = marks.filter { $0.part == 0 || $0.part == 1 }.map { SVGDrawing.width(of: $0.text, size: 11) }
    let beside = marks.filter { $0.part > 0 && $0.part < 1 }.map { SVGDrawing.width(of: $0.text, size: 11) }
    let half = max(SVGDrawing.width(of: name), ends.max() ?? 0) / 2
    return (half, max(half, 6 + (beside.max() ?? 0)))
  }
}

extension Domain {
  /// What is written on its scale: the ends of a range, or every label.
  fileprivate var marks: [(part: Double, text: String)] {
    switch self {
    case .continuous(let range, _):
      [(0, Setting.number(range.lowerBound).description), (1, Setting.number(range.upperBound).description)]
    case .integer(let range, _): [(0, "\(range.lowerBound)"), (1, "\(range.upperBound)")]
    case .categorical(let labels): labels.map { (unit(of: .label($0)), $0) }
    }
  }

  /// Where a setting is on its scale, of which a range's ends are the ends.
  fileprivate func part(upTo setting: Setting) -> Double {
    guard case .integer(let range, let scale) = self else { return unit(of: setting) }
    return Domain.continuous(Double(range.lowerBound)...Double(range.upperBound), scale).unit(of: setting)
  }
}
