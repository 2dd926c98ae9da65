import DigitTask
import Foundation
import Graft

/// Learns the digits 0 to 4 and writes the weights that the demonstration starts from.
///
/// Everything is drawn from one seed: on the same instruction set the file comes out bit for bit the same.
func pretrain(to file: URL) throws {
  let digits = try Digits()
  let (epochs, batchSize, peakRate) = (30, 32, Float(0.01))
  let model = DigitNetwork(classes: 5, seed: 0)
  var optimizer = AdamW(learningRate: peakRate, weightDecay: 0.01)
  let steps = epochs * (digits.oldTraining.count / batchSize)
  let schedule = OneCycle(peak: peakRate, over: steps)
  var progress = ProgressLine("pretraining", total: steps)
  var step = 0
  for epoch in 0..<epochs {
    let batches = digits.oldTraining.batches(
      of: batchSize, epoch: epoch, shuffledBy: 0, augmentedBy: PaddedCrop(padding: 1), droppingLast: true)
    for batch in batches {
      optimizer.learningRate = schedule.rate(at: step)
      let (loss, gradients) = valueAndGradients {
        softmaxCrossEntropy(model(batch.images), batch.labels)
      }
      optimizer.update(with: gradients)
      step += 1
      progress.advance(note: "loss \(loss)")
    }
  }
  progress.finish()
  try model.save(to: file)
  print("digits 0 to 4, test images: \(evaluate(model, on: digits.oldTest))")
  print("wrote \(file.path)")
}
