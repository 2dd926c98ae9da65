import GraftData
import GraftTensor
import GraftTransfer
import GraftTune
import Testing

@Suite struct FineTuningParametersTests {
  @Test func usualParametersHaveUsualNames() throws {
    let head = Hyperparameter.head(["standard": .standard, "concat pool": .concatPool()])
    let space = try SearchSpace([
      Hyperparameter.learningRate(), Hyperparameter.weightDecay(), Hyperparameter.augmentationStrength(),
      head,
    ])
    #expect(space.dimensions.map(\.name) == ["learning rate", "weight decay", "augmentation", "head"])
    #expect(
      space.dimensions.prefix(3).map(\.domain) == [
        .continuous(1e-4...1e-1, .logarithmic), .continuous(1e-4...1e-1, .logarithmic),
        .continuous(0...1, .linear),
      ])
    let configuration = space.configuration(at: [0, 1, 0.5, 0.9])
    #expect(configuration.settings["head"] == .label("concat pool"))
    let model = LayeredNet()
    model.replaceHead(classes: 3, with: space.configuration(at: [0, 1, 0.5, 0])[head], seed: 1)
    #expect(model(Tensor<Float>([[1, 2]])).value.shape == [1, 3])
  }

  @Test func strengthSaysHowMuchIsVaried() throws {
    #expect(photographAugmentation(strength: 0, side: 16).parts.count == 1)
    let parts = photographAugmentation(strength: 0.5, side: 16).parts
    #expect(parts.count == 4)
    let crop = try #require(parts[0] as? RandomResizedCrop)
    #expect(crop.scale == 0.6...1 && crop.size == ImageSize(side: 16))
    let rotation = try #require(parts[2] as? RandomRotation)
    #expect(rotation.degrees == -10...10)
    #expect(parts[1] is HorizontalFlip)
    let colors = try #require(parts[3] as? ColorJitter)
    #expect([colors.brightness, colors.contrast, colors.saturation].allSatisfy { $0 == 0.8...1.2 })
    #expect(colors.hue == 0...0)
  }
}
