import Foundation
import Graft
import Testing

/// The blocks of Swift in Documentation/Tuning.md on what can be found before a search, as they stand there.
enum FindersGuide {
  static func learningRate(
    model: some TransferableModel, training: LabeledDataset, seed: UInt64, folder: URL
  ) throws -> Float {
    var optimizer = AdamW(learningRate: 1e-3, weightDecay: 0.01)
    let batches = training.batches(of: 32, shuffledBy: seed)
    let curve = LearningRateFinder().run(model, optimizer: optimizer, over: batches) { batch in
      softmaxCrossEntropy(model(batch.images), batch.labels)
    }
    print(curve)
    try Data(curve.svg().utf8).write(to: folder.appending(path: "rates.svg"))
    optimizer.learningRate = curve.valley ?? optimizer.learningRate
    return optimizer.learningRate
  }

  static func ownLoop(
    model: some TransferableModel, training: LabeledDataset, seed: UInt64, augmentation: some Augmentation,
    optimizer: AdamW, randomness: RandomGenerator
  ) throws -> LearningRateCurve {
    var batches = training.batches(of: 32, shuffledBy: seed, augmentedBy: augmentation).makeIterator()
    let curve = try LearningRateFinder(from: 1e-6, to: 1).run(
      model, optimizer: optimizer, generator: randomness
    ) { optimizer, randomness in
      guard let batch = batches.next() else { return nil }  // the test ends with the data
      let (loss, gradients) = valueAndGradients(using: &randomness) {
        softmaxCrossEntropy(model(batch.images), batch.labels, labelSmoothing: 0.1)
      }
      try requireFinite(loss: loss, gradients: gradients, in: model)
      optimizer.update(with: gradients.clipped(toNorm: 1))
      return loss
    }
    return curve
  }

  static func batchSize(
    model: some TransferableModel, training: LabeledDataset, optimizer: AdamW
  ) -> Int {
    let finder = BatchSizeFinder(budget: 2 << 30, upTo: 256, multipleOf: 8)
    let search = finder.run(model, optimizer: optimizer, on: training) { batch in
      softmaxCrossEntropy(model(batch.images), batch.labels)
    }
    print(search)
    let batchSize = search.batchSize ?? 8
    return batchSize
  }

  static func ranking(
    first: some TransferableModel, second: some TransferableModel, photos: LabeledDataset
  ) throws -> PretrainedRanking {
    let ranking = try rankPretrained([
      PretrainedCandidate("ResNet-18", first, on: photos.normalized(by: .imageNet), sourceHead: first.head),
      PretrainedCandidate("MobileNet v2", second, on: photos.normalized(by: .symmetric)),
    ])
    print(ranking)
    return ranking
  }

  static func scores(features: Tensor<Float>, labels: Tensor<Int32>, prices: Tensor<Float>) -> [Double] {
    let separability = logME(features: features, labels: labels)
    let regression = logME(features: features, targets: prices)
    let distance = hScore(features: features, labels: labels, regularized: true)
    return [separability, regression, distance]
  }
}

@Suite struct FindersGuideTests {
  private func data() throws -> LabeledDataset {
    var generator = RandomGenerator(seed: 1)
    let pixels = (0..<(24 * 3 * 32 * 32)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    return try LabeledDataset(
      images: Tensor(shape: [24, 3, 32, 32], scalars: pixels), labels: Tensor((0..<24).map { $0 % 3 }))
  }

  @Test func ranksAndScores() throws {
    let (first, second) = (CIFARResNet(.resNet20, classes: 10), CIFARResNet(.resNet20, classes: 10, seed: 2))
    let ranking = try FindersGuide.ranking(first: first, second: second, photos: data())
    #expect(ranking.entries.count == 2 && ranking.entries.contains { $0[.leep] != nil })
    var generator = RandomGenerator(seed: 3)
    let scores = FindersGuide.scores(
      features: .normal([24, 5], using: &generator), labels: Tensor((0..<24).map { $0 % 3 }),
      prices: .normal([24], using: &generator))
    #expect(scores.allSatisfy { $0.isFinite })
  }
}
