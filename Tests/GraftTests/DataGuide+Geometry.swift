import Graft
import Testing

/// Squeezes an image to between a half and all of its width.
struct RandomSqueeze: GeometricAugmentation {
  func warp(of size: ImageSize, using generator: inout RandomGenerator) -> ImageWarp {
    let factor = generator.uniform(in: 1...2)
    let middle = Double(size.width) / 2
    return ImageWarp(from: size, map: ProjectiveMap(x: [factor, 0, middle * (1 - factor)], y: [0, 1, 0]))
  }
}

/// The code of Documentation/Data.md on the geometry of images.
@Suite struct DataGuideGeometryTests {
  @Test func batchesOfVariations() throws {
    let training = try LabeledDataset(
      images: Tensor(repeating: 90, shape: [4, 3, 256, 256]), labels: Tensor([0, 1, 0, 1])
    ).normalized(by: .imageNet)
    let (epoch, seed) = (0, 1 as UInt64)
    let augmentation =
      RandomResizedCrop(side: 224) + HorizontalFlip()
      + RandomRotation(degrees: -10...10, fill: [124, 116, 104])
    let batches = training.batches(of: 32, epoch: epoch, shuffledBy: seed, augmentedBy: augmentation)
    #expect(batches.map(\.images.shape) == [[4, 3, 224, 224]])
  }

  @Test func oneResampling() {
    let photo = Tensor<UInt8>(repeating: 128, shape: [3, 256, 256])
    var generator = RandomGenerator(seed: 1)
    let strong =
      RandomAffine(degrees: -15...15, translation: (0.1, 0.1), scale: 0.9...1.1, shearX: -5...5)
      + RandomPerspective(distortion: 0.2) + RandomResizedCrop(side: 224, scale: 0.5...1)
    let varied = strong(photo, using: &generator)  // [3, 224, 224], resampled once
    #expect(varied.shape == [3, 224, 224])
  }

  @Test func yourOwn() {
    // Squeezed by at least a little, an image leaves its first and last column free.
    let image = Tensor<UInt8>(repeating: 200, shape: [1, 5, 100])
    var generator = RandomGenerator(seed: 2)
    let squeezed = RandomSqueeze()(image, using: &generator)
    #expect(squeezed.element(0, 2, 0) == 0 && squeezed.element(0, 2, 50) == 200)
  }
}
