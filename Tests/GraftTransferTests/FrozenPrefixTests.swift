import Foundation
import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor
import GraftTransfer
import Testing

/// The cache of what comes out of some of a model's stages.
@Suite struct FrozenPrefixTests {
  private func net(frozen stages: Int, dropout: Float = 0) -> TinyNet {
    let model = TinyNet(dropout: dropout)
    for stage in model.stages.prefix(stages) { model.freeze(stage.selection) }
    return model
  }

  @Test func activationsAreWhatTheStageSees() throws {
    var cache = FeatureCache()
    let (model, data) = (net(frozen: 1), try colouredImages())
    let kept = try withMode(.training) { try cache.activations(of: model, upTo: 1, from: data, batchSize: 7) }
    #expect(kept.inputs == extractActivations(of: model, upTo: 1, from: data, batchSize: 7).inputs)
    #expect(kept.inputShape == [4, 6, 6] && kept.labels.scalars == data.labels.scalars)
    #expect(kept.classNames == data.classNames)
    // In inference mode whatever the scope; batches of another size may only change the order of sums.
    let logits = model.continued(from: 1)(kept.inputs).value
    #expect(logits.isClose(to: model(data.inputs).value, relative: 1e-5, absolute: 1e-6))
  }

  /// An epoch of batches of 8, with the head's dropout: the same losses, and in the end the same bits in every parameter and statistic.
  @Test func trainingOnActivationsIsTrainingOfTheWhole() throws {
    let data = try colouredImages()
    func trained(_ body: (TinyNet, inout SGD) throws -> Float) throws -> (loss: Float, bits: [String: String])
    {
      let model = net(frozen: 1)
      var generator = RandomGenerator(seed: 4)
      model.head = Sequential([Dropout(0.3), Linear(5, 3, using: &generator)])
      var optimizer = SGD(learningRate: 0.1, momentum: 0.9)
      let loss = try body(model, &optimizer)
      return (loss, try bits(of: model))
    }
    let whole = try trained { trainEpoch($0, &$1, on: data) }
    let upper = try trained { model, optimizer in
      var cache = FeatureCache()
      let kept = try cache.activations(of: model, upTo: 1, from: data, batchSize: 8)
      return trainEpoch(model.continued(from: 1), &optimizer, on: kept)
    }
    #expect(upper.loss == whole.loss && upper.bits == whole.bits)
    let thawed = try trained { model, optimizer in
      model.unfreeze(.backbone)
      return trainEpoch(model, &optimizer, on: data)
    }
    #expect(thawed.bits != whole.bits, "the frozen stage would have learned something")
  }

  @Test func prefixesAndDataSetsAreKeptSideBySide() throws {
    var cache = FeatureCache()
    let (model, data) = (net(frozen: 2), try colouredImages())
    let other = try colouredImages(seed: 6)
    for _ in 0..<3 {
      for stage in 1...2 {
        for samples in [data, other] {
          let kept = try cache.activations(of: model, upTo: stage, from: samples)
          #expect(kept.inputs == extractActivations(of: model, upTo: stage, from: samples).inputs)
        }
      }
    }
    #expect(cache.misses == 4 && cache.hits == 8)
  }

  @Test func whatTheHeadSeesAreTheFeatures() throws {
    var cache = FeatureCache()
    let (model, data) = (net(frozen: 2), try colouredImages())
    let features = try cache.features(of: model, from: data)
    let kept = try cache.activations(of: model, upTo: 2, from: data)
    #expect(kept.inputs == features.inputs && kept.inputShape == [5])
    #expect(cache.misses == 1 && cache.hits == 1)
    #expect(model.continued(from: 2)(kept.inputs).value == model.head(kept.inputs).value)
  }

  /// Heads that bring their own pooling alternate in a search.
  @Test func poolingsAreKeptSideBySide() throws {
    var cache = FeatureCache()
    let (model, data) = (net(frozen: 2), try colouredImages())
    for _ in 0..<2 {
      for pooling: any Layer in [GlobalAveragePool2D(), ConcatPool2D()] {
        model.pooling = pooling
        #expect(
          try cache.features(of: model, from: data).inputs == extractFeatures(of: model, from: data).inputs)
      }
    }
    #expect(cache.misses == 2 && cache.hits == 2)
  }

  @Test func beforeTheFirstStageIsTheDataSetItself() throws {
    var cache = FeatureCache()
    let normalization = Normalization(mean: [0.5], standardDeviation: [2])
    let (model, data) = (net(frozen: 0), try colouredImages().normalized(by: normalization))
    let kept = try cache.activations(of: model, upTo: 0, from: data)
    #expect(kept.inputs == data.inputs && kept.normalization == normalization)
    #expect(model.continued(from: 0)(kept.inputs).value == model(data.inputs).value)
    #expect(cache.misses == 0 && cache.hits == 0)
  }

  @Test func onlyTheStagesBelowHaveToBeFrozen() throws {
    var cache = FeatureCache()
    let (model, data) = (net(frozen: 1), try colouredImages())
    _ = try cache.activations(of: model, upTo: 1, from: data)
    let error = #expect(throws: FeatureCacheError.self) {
      try cache.activations(of: model, upTo: 2, from: data)
    }
    #expect(
      error
        == .trainableBackbone(
          paths: [
            "body.conv.weight", "body.norm.weight", "body.norm.bias", "body.norm.running_mean",
            "body.norm.running_var", "body.norm.num_batches_tracked",
          ]))
    #expect(
      error?.description.contains("body.conv.weight, body.norm.weight, body.norm.bias and 3 more") == true)
    model.unfreeze(.path("stem.norm.running_var"))
    let below = #expect(throws: FeatureCacheError.self) {
      try cache.activations(of: model, upTo: 1, from: data)
    }
    #expect(below == .trainableBackbone(paths: ["stem.norm.running_var"]))
    #expect(throws: FeatureCacheError.randomAugmentation("HorizontalFlip")) {
      try cache.activations(of: model, upTo: 1, from: data, augmentedBy: HorizontalFlip())
    }
  }

  @Test func onlyChangesBelowTheStageCount() throws {
    var cache = FeatureCache()
    let (model, data) = (net(frozen: 1), try colouredImages())
    let first = try cache.activations(of: model, upTo: 1, from: data)
    model.body.conv.weight.value *= 2
    #expect(try cache.activations(of: model, upTo: 1, from: data).inputs == first.inputs)
    #expect(cache.misses == 1 && cache.hits == 1)
    model.stem.norm.runningMean.value += 1
    let second = try cache.activations(of: model, upTo: 1, from: data)
    #expect(cache.misses == 2 && second.inputs != first.inputs)
    #expect(second.inputs == extractActivations(of: model, upTo: 1, from: data).inputs)
  }

  @Test func filesOfSeveralPrefixesAreFoundAgain() async throws {
    let (model, data) = (net(frozen: 2), try colouredImages())
    try await withTemporaryDirectory { directory in
      func files() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: directory.path).count }
      var cache = FeatureCache(directory: directory)
      let kept = try (1...2).map { try cache.activations(of: model, upTo: $0, from: data).inputs }
      #expect(try files() == 2)

      var later = FeatureCache(directory: directory)
      #expect(try (1...2).map { try later.activations(of: model, upTo: $0, from: data).inputs } == kept)
      #expect(later.hits == 2 && later.misses == 0)

      // Of the two, the features alone are stale, and then gone.
      model.body.conv.weight.value *= 2
      var third = FeatureCache(directory: directory)
      for stage in 1...2 { _ = try third.activations(of: model, upTo: stage, from: data) }
      #expect(third.hits == 1 && third.misses == 1)
      #expect(try files() == 2)
      model.unfreeze(.path("body"))
      #expect(throws: FeatureCacheError.self) { try third.features(of: model, from: data) }
      #expect(try files() == 1)
      _ = try third.activations(of: model, upTo: 1, from: data)
      #expect(third.hits == 2)
    }
  }

  /// Frozen stages drop nothing in what is kept, though they do in the training of the whole.
  @Test func dropoutOfFrozenStagesIsLeftOut() throws {
    var cache = FeatureCache()
    let (model, data) = (net(frozen: 2, dropout: 0.5), try colouredImages())
    let kept = try withMode(.training) { try cache.activations(of: model, upTo: 2, from: data) }
    #expect(kept.inputs == extractFeatures(of: net(frozen: 2), from: data).inputs)
  }
}
