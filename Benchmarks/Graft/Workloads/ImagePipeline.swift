import Graft

/// An image from bytes to normalised numbers: a random part of 256 × 256 pixels resized to 224 × 224, mirrored, turned, its
/// colours jittered. A step is a batch of 32, prepared by the calling thread.
struct ImagePipeline: Workload {
  let name = "augment_per_image"
  private let batch = 32

  func prepare() throws -> Prepared {
    var generator = RandomGenerator(seed: 1)
    let pixels = Tensor<UInt8>(Tensor<Float>.uniform([batch, 3, 256, 256], in: 0..<256, using: &generator))
    let images = try LabeledDataset(images: pixels, labels: Tensor(repeating: 0, shape: [batch]))
      .normalized(by: .imageNet)
    let augmentation =
      RandomResizedCrop(side: 224) + HorizontalFlip() + RandomRotation(degrees: -10...10)
      + ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)
    var epoch = 0
    return Prepared(pieces: batch) { [batch] in
      for _ in images.batches(of: batch, epoch: epoch, augmentedBy: augmentation, prefetch: 0) {}
      epoch += 1
    }
  }
}
