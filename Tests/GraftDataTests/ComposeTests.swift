import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// Adds numbers below 1/255 that bytes cannot hold.
private struct Noise: Augmentation {
  func callAsFunction(_ image: Tensor<Float>, using generator: inout RandomGenerator) -> Tensor<Float> {
    image + Float(generator.uniform(in: 0...0.003))
  }
}

private struct Invert: ImageAugmentation {
  func callAsFunction(_ image: Tensor<UInt8>, using generator: inout RandomGenerator) -> Tensor<UInt8> {
    generator.bernoulli(probability: 0.5) ? image.map { 255 - $0 } : image
  }
}

@Suite struct ComposeTests {
  private func sequentially(
    _ parts: [any ImageAugmentation], _ image: Tensor<UInt8>, _ generator: inout RandomGenerator
  ) -> Tensor<UInt8> {
    parts.reduce(image) { $1($0, using: &generator) }
  }

  private func randomImage(_ shape: Shape) -> Tensor<UInt8> {
    var generator = RandomGenerator(seed: 9)
    return Tensor(
      shape: shape, scalars: (0..<shape.elementCount).map { _ in UInt8(generator.integer(below: 256)) })
  }

  /// Slow waves: |∂²/∂x²| and |∂²/∂y²| are at most 100 (2π / 40)² = 2.47 levels per pixel².
  private func smoothImage(_ side: Int) -> Tensor<UInt8> {
    Tensor(
      shape: [2, side, side],
      scalars: (0..<(2 * side * side)).map { index in
        let (x, y) = (Double(index % side), Double(index / side % side))
        let wave = index < side * side ? sin(x * .pi / 20) : cos(y * .pi / 20) * cos(x * .pi / 40)
        return UInt8(128 + 100 * wave)
      })
  }

  /// Fused or not, whole pixels are moved, and the same numbers are drawn.
  @Test func movesOfWholePixelsAreExact() {
    let image = randomImage([3, 17, 23])
    let parts: [any ImageAugmentation] = [
      HorizontalFlip(), RandomCrop(ImageSize(height: 15, width: 19)), Pad(3, fill: 50), VerticalFlip(),
      PaddedCrop(padding: 2, fill: 50), RandomRotation(degrees: 90...90, expands: true), Invert(),
      RandomCrop(ImageSize(height: 30, width: 12), fill: [1, 2, 3]), HorizontalFlip(), CenterCrop(side: 11),
    ]
    for seed in 0..<100 as Range<UInt64> {
      var (one, other) = (RandomGenerator(seed: seed), RandomGenerator(seed: seed))
      #expect(Compose(parts)(image, using: &one) == sequentially(parts, image, &other))
      #expect(one == other)
    }
  }

  /// What resizing leads to stays exact when flips and crops follow.
  @Test func resizedAndMovedIsExact() {
    let image = randomImage([3, 40, 50])
    let parts: [any ImageAugmentation] = [
      HorizontalFlip(), RandomResizedCrop(side: 16), VerticalFlip(), PaddedCrop(padding: 2, fill: 9),
      RandomCrop(side: 12),
    ]
    for seed in 0..<50 as Range<UInt64> {
      var (one, other) = (RandomGenerator(seed: seed), RandomGenerator(seed: seed))
      // A mirrored image is resized as the mirror of the resized one, except that sums are rounded from the other end.
      let difference = zip(
        Compose(parts)(image, using: &one).scalars, sequentially(parts, image, &other).scalars
      ).map { abs(Int($0) - Int($1)) }
      #expect(difference.max() ?? 9 == 0)
      #expect(one == other)
    }
  }

  /// Interpolating between pixels one apart is wrong by M h² / 8 at most on each axis, M being the second derivative and h = 1; for
  /// what shrinks by s before averaging, ≤ M s² / 6 more. One pass instead of two: 3 · 2 · 2.47 / 8 + 2 · 2.47 · 1.5² / 6 = 3.7 levels,
  /// and half a level for each of three roundings.
  @Test func resamplingOnceShowsTheSame() {
    let image = smoothImage(64)
    let parts: [any ImageAugmentation] = [
      RandomResizedCrop(side: 48, scale: 0.4...1), HorizontalFlip(), RandomRotation(degrees: -40...40),
      PaddedCrop(padding: 4),
    ]
    let white = Tensor<UInt8>(repeating: 255, shape: image.shape)
    var compared = 0
    for seed in 0..<20 as Range<UInt64> {
      let start = RandomGenerator(seed: seed)
      var (one, other, third) = (start, start, start)
      let once = Compose(parts)(image, using: &one)
      let twice = sequentially(parts, image, &other)
      #expect(one == other)
      // Where neighbours are missing in one way but not the other, at the edges of images, is left out.
      let shown = eroded(Compose(parts)(white, using: &third), by: 2)
      for (index, isShown) in shown.enumerated() where isShown {
        let difference = abs(Int(once.scalars[index]) - Int(twice.scalars[index]))
        compared += 1
        if difference > 5 { Issue.record("seed \(seed), element \(index): \(difference) levels") }
      }
    }
    #expect(compared > 20_000)
  }

  /// The elements around which everything is 255, in their channel, for so many pixels.
  private func eroded(_ image: Tensor<UInt8>, by radius: Int) -> [Bool] {
    let (height, width) = (image.shape[1], image.shape[2])
    let values = image.scalars
    return values.indices.map { index in
      let (row, column) = (index / width % height, index % width)
      guard row >= radius, column >= radius, row < height - radius, column < width - radius else {
        return false
      }
      return (-radius...radius).allSatisfy { down in
        (-radius...radius).allSatisfy { values[index + down * width + $0] == 255 }
      }
    }
  }

  /// What lay outside of a window is not shown, though the image goes on there.
  @Test func cornersThatTurnInHaveTheFillColour() {
    let image = Tensor<UInt8>(repeating: 200, shape: [1, 60, 60])
    let parts: [any ImageAugmentation] = [CenterCrop(side: 20), RandomRotation(degrees: 45...45, fill: 7)]
    var (one, other) = (RandomGenerator(seed: 1), RandomGenerator(seed: 1))
    let result = Compose(parts)(image, using: &one)
    #expect(result == sequentially(parts, image, &other))
    #expect(result.element(0, 0, 0) == 7 && result.element(0, 10, 10) == 200)
  }

  @Test func warpsThatDisagreeAreNotJoined() throws {
    let size = ImageSize(side: 30)
    func turn(_ filter: ResamplingFilter, fill: FillColor = 0) -> ImageWarp {
      .rotation(of: size, byDegrees: 20, filter: filter, fill: fill)
    }
    let inside = ImageWarp.window(of: size, top: 0, left: 0, size: size)
    #expect(turn(.bilinear).joined(with: turn(.bilinear)) != nil)
    #expect(turn(.bilinear).joined(with: turn(.bicubic)) == nil)
    #expect(turn(.bilinear).joined(with: turn(.bilinear, fill: 1)) == nil)
    #expect(try #require(inside.joined(with: turn(.bicubic, fill: 1))).filter == .bicubic)
    #expect(try #require(turn(.nearest, fill: 1).joined(with: inside)).fill == 1)
    // A third of the size is averaged, and then turned.
    let third = ImageWarp.resizing(ImageSize(side: 90), to: size)
    #expect(third.joined(with: turn(.bilinear)) == nil)
    #expect(turn(.bilinear).joined(with: .resizing(size, to: ImageSize(side: 10))) == nil)
    #expect(ImageWarp.resizing(ImageSize(side: 40), to: size).joined(with: turn(.bilinear)) != nil)
    #expect(third.joined(with: .resizing(size, to: ImageSize(side: 10))) != nil)
  }

  /// Bytes stay bytes up to the first part that needs numbers, whose result is not rounded.
  @Test func numbersBeginWhereAPartNeedsThem() throws {
    let images = try randomImages([5, 3, 8, 8], classes: 2, seed: 4)
    let augmentation = HorizontalFlip() + Invert() + Noise()
    for batch in images.batches(of: 5, shuffledBy: 3, augmentedBy: augmentation) {
      for (row, index) in batch.indices.enumerated() {
        var generator = RandomGenerator(seed: 3, for: .augmentation, sample: index)
        let bytes = Tensor<UInt8>(images.inputs(at: [index]).squeezed(at: 0) * 255 + 0.5)
        let varied = Invert()(HorizontalFlip()(bytes, using: &generator), using: &generator)
        let expected = Noise()(Tensor<Float>(varied) / 255, using: &generator)
        #expect(bits(batch.inputs.select(row)) == bits(expected))
      }
    }
  }

  @Test func partsOfPartsAreParts() {
    let whole = Compose([HorizontalFlip() + VerticalFlip(), Pad(1)]) + (Pad(2) + Noise())
    #expect(whole.parts.count == 5)
  }
}
