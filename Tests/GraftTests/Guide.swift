import Foundation
import Graft

// The blocks of `Documentation/FineTuning.md`, in its order. That they compile is the test: `DocumentationTests` sees
// to it that none is missing here.

func loadPretrained(url: URL) throws {
  let model = ResNet(.resNet18, classes: 1000)
  let report = try model.load(Checkpoint(contentsOf: url))
  print(report)
}

func loadWrapped(url: URL) throws {
  let model = ResNet(.resNet18, classes: 37)
  let report = try model.load(
    Checkpoint(contentsOf: url), mapping: .strippingPrefix("module."), allowing: .newHead)
  print(report.replaced)  // fc.weight: the model has [37, 512], the checkpoint [1000, 512] …
}

struct Sizes: Decodable {
  let width: Int

  enum CodingKeys: String, CodingKey { case width = "hidden_size" }
}

func loadFolder(model: ResNet, url: URL, adapted: URL) throws {
  let folder = try PretrainedFolder(url)
  let sizes = try folder.configuration(as: Sizes.self)  // of config.json, what the type asks for
  try model.load(folder.checkpoint())
  try model.save(
    toFolder: adapted, configuration: String(contentsOf: folder.file("config.json"), encoding: .utf8))
  _ = sizes
}

func replaceHead(model: ResNet) {
  model.replaceHead(classes: 37)
  model.replaceHead(classes: 37, with: .concatPool(hidden: 512, dropout: 0.5), seed: 1)
}

func assignHead(model: ResNet) {
  var generator = RandomGenerator(seed: 7)
  model.head = Sequential {
    Linear(model.featureCount, 128, using: &generator)
    ReLU()
    Dropout(0.2)
    Linear(128, 37, using: &generator)
  }
}

func prepareData(file: URL) throws {
  let all = try LabeledDataset(cifar10: [file])
  let parts = all.stratifiedSplit([0.8, 0.1, 0.1], seed: 1)
  let training = parts[0].normalized(by: .imageNet)
  let validation = parts[1].normalized(by: .imageNet)
  let augmentation = HorizontalFlip() + PaddedCrop(padding: 4)
  print(training.count, validation.count, augmentation)
}

func otherData(
  imageFile: URL, labelFile: URL, csvFile: URL, bytes: Tensor<UInt8>, numbers: Tensor<Float>,
  labels: Tensor<Int32>
) throws {
  let digits = try LabeledDataset(
    idxImages: imageFile, labels: labelFile, classNames: (0..<10).map(String.init))
  let table = try LabeledDataset(DataTable(contentsOf: csvFile), target: "species")
  let images = try LabeledDataset(images: bytes, labels: labels, classNames: ["ant", "bee"])
  let features = try LabeledDataset(inputs: numbers, labels: labels)
  print(digits, table, images, features)
}

func grayToColour(imageFile: URL) throws {
  let gray = try Tensor<UInt8>(idx: imageFile)
  let padded = gray.padded([(0, 0), (2, 2), (2, 2)]).expandingAxis(at: 1)
  let colour = padded.broadcast(to: [gray.shape[0], 3, 32, 32]).contiguous()
  print(colour.shape)
}

func selections(model: ResNet, optimizer: inout AdamW) {
  model.freeze(.backbone)
  model.unfreeze(.stage(-2) && !.normalization)
  optimizer.setRateMultiplier(0.1, for: .backbone, in: model)
  optimizer.setWeightDecay(0, for: .biases || .normalization, in: model)
}

func preflight(model: ResNet, optimizer: AdamW, training: LabeledDataset) {
  print(model.summary(input: [1, 3, 224, 224]))
  print(TransferPlan(for: model, optimizer: optimizer, samples: training.count))
}

func train(
  model: ResNet, training: LabeledDataset, validation: LabeledDataset, augmentation: any Augmentation,
  epochs: Int,
  seed: UInt64
) throws {
  var optimizer = AdamW(learningRate: 1e-3, weightDecay: 0.01)
  var randomness = RandomGenerator(seed: seed)
  var stopping = EarlyStopping(patience: 3)
  let plan = GradualUnfreezing(model.stages, every: 1, rateDecay: 2.6, keepingNormalizationFrozen: true)
  let schedule = SlantedTriangular(peak: 1e-3, over: epochs * (training.count / 32))
  var step = 0

  for epoch in 0..<epochs {
    plan.apply(epoch, to: model, optimizer: &optimizer)
    let batches = training.batches(
      of: 32, epoch: epoch, shuffledBy: seed, augmentedBy: augmentation, droppingLast: true)
    for batch in batches {
      optimizer.learningRate = schedule.rate(at: step)
      let (loss, gradients) = valueAndGradients(using: &randomness) {
        softmaxCrossEntropy(model(batch.images), batch.labels, labelSmoothing: 0.1)
      }
      try requireFinite(loss: loss, gradients: gradients, in: model)
      optimizer.update(with: gradients.clipped(toNorm: 1))
      step += 1
    }
    let result = evaluate(model, on: validation)
    print(result)
    stopping.observe(result.logLoss, of: model)
    if stopping.shouldStop { break }
  }
  stopping.restoreBest(in: model)
}

func recipe(
  model: ResNet, optimizer: inout AdamW, training: LabeledDataset, validation: LabeledDataset
) throws {
  try fineTune(
    model, optimizer: &optimizer, on: training, validation: validation, epochs: 4,
    progress: TrainingProgress.line("adapting"))
}

func cachedFeatures(
  model: ResNet, optimizer: inout AdamW, training: LabeledDataset, folder: URL, seed: UInt64
) throws {
  model.freeze(.backbone)
  var cache = FeatureCache(directory: folder)
  let features = try cache.features(of: model, from: training)
  for batch in features.batches(of: 32, epoch: 0, shuffledBy: seed) {
    let (_, gradients) = valueAndGradients {
      softmaxCrossEntropy(model.head(batch.inputs), batch.labels)
    }
    optimizer.update(with: gradients)
  }
}

func cachedActivations(
  model: ResNet, optimizer: inout AdamW, training: LabeledDataset, validation: LabeledDataset,
  cache: inout FeatureCache, seed: UInt64
) throws {
  for stage in model.stages.prefix(4) { model.freeze(stage.selection) }
  let kept = try cache.activations(of: model, upTo: 4, from: training)  // what a ResNet's layer4 reads
  let upper = model.continued(from: 4)  // layer4, pooling and head
  for batch in kept.batches(of: 32, epoch: 0, shuffledBy: seed) {
    let (_, gradients) = valueAndGradients { softmaxCrossEntropy(upper(batch.inputs), batch.labels) }
    optimizer.update(with: gradients)
  }
  print(evaluate(upper, on: try cache.activations(of: model, upTo: 4, from: validation)))
}

func save(model: ResNet, weightsFile: URL) throws {
  try model.save(to: weightsFile)
}

func resume(
  model: ResNet, training: LabeledDataset, validation: LabeledDataset, plan: GradualUnfreezing,
  schedule: some Schedule, checkpointFile: URL, epochs: Int, seed: UInt64
) throws {
  var optimizer = AdamW(learningRate: 1e-3)
  var randomness = RandomGenerator(seed: seed)
  var stopping = EarlyStopping(patience: 3)
  var position = BatchPosition()
  var step = 0
  if FileManager.default.fileExists(atPath: checkpointFile.path) {
    let saved = try TrainingCheckpoint(contentsOf: checkpointFile)
    try saved.restore(model, optimizer: &optimizer)
    step = saved.step
    randomness = saved.generator ?? randomness
    stopping = saved.earlyStopping ?? stopping
    position = saved.position ?? position
  }
  for epoch in position.epoch..<epochs {
    plan.apply(epoch, to: model, optimizer: &optimizer)
    for batch in training.batches(of: 32, epoch: epoch, shuffledBy: seed, startingAt: position) {
      optimizer.learningRate = schedule.rate(at: step)
      let (_, gradients) = valueAndGradients(using: &randomness) {
        softmaxCrossEntropy(model(batch.images), batch.labels)
      }
      optimizer.update(with: gradients)
      step += 1
      position = batch.nextPosition
    }
    stopping.observe(evaluate(model, on: validation).logLoss, of: model)
    var checkpoint = TrainingCheckpoint(model: model, optimizer: optimizer)
    checkpoint.step = step
    checkpoint.generator = randomness
    checkpoint.earlyStopping = stopping
    checkpoint.position = position
    try checkpoint.save(to: checkpointFile)
  }
}

func finalEvaluation(model: ResNet, test: LabeledDataset) {
  let result = evaluate(model, on: test)
  print(result)
  print(result.report)
  print(result.confusion)
  if let interval = result.accuracyInterval { print("accuracy between \(interval)") }
  if let error = result.calibration.expectedError() { print("probabilities are off by \(error)") }
}

func evaluationOfTwoViews(model: ResNet, test: LabeledDataset) {
  let twice = evaluate(model, on: test, views: .mirrored)
  print(twice)
}

func judgeWords(
  file: URL, tokenizer: any Tokenizer, numbers: [String: Int32], predictedTags: [[String]]
) throws -> [[Int32]] {
  let sentences = try TaggedSentence.read(conll: file)
  let encodings = sentences.map { tokenizer.encode(words: $0.words) }
  // -100, which the loss is told to ignore, for all tokens but the first of each word.
  let labels = zip(sentences, encodings).map { $1.tokenLabels($0.tags.map { numbers[$0] ?? 0 }) }

  var scores = EntityScores()
  for (sentence, tags) in zip(sentences, predictedTags) {
    scores.add(predicted: tags, actual: sentence.tags)
  }
  print(scores)
  return labels
}

func ownOperation() {
  func swish(_ x: Variable, beta: Float) -> Variable {
    let gate = (x.value * beta).sigmoid()
    let value = x.value * gate
    return .custom(value, inputs: [x]) { gradient in
      [gradient * (gate + value * beta * (1 - gate))]
    }
  }
  print(gradientCheck(at: [Tensor([-1, 0.5, 2])]) { swish($0[0], beta: 1.5).sum() })
}
