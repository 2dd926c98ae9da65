import Foundation
import GraftAutograd
import GraftModels
import GraftNN
import GraftTensor
import GraftTransfer
import Testing

@Suite struct VisionTransformerTests {
  /// timm's network with timm's names: inference, and everything that one training step produces.
  @Test func timm() throws {
    let configuration = VisionTransformer.Configuration(
      patchSize: 8, width: 48, layers: 3, heads: 3, imageSize: 32)
    try ImageFixture(named: "vision_transformer").check(VisionTransformer(configuration, classes: 10))
  }

  /// torchvision's file, in its present spelling and the older one.
  @Test func torchvision() throws {
    let (file, weights) = try published()
    let older = Dictionary(
      uniqueKeysWithValues: weights.map { name, tensor in
        (
          name.replacing("mlp.0.", with: "mlp.linear_1.").replacing("mlp.3.", with: "mlp.linear_2."), tensor
        )
      })
    #expect(Set(older.keys) != Set(weights.keys))
    for tensors in [weights, older] {
      let model = small()
      try model.load(Checkpoint(tensors), mapping: .torchvisionVisionTransformer)
      let wanted = try file.tensor("expected.logits", as: Float.self)
      let found = model(try file.tensor("expected.images", as: Float.self)).value
      #expect(largestDifference(found, wanted) < 1e-5 * wanted.abs().max().scalar)
    }
  }

  /// Positions for more patches, for fewer, and for both at once, as PyTorch interpolates them.
  @Test(arguments: [(6, 6), (2, 7), (3, 1)])
  func positionsAreResampled(rows: Int, columns: Int) throws {
    let (file, weights) = try published()
    let model = small()
    try model.load(Checkpoint(weights), mapping: .torchvisionVisionTransformer)
    let first = model.positions.value.slice(0..<1, along: 1)
    model.freeze(.path("pos_embed"))
    model.resizeImages(height: 8 * rows, width: 8 * columns)
    let wanted = try file.tensor("expected.\(rows)x\(columns)", as: Float.self)
    let found = model.positions.value
    #expect(found.slice(0..<1, along: 1) == first)
    // Four products of numbers below 1 a sum: a few roundings of 6·10⁻⁸. Another kernel (a = −¾) differs by 10⁻².
    #expect(largestDifference(found.slice(1..<found.shape[1], along: 1), wanted) < 1e-6)
    #expect(model.isFrozen(.path("pos_embed")))
    #expect(model(Tensor<Float>.zeros([2, 3, 8 * rows, 8 * columns])).shape == [2, 5])
  }

  @Test func aFileForOtherImagesIsRefused() throws {
    let (_, weights) = try published()
    let larger = VisionTransformer(sizes.forImages(of: 48), classes: 5)
    #expect {
      try larger.load(Checkpoint(weights), mapping: .torchvisionVisionTransformer)
    } throws: { error in
      "\(error)".contains("pos_embed") && "\(error)".contains("[1, 37, 24]")
    }
  }

  /// Parameter counts with 1,000 classes as timm has them. Layers are alike, so two networks with one and two tell of all.
  @Test(arguments: [
    (VisionTransformer.Configuration.tiny16, 5_717_416), (.small16, 22_050_664), (.base16, 86_567_656),
    (.base32, 88_224_232), (.large16, 304_326_632), (.large32, 306_535_400),
    (.base16.forImages(of: 384), 86_859_496),
  ])
  func parameterCounts(configuration: VisionTransformer.Configuration, count: Int) {
    var shallow = configuration
    shallow.layers = 1
    let model = VisionTransformer(shallow, classes: 1)
    let layer = model.blocks[0].parameterCount
    let head = model.head.parameterCount
    #expect(
      model.parameterCount + (configuration.layers - 1) * layer - head + 1000 * (model.featureCount + 1)
        == count)
  }

  @Test func stagesHoldEverythingOnce() throws {
    let model = small()
    let found = try model.stages.flatMap { try $0.selection.resolve(in: model).map(\.path) }
    #expect(found.sorted() == model.state.map(\.path).sorted())
    #expect(model.stages.map(\.name) == ["embeddings", "block0", "block1", "norm", "head"])
  }

  /// A new head on the class token; or on the mean of all tokens, by another pooling.
  @Test func headsAreReplaced() {
    let model = small()
    let images = Tensor<Float>.ones([2, 3, 32, 32])
    #expect(model.features(Variable(images)).shape == [2, 17, 24])
    model.replaceHead(classes: 3)
    #expect(model(images).shape == [2, 3])
    model.pooling = TokenMean()
    #expect(model(images).shape == [2, 3])
  }

  /// Dropout works while training only, and draws from the scope's generator.
  @Test func dropoutWorksWhileTrainingOnly() {
    var dropping = sizes
    dropping.dropout = 0.5
    dropping.attentionDropout = 0.5
    let (plain, model) = (small(), VisionTransformer(dropping, classes: 5))
    let images = Tensor<Float>.ones([1, 3, 32, 32])
    #expect(model(images).value == plain(images).value)
    var generator = RandomGenerator(seed: 1)
    let trained = withRandomness(&generator) { withMode(.training) { model(images).value } }
    #expect(trained != plain(images).value)
  }

  @Test func imagesOfAnotherSizeStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let sizes = VisionTransformer.Configuration(patchSize: 8, width: 24, layers: 1, heads: 3, imageSize: 32)
      _ = VisionTransformer(sizes, classes: 5)(Tensor<Float>.zeros([1, 3, 32, 40]))
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(
      text.contains("[1, 3, 32, 40]") && text.contains("[n, 3, 32, 32]") && text.contains("resizeImages"))
  }

  private var sizes: VisionTransformer.Configuration {
    VisionTransformer.Configuration(
      patchSize: 8, width: 24, layers: 2, heads: 3, innerWidth: 48, imageSize: 32)
  }

  private func small() -> VisionTransformer { VisionTransformer(sizes, classes: 5) }

  /// What `Fixtures/make_vision_transformer_keys.py` wrote, and the weights alone.
  private func published() throws -> (file: SafetensorsFile, weights: [String: AnyTensor]) {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/vision_transformer_keys.safetensors")
    let file = try SafetensorsFile(contentsOf: url)
    let names = file.names.filter { !$0.hasPrefix("expected.") }
    return (file, try Dictionary(uniqueKeysWithValues: names.map { ($0, try file.anyTensor($0)) }))
  }
}

private final class TokenMean: Layer {
  func forward(_ input: Variable) -> Variable { input.mean(along: [1]) }
}
