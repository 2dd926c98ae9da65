import Foundation
import Graft

/// The front page of the README, word for word. That it compiles is the test; `FrontPageTests` runs it too.
func frontPage(
  url: URL, adapted: URL, training: LabeledDataset, validation: LabeledDataset,
  augmentation: any Augmentation,
  epochs: Int, seed: UInt64
) throws {
  // swift-format-ignore
  do {
let model = ResNet(.resNet18, classes: 1000)
print(try model.load(Checkpoint(contentsOf: url)))         // every key: matched, missing, unexpected, mismatched
model.replaceHead(classes: 37)                             // freshly initialised, seeded
model.freeze(.backbone)                                    // weights AND batch-norm statistics stay put

var optimizer = AdamW(learningRate: 1e-3, weightDecay: 0.01)
let plan = GradualUnfreezing(model.stages, every: 1, rateDecay: 2.6)   // head first, then stage by stage

for epoch in 0..<epochs {
  plan.apply(epoch, to: model, optimizer: &optimizer)
  for batch in training.batches(of: 32, epoch: epoch, shuffledBy: seed, augmentedBy: augmentation) {
    let (loss, gradients) = valueAndGradients {
      softmaxCrossEntropy(model(batch.images), batch.labels)
    }
    try requireFinite(loss: loss, gradients: gradients, in: model)     // a NaN is an error with its path
    optimizer.update(with: gradients.clipped(toNorm: 1))
  }
  print(evaluate(model, on: validation))                   // accuracy, precision, recall, F1, latency
}
try model.save(to: adapted)
  }
}
