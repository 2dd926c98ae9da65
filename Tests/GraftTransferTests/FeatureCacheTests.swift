import Foundation
import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor
import GraftTransfer
import Testing

@Suite struct FeatureCacheTests {
  private func frozenNet() -> TinyNet {
    let model = TinyNet(dropout: 0.5)
    model.freeze(.backbone)
    return model
  }

  private func files(in directory: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
  }

  @Test func featuresAreWhatTheHeadSees() throws {
    let (model, data) = (frozenNet(), try colouredImages())
    let features = withMode(.training) { extractFeatures(of: model, from: data, batchSize: 7) }
    #expect(features.inputs.shape == [24, 5] && features.labels.scalars == data.labels.scalars)
    #expect(features.classNames == data.classNames)
    // In inference mode whatever the scope; batches of another size may only change the order of sums.
    let logits = model(data.inputs).value
    #expect(model.head(features.inputs).value.isClose(to: logits, relative: 1e-5, absolute: 1e-6))
  }

  @Test func aHeadTrainsOnFeaturesAsOnImages() throws {
    let (model, other, data) = (TinyNet(), TinyNet(), try colouredImages())
    for net in [model, other] { net.freeze(.backbone) }
    var (first, second) = (SGD(learningRate: 0.1), SGD(learningRate: 0.1))
    let features = extractFeatures(of: other, from: data)
    for epoch in 0..<3 {
      let loss = trainEpoch(model, &first, on: data, epoch: epoch)
      let cached = trainEpoch(other.head, &second, on: features, epoch: epoch)
      #expect(abs(loss - cached) < 1e-5)
    }
  }

  @Test func computesOnce() throws {
    var cache = FeatureCache()
    let (model, data) = (frozenNet(), try colouredImages())
    let first = try cache.features(of: model, from: data)
    var computed = 0
    let second = try cache.features(of: model, from: data) { _, _ in computed += 1 }
    #expect(computed == 0 && cache.hits == 1 && cache.misses == 1)
    #expect(first.inputs == second.inputs && first.inputs == extractFeatures(of: model, from: data).inputs)
    model.replaceHead(classes: 9)
    _ = try cache.features(of: model, from: data)
    #expect(cache.hits == 2, "the head is no part of the features")
  }

  @Test func inputsNormalizationAndPoolingCount() throws {
    var cache = FeatureCache()
    let (model, data) = (frozenNet(), try colouredImages())
    _ = try cache.features(of: model, from: data)
    _ = try cache.features(of: model, from: try colouredImages(seed: 6))
    let normalized = data.normalized(by: Normalization(mean: [0.5], standardDeviation: [2]))
    _ = try cache.features(of: model, from: normalized)
    model.pooling = GlobalMaxPool2D()
    let pooled = try cache.features(of: model, from: data)
    #expect(cache.hits == 0 && cache.misses == 4)
    #expect(pooled.inputs == extractFeatures(of: model, from: data).inputs)
  }

  /// Layers of the same type, on their own or in a sequence, differ by their settings.
  @Test func settingsOfThePoolingCount() throws {
    var cache = FeatureCache()
    let (model, data) = (frozenNet(), try colouredImages())
    let poolings: [any Layer] = [
      AdaptiveAveragePool2D(1, 1), AdaptiveAveragePool2D(2, 2), Sequential([MaxPool2D(2), Flatten()]),
      Sequential([MaxPool2D(3), Flatten()]),
    ]
    for pooling in poolings {
      model.pooling = pooling
      let pooled = try cache.features(of: model, from: data)
      #expect(pooled.inputs == extractFeatures(of: model, from: data).inputs)
    }
    #expect(cache.hits == 0 && cache.misses == 4)
    model.pooling = Sequential([MaxPool2D(3), Flatten()])
    _ = try cache.features(of: model, from: data)
    #expect(cache.hits == 1, "another layer with the same settings")
  }

  @Test func refusesRandomAugmentation() throws {
    var cache = FeatureCache()
    let (model, data) = (frozenNet(), try colouredImages())
    let error = #expect(throws: FeatureCacheError.self) {
      try cache.features(of: model, from: data, augmentedBy: PaddedCrop(padding: 1) + HorizontalFlip())
    }
    #expect(error == .randomAugmentation("Compose"))
    #expect(cache.misses == 0)
  }

  @Test func isGoneAfterUnfreezing() async throws {
    let (model, data) = (frozenNet(), try colouredImages())
    try await withTemporaryDirectory { directory in
      var cache = FeatureCache(directory: directory)
      _ = try cache.features(of: model, from: data)
      #expect(try files(in: directory).count == 1)
      model.unfreeze(.path("body.norm.running_var"))
      let error = #expect(throws: FeatureCacheError.self) { try cache.features(of: model, from: data) }
      #expect(error == .trainableBackbone(paths: ["body.norm.running_var"]))
      #expect(try files(in: directory).isEmpty)
      model.freeze(.backbone)
      _ = try cache.features(of: model, from: data)
      #expect(cache.hits == 0 && cache.misses == 2, "nothing was left in memory either")
    }
  }

  @Test func aChangedSettingOfTheModelIsNotMistaken() throws {
    let (model, data) = (TinyNet(), try colouredImages())
    model.freeze(.backbone)
    var cache = FeatureCache()
    _ = try cache.features(of: model, from: data)
    model.inputScale = 2
    let features = try cache.features(of: model, from: data)
    #expect(cache.misses == 2 && features.inputs == extractFeatures(of: model, from: data).inputs)
  }

  @Test func changedWeightsReplaceTheStaleFile() async throws {
    let (model, data) = (frozenNet(), try colouredImages())
    try await withTemporaryDirectory { directory in
      var cache = FeatureCache(directory: directory)
      _ = try cache.features(of: model, from: data)
      model.body.norm.runningMean.value += 1
      let changed = try cache.features(of: model, from: data)
      #expect(cache.misses == 2 && changed.inputs == extractFeatures(of: model, from: data).inputs)
      #expect(try files(in: directory).count == 1)

      var later = FeatureCache(directory: directory)
      let found = try later.features(of: model, from: data)
      #expect(found.inputs == changed.inputs)
      #expect(later.hits == 1)
      model.stem.conv.weight.value *= 2
      _ = try later.features(of: model, from: data)
      #expect(later.hits == 1 && later.misses == 1)
    }
  }

  @Test func aDamagedFileIsReplaced() async throws {
    let (model, data) = (frozenNet(), try colouredImages())
    try await withTemporaryDirectory { directory in
      var cache = FeatureCache(directory: directory)
      let features = try cache.features(of: model, from: data)
      let file = directory.appendingPathComponent(try #require(try files(in: directory).first))
      try Data("no tensors".utf8).write(to: file)
      var later = FeatureCache(directory: directory)
      let computed = try later.features(of: model, from: data)
      #expect(computed.inputs == features.inputs)
      #expect(later.misses == 1)
      var third = FeatureCache(directory: directory)
      _ = try third.features(of: model, from: data)
      #expect(third.hits == 1)
    }
  }

  @Test func removingForgetsMemoryAndFiles() async throws {
    let (model, data) = (frozenNet(), try colouredImages())
    try await withTemporaryDirectory { directory in
      var cache = FeatureCache(directory: directory)
      _ = try cache.features(of: model, from: data)
      #expect(try files(in: directory).count == 1)
      try cache.removeAll()
      #expect(try files(in: directory).isEmpty)
      _ = try cache.features(of: model, from: data)
      #expect(cache.hits == 0 && cache.misses == 2)
    }
  }

  @Test func aDirectoryThatCannotBeMadeIsNamed() async throws {
    let (model, data) = (frozenNet(), try colouredImages())
    try await withTemporaryDirectory { directory in
      let file = directory.appendingPathComponent("file")
      try Data().write(to: file)
      var cache = FeatureCache(directory: file)
      let error = #expect(throws: FeatureCacheError.self) { try cache.features(of: model, from: data) }
      #expect(error?.description.contains(file.path) == true)
    }
  }
}
