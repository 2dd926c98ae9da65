import Foundation
import GraftModels
import GraftNN
import GraftTensor
import Testing

/// timm's spelling of VGG.
@Suite struct TimmVGGTests {
  /// The names in timm's files become all of the model's and no others: `Fixtures/make_timm_vgg_keys.py`.
  @Test(arguments: [(VGG.Configuration.vgg11, "vgg11"), (.vgg16BN, "vgg16_bn")])
  func namesBecomeTheModels(configuration: VGG.Configuration, name: String) throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/timm_vgg_keys.json")
    let keys = try #require(
      try JSONDecoder().decode([String: [String]].self, from: Data(contentsOf: url))[name])
    let stored = Dictionary(uniqueKeysWithValues: keys.map { ($0, AnyTensor(Tensor<Float>.zeros([1]))) })
    let narrow = VGG.Configuration(
      blocks: configuration.blocks, isNormalized: configuration.isNormalized, hiddenWidth: 1)
    let paths = VGG(narrow, classes: 1).state.map(\.path)
    #expect(try Checkpoint(stored).mapped(by: .timmVGG).names == paths.sorted())
  }

  /// A hidden layer stored as a convolution gives the same numbers.
  @Test func convolutionsBecomeHiddenLayers() throws {
    let configuration = VGG.Configuration(blocks: [[4], [6]], hiddenWidth: 8)
    let model = VGG(configuration, classes: 3, seed: 1)
    let renamed: KeyMapping = [
      .renaming("classifier.0", to: "pre_logits.fc1"), .renaming("classifier.3", to: "pre_logits.fc2"),
      .renaming("classifier.6", to: "head.fc"),
    ]
    let inTorchvisionsSpelling = model.checkpoint()
    let plain = try inTorchvisionsSpelling.mapped(by: renamed)
    var tensors: [String: AnyTensor] = [:]
    for name in plain.names { tensors[name] = try plain.anyTensor(name) }
    for (name, shape) in [("fc1", [8, 6, 7, 7]), ("fc2", [8, 8, 1, 1])] as [(String, Shape)] {
      let weight = try plain.tensor("pre_logits.\(name).weight", as: Float.self)
      tensors["pre_logits.\(name).weight"] = AnyTensor(weight.reshaped(to: shape))
    }
    let images = HashedNumbers(salt: 0).centred("input", [2, 3, 32, 32], scale: 3)
    for checkpoint in [Checkpoint(tensors), inTorchvisionsSpelling] {
      let other = VGG(configuration, classes: 3, seed: 2)
      #expect(other(images).value != model(images).value)
      #expect(try other.load(checkpoint, mapping: .timmVGG).isExact)
      #expect(other(images).value == model(images).value)
    }
    #expect(throws: CheckpointError.self) { try model.load(Checkpoint(tensors)) }
  }
}
