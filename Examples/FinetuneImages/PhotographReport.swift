import ExampleSupport
import Foundation
import Graft

/// What came of several runs on a folder of photographs.
enum PhotographReport {
  /// `gradual unfreezing       0.925 ± 0.011   0.920 0.932 …`
  static func line(_ title: String, _ accuracies: [Double]) -> String {
    let spread = Spread(accuracies)
    let each = accuracies.map { String(format: "%.3f", $0) }.joined(separator: " ")
    return title.padding(toLength: 26, withPad: " ", startingAt: 0)
      + String(format: " %.3f ± %.3f   ", spread.mean, spread.deviation) + each
  }

  /// The confusions of one network, its scores by class, and the photographs that it takes for something else.
  static func details(of model: any TransferableModel, on task: PhotographTask) -> String {
    let result = task.evaluation(of: model)
    var text = "\(result.confusion)\n\n\(result.report)\n\n"
    if let interval = result.accuracyInterval { text += "accuracy of many such photographs: \(interval)\n" }
    if let error = result.calibration.expectedError(bins: 5) {
      text += String(format: "calibration error of the probabilities: %.3f\n", error)
    }
    let wrong = mistakes(of: model, on: task)
    let title = wrong.isEmpty ? "No photograph was wrong." : "wrong"
    text += "\n" + ([title] + wrong).joined(separator: "\n") + "\n"
    return text
  }

  /// `val/ants/8398478_50ef10c47a.jpg  bees 0.71, ants 0.29`, the surest first.
  private static func mistakes(of model: any TransferableModel, on task: PhotographTask) -> [String] {
    let names = task.validation.classNames
    var found: [(sureness: Float, line: String)] = []
    for batch in task.validation.batches(of: 32) {
      let probabilities = PhotographTask.views.mean(of: batch.inputs) { model($0).value.softmax() }
      for (row, index) in batch.indices.enumerated() {
        let scores = probabilities.select(row).scalars
        let (predicted, sureness) = scores.enumerated().max { $0.1 < $1.1 } ?? (0, 0)
        let actual = Int(batch.labels.scalars[row])
        guard predicted != actual else { continue }
        let path = task.validationFiles[index].pathComponents.suffix(2).joined(separator: "/")
        found.append(
          (
            sureness,
            "\(path)  "
              + String(format: "\(names[predicted]) %.2f, \(names[actual]) %.2f", sureness, scores[actual])
          ))
      }
    }
    return found.sorted { $0.sureness > $1.sureness }.map(\.line)
  }

  /// How long one photograph takes, prepared already.
  static func latency(of model: any TransferableModel, on task: PhotographTask) -> LatencySummary {
    var latency = LatencySummary()
    for index in 0..<min(60, task.validation.count) {
      let input = task.validation.inputs(at: [index])
      // The first ones fill memory pools and caches.
      guard index >= 10 else {
        _ = model(input)
        continue
      }
      latency.measure { _ = model(input) }
    }
    return latency
  }
}
