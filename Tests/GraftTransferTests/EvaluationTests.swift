import Foundation
import GraftAutograd
import GraftData
import GraftMetrics
import GraftNN
import GraftTensor
import GraftTransfer
import Testing

@Suite struct EvaluationTests {
  /// A layer that gives back its input: the data set's inputs are the logits.
  private final class Passing: Layer {
    func forward(_ input: Variable) -> Variable { input }
  }

  @Test func scoresByHand() throws {
    let logits = Tensor<Float>([[2, 0], [0, 1], [3, 1], [0, 0.5], [1, 0]])
    let data = try LabeledDataset(inputs: logits, labels: Tensor([0, 1, 1, 1, 0]), classNames: ["a", "b"])
    let evaluation = evaluate(Passing(), on: data, batchSize: 2)
    // Predicted 0 1 0 1 0: class a has 2 hits of 3 predictions and 2 samples, class b 2 of 2 and 3.
    #expect(evaluation.accuracy == 0.8)
    #expect(abs(evaluation.precision - (2.0 / 3 + 1) / 2) < 1e-12)
    #expect(abs(evaluation.recall - (1 + 2.0 / 3) / 2) < 1e-12)
    #expect(abs(evaluation.f1 - 0.8) < 1e-12)
    // log(1 + exp(-margin)) for margins 2, 1, -2, 0.5, 1.
    let expected = [2.0, 1, -2, 0.5, 1].map { log(1 + exp(-$0)) }.reduce(0, +) / 5
    #expect(abs(evaluation.logLoss - expected) < 1e-12)
    // The first of three batches is warm-up.
    #expect(evaluation.latency.count == 2 && evaluation.latency.itemCount == 3)
    #expect(evaluate(Passing(), on: data, batchSize: 5).latency.count == 1)
    #expect(evaluation.accuracyInterval == ConfidenceInterval.wilson(successes: 4, trials: 5))
    // In one bin: the mean of the larger probabilities, 1 / (1 + exp(-margin)), against 0.8. Float sums of five: 1e-6.
    let sureness = [2.0, 1, 2, 0.5, 1].map { 1 / (1 + exp(-$0)) }.reduce(0, +) / 5
    let error = try #require(evaluation.calibration.expectedError(bins: 1))
    #expect(abs(error - abs(sureness - 0.8)) < 1e-6)
    #expect(evaluation.confusion.count(actual: 1, predicted: 0) == 1)
    #expect(evaluation.description.hasPrefix("accuracy 0.8000  precision 0.8333  recall 0.8333  F1 0.8000"))
    #expect(!evaluation.description.contains("\n") && evaluation.description.contains("5 samples"))
    #expect(evaluation.report.description.contains("macro average"))
  }

  /// Scores an image by its first row: what is left and what is right.
  private final class LeftAndRight: Layer {
    func forward(_ input: Variable) -> Variable { input.reshaped(to: [input.shape[0], 2]) }
  }

  @Test func viewsAreAveragedAsProbabilities() throws {
    let images = Tensor<Float>([[2, 0], [0, 200]]).reshaped(to: [2, 1, 1, 2])
    let data = try LabeledDataset(inputs: images, labels: Tensor([0, 1]), classNames: ["left", "right"])
    let plain = evaluate(LeftAndRight(), on: data)
    #expect(plain.accuracy == 1)
    let asIs = evaluate(LeftAndRight(), on: data, views: TestTimeAugmentation([.original]))
    #expect(asIs.confusion == plain.confusion && abs(asIs.logLoss - plain.logLoss) < 1e-6)
    // An image and its mirror image cancel out: one half for each class.
    let mirrored = evaluate(LeftAndRight(), on: data, views: .mirrored)
    #expect(abs(mirrored.logLoss - log(2)) < 1e-6)
    // exp(-200) is no Float: the loss of a certain mistake is that of the smallest normal number, not infinite.
    let wrong = try LabeledDataset(inputs: images, labels: Tensor([0, 0]), classNames: ["left", "right"])
    let loss = evaluate(LeftAndRight(), on: wrong, views: TestTimeAugmentation([.original])).logLoss
    #expect(abs(loss - (126 * log(2) + log(1 + exp(-2.0))) / 2) < 1e-4)
  }

  @Test func aHeadForOtherClassesStopsWithAdvice() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let data = try LabeledDataset(inputs: Tensor([[1, 2, 3]]), labels: Tensor([1]))
      _ = evaluate(Passing(), on: data)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("evaluate: the model gives scores of shape [1, 3], the data set has 2 classes"))
    #expect(message.contains("replaceHead(classes: 2)"))
  }

  @Test func infersEverywhereAndChangesNothing() throws {
    let data = try colouredImages()
    let model = TinyNet(dropout: 0.5)
    let before = try bits(of: model)
    let plain = evaluate(model, on: data)
    let inTraining = withMode(.training) { evaluate(model, on: data) }
    #expect(inTraining.confusion == plain.confusion && inTraining.logLoss == plain.logLoss)
    #expect(try bits(of: model) == before)
  }
}
