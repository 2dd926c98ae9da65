import Foundation
import Graft
import Testing

/// The class of the guide to adding a model.
final class TinyNet: StagewiseModel {
  let stem: Conv2D  // stem.weight, stem.bias
  let norm: BatchNorm2D  // norm.weight, norm.running_mean, …
  let blocks: Sequential  // blocks.0.weight, blocks.2.weight
  var pooling: any Layer = GlobalAveragePool2D()
  var fc: any Layer  // fc.weight, fc.bias

  init(classes: Int, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    stem = Conv2D(3, 16, kernel: 3, stride: 2, padding: 1, using: &generator)
    norm = BatchNorm2D(16)
    blocks = Sequential([
      Conv2D(16, 32, kernel: 3, stride: 2, padding: 1, using: &generator), ReLU(),
      Conv2D(32, 32, kernel: 3, padding: 1, using: &generator), ReLU(),
    ])
    fc = Linear(32, classes, using: &generator)
  }

  func applyStage(_ index: Int, to input: Variable) -> Variable {
    index == 0 ? stem.rectified(input, normalizedBy: norm) : blocks(input)
  }

  var head: any Layer {
    get { fc }
    set { fc = newValue }
  }
  var featureCount: Int { 32 }
  var stages: [Stage] {
    [Stage("stem", .path("stem") || .path("norm")), Stage("blocks", .path("blocks")), Stage("head", .head)]
  }
}

/// The class in Documentation/Models.md does what the page says of it.
@Suite struct ModelsGuideTests {
  @Test func keysAreTheNamesOfProperties() {
    let paths = TinyNet(classes: 3).state.map(\.path)
    for key in [
      "stem.weight", "stem.bias", "norm.weight", "norm.running_mean", "blocks.0.weight", "blocks.2.weight",
      "fc.weight", "fc.bias",
    ] {
      #expect(paths.contains(key))
    }
  }

  @Test func freezesAndTakesANewHead() {
    let model = TinyNet(classes: 3)
    model.freeze(.backbone)
    model.replaceHead(classes: 5)
    let (_, gradients) = valueAndGradients { model(Tensor.ones([2, 3, 16, 16])).sum() }
    #expect(gradients.count == 2)
    #expect(model(Tensor.ones([2, 3, 16, 16])).value.shape == [2, 5])
  }

  @Test func filesLoadOrChangeNothing() throws {
    let (model, other) = (TinyNet(classes: 3, seed: 1), TinyNet(classes: 3, seed: 2))
    try model.load(other.checkpoint())
    #expect(model.fingerprint() == other.fingerprint())
    #expect(throws: CheckpointError.self) { try model.load(TinyNet(classes: 4).checkpoint()) }
    #expect(model.fingerprint() == other.fingerprint())
  }
}
