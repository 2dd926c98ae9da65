import Graft
import Testing

/// The code of Documentation/Data.md on colours, policies, mixing and views.
@Suite struct DataGuideColorTests {
  private let photo = Tensor<UInt8>((0..<(3 * 32 * 32)).map { UInt8($0 % 251) }).reshaped(to: [3, 32, 32])

  @Test func variesColors() {
    let lighter = photo.adjustingBrightness(by: 1.3)
    let muted = photo.adjustingSaturation(by: 0.5)
    let turned = photo.turningHue(by: 0.1)  // turns of the colour circle
    let gray = photo.grayscale()  // as many channels as the photo; channels: 1 for one
    let spread = photo.equalized()

    for image in [lighter, muted, turned, gray, spread] {
      #expect(image.shape == photo.shape && image != photo)
    }
  }

  @Test func augmentsColors() {
    let augmentation =
      HorizontalFlip() + ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)
      + RandomApply(.grayscale, probability: 0.1)
      + RandomApply(GaussianBlur(kernelSize: 9, sigma: 0.1...2), probability: 0.5)

    check(augmentation)
  }

  @Test func erasesAndAddsNoise() {
    let rough =
      OneOf([(GaussianNoise(standardDeviation: 0.05), weight: 3), (SaltAndPepper(amount: 0.01), weight: 1)])
      + RandomErasing(probability: 0.25, filling: .noise)

    check(rough)
  }

  @Test func followsAPolicy() {
    let policy = HorizontalFlip() + TrivialAugmentWide(fill: [124, 116, 104])

    check(policy)
  }

  @Test func mixesSamplesAndJudgesViews() throws {
    let dataset = try LabeledDataset(
      images: Tensor.stacked([photo, photo.inverted(), photo, photo.inverted()]),
      labels: Tensor([0, 1, 0, 1]))
    let images = dataset.inputs
    var generator = RandomGenerator(seed: 1)
    let model = Sequential([GlobalAveragePool2D(), Linear(3, 2, using: &generator)])
    for batch in dataset.batches(of: 4) {
      let mixing = MixupOrCutMix(Mixup(alpha: 0.2), CutMix())
      let mixed = mixing(batch, classes: 2, using: &generator)
      let loss = softmaxCrossEntropy(model(mixed.inputs), softTargets: mixed.targets)

      #expect(loss.value.scalar.isFinite && mixed.targets.shape == [4, 2])
    }

    let views = TestTimeAugmentation.tenCrop(ImageSize(side: 24))
    let probabilities = views.mean(of: images) { model($0).value.softmax() }

    #expect(probabilities.shape == [4, 2])
  }

  /// The augmentation does something, and leaves the image's shape.
  private func check(_ augmentation: Compose) {
    var generator = RandomGenerator(seed: 1)
    let results = (0..<20).map { _ in augmentation(photo, using: &generator) }
    #expect(results.contains { $0 != photo })
    #expect(results.allSatisfy { $0.shape == photo.shape })
  }
}
