import GraftMetrics

/// Where a recipe is: what its callback gets after each step, and after each epoch's evaluation.
public struct TrainingProgress: Sendable {
  /// The epoch, from 0.
  public let epoch: Int
  /// The number of epochs.
  public let epochs: Int
  /// The number of optimizer steps taken.
  public let step: Int
  /// The number of optimizer steps that the recipe will take.
  public let steps: Int
  /// The loss of the last batch.
  public let loss: Float
  /// The learning rate of the last step, which is the head's.
  public let rate: Float
  /// How the model did on the validation set: once at the end of each epoch, `nil` at single steps.
  public let evaluation: Evaluation?
}

extension TrainingProgress {
  /// A callback for recipes that draws a ``ProgressLine``, and a line of its own for each evaluation.
  public static func line(_ title: String) -> (TrainingProgress) -> Void {
    var line: ProgressLine?
    return { progress in
      var current = line ?? ProgressLine(title, total: progress.steps)
      let note = "epoch \(progress.epoch + 1)/\(progress.epochs)  loss \(progress.loss)"
      if let evaluation = progress.evaluation {
        current.interrupt(with: "epoch \(progress.epoch + 1): \(evaluation)")
        if progress.step == progress.steps { current.finish() }
      } else {
        current.advance(note: note)
      }
      line = current
    }
  }
}
