import ExampleSupport
import Foundation
import Graft

/// A published BERT learns to find the names of persons, places and things in what people write.
@main
struct FinetuneEntities {
  private static let batchSize = 16

  static func main() {
    runExample("finetune-entities", usage: Options.usage) { try run(Options($0)) }
  }

  private static func run(_ options: Options) throws {
    let tokenizer = try loadTokenizer(from: options.model)
    let task = try Task(folder: options.data, tokenizer: tokenizer)
    let (model, report) = try BERTTokenClassifier.pretrained(
      PretrainedFolder(options.model), classes: task.tags.count, seed: options.seed)
    model.labels = task.tags
    print(report)
    print(
      "\(task.training.sentences.count) sentences to learn from, \(task.validation.sentences.count) to watch by, "
        + "\(task.test.sentences.count) to judge by")
    train(model, on: task, options)
    print("\ntest\n\(judge(model, on: task.test, tags: task.tags))")
    for index in task.test.sentences.indices.prefix(options.shown) {
      show(task.test.sentences[index], predicted(model, task.test, [index], tags: task.tags)[0])
    }
    if let saved = options.saved { try model.savePublished(to: saved) }
  }

  /// One cycle of rates over all steps, a rate for each layer; the validation split is scored after each epoch.
  private static func train(_ model: BERTTokenClassifier, on task: Task, _ options: Options) {
    let rate: Float = 2e-3
    var optimizer = AdamW(learningRate: rate, weightDecay: 0.01)
    optimizer.setWeightDecay(0, for: .biases || .normalization, in: model)
    let batches = task.training.batches(of: batchSize)
    let schedule = OneCycle(peak: rate, over: options.epochs * batches.count)
    let decay = 1.4
    // All stages are thawed after the first epoch.
    let plan = GradualUnfreezing(model.stages, every: 1, rateDecay: decay)
    let phase = max(batches.count / model.stages.count, 1)
    if options.strategy == .full {
      LayerwiseDecay.dividing(by: decay).apply(to: model, optimizer: &optimizer)
    }
    var generator = RandomGenerator(seed: options.seed)
    var progress = ProgressLine("training", total: options.epochs * batches.count)
    var step = 0
    for epoch in 0..<options.epochs {
      for indices in batches.shuffled(using: &generator) {
        if options.strategy == .gradual && step % phase == 0 {
          plan.apply(step / phase, to: model, optimizer: &optimizer)
        }
        optimizer.learningRate = schedule.rate(at: step)
        let batch = task.training.batch(indices)
        let (loss, gradients) = valueAndGradients(using: &generator) {
          softmaxCrossEntropy(model(batch.texts), batch.labels, ignoring: -100)
        }
        optimizer.update(with: gradients.clipped(toNorm: 1))
        step += 1
        progress.advance(note: String(format: "loss %.3f", loss))
      }
      let scores = judge(model, on: task.validation, tags: task.tags).overall
      progress.interrupt(with: String(format: "epoch %d: validation F1 %.3f", epoch + 1, scores.f1))
    }
    progress.finish()
  }

  private static func judge(
    _ model: BERTTokenClassifier, on texts: TaggedTexts, tags: [String]
  ) -> EntityScores {
    var scores = EntityScores()
    for indices in texts.batches(of: batchSize).sorted() {
      for (index, predicted) in zip(indices, predicted(model, texts, indices, tags: tags)) {
        scores.add(predicted: predicted, actual: texts.sentences[index].tags)
      }
    }
    return scores
  }

  /// A tag for each word of each sentence: that of its first token, and `O` for a word that was cut off.
  private static func predicted(
    _ model: BERTTokenClassifier, _ texts: TaggedTexts, _ indices: [Int], tags: [String]
  ) -> [[String]] {
    let best = model(texts.batch(indices).texts).value.argmax(along: 2)
    let (length, numbers) = (best.shape[1], best.scalars)
    return indices.enumerated().map { row, index in
      let words = texts.sentences[index].words.count
      return texts.encodings[index].firstTokens(ofWords: words).map { place in
        place.map { tags[Int(numbers[row * length + $0])] } ?? "O"
      }
    }
  }

  private static func show(_ sentence: TaggedSentence, _ tags: [String]) {
    print("\n" + sentence.words.joined(separator: " "))
    for entity in Entity.entities(in: tags.compactMap { EntityTag($0) }) {
      print("  \(entity.type): \(sentence.words[entity.range].joined(separator: " "))")
    }
  }
}
