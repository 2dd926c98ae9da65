import ExampleSupport
import Foundation
import Graft

/// A published BERT learns to tell praise from blame, in three ways beside each other.
@main
struct FinetuneText {
  static func main() {
    runExample("finetune-text", usage: Options.usage) { try run(Options($0)) }
  }

  private static func run(_ options: Options) throws {
    guard let modelFolder = options.model, let data = options.data else {
      throw Mistake("--model and --data are needed")
    }
    let folder = try PretrainedFolder(modelFolder)
    let tokenizer = try loadTokenizer(from: modelFolder)
    let training = try read(
      data.appendingPathComponent("train.tsv"), tokenizer: tokenizer, limit: options.sentences)
    let validation = try read(data.appendingPathComponent("dev.tsv"), tokenizer: tokenizer)
    print("\(training.count) sentences to learn from, \(validation.count) to judge by")
    print("strategy                   accuracy      F1  log loss   minutes  peak MiB")
    for strategy in options.strategies {
      let (model, _) = try SentenceEncoder.pretrained(folder, normalizing: false)
      model.replaceHead(classes: 2, with: .linear, seed: options.seed)
      let run = Run(strategy: strategy, epochs: options.epochs, seed: options.seed)
      var progress = ProgressLine(strategy.title, total: run.steps(for: training))
      MemoryPool.shared.resetPeak()
      let clock = ContinuousClock()
      let duration = try clock.measure {
        try run.train(model, on: training) { loss in
          progress.advance(note: loss.isNaN ? "" : String(format: "loss %.3f", loss))
        }
      }
      progress.finish()
      report(strategy, judge(model, on: validation), duration)
      if let saved = options.saved { try model.savePublished(to: saved) }
    }
  }

  /// The sentences of a file that has a sentence, a tab and 0 or 1 in each line.
  private static func read(
    _ file: URL, tokenizer: some Tokenizer, limit: Int = .max
  ) throws -> EncodedTexts {
    let sentences = try TextDataset(
      contentsOf: file, format: .tsv(hasHeader: false), text: "0", label: "1", classNames: ["0", "1"])
    return sentences.subset(at: 0..<min(limit, sentences.count))
      .encoded(by: tokenizer, truncation: .toLength(128))
  }

  /// Confusions and log loss on sentences that were not learned from.
  private static func judge(_ model: SentenceEncoder, on sentences: EncodedTexts) -> (
    ConfusionMatrix, LogLoss
  ) {
    var confusion = ConfusionMatrix(classes: 2, names: ["negative", "positive"])
    var logLoss = LogLoss()
    for indices in sentences.lengthBatches(of: Run.batchSize).sorted() {
      let batch = sentences.batch(indices)
      let scores = model(batch.texts).value
      confusion.add(scores: scores, labels: batch.labels)
      logLoss.add(logits: scores, labels: batch.labels)
    }
    return (confusion, logLoss)
  }

  private static func report(
    _ strategy: Strategy, _ result: (confusion: ConfusionMatrix, logLoss: LogLoss), _ duration: Duration
  ) {
    let title = strategy.title.padding(toLength: 26, withPad: " ", startingAt: 0)
    print(
      title
        + String(
          format: " %8.3f %7.3f %9.3f %9.1f %9d", result.confusion.accuracy, result.confusion.f1(.macro),
          result.logLoss.value, Double(duration.components.seconds) / 60,
          MemoryPool.shared.statistics.peakBytesInUse >> 20))
  }
}
