import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// Against torchvision's transforms of Pillow's images: `Fixtures/make_warped_images.py`.
@Suite struct WarpedImageTests {
  private let file: SafetensorsFile
  private let image: Tensor<UInt8>
  private let square: Tensor<UInt8>
  private let size: ImageSize

  init() throws {
    file = try SafetensorsFile(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/warped_images.safetensors"))
    image = try file.tensor("image", as: UInt8.self)
    square = try file.tensor("square", as: UInt8.self)
    size = ImageSize(of: image)
  }

  private func expected(_ name: String) throws -> Tensor<UInt8> { try file.tensor(name, as: UInt8.self) }

  private func applied(_ augmentation: some ImageAugmentation) -> Tensor<UInt8> {
    var generator = RandomGenerator(seed: 0)
    return augmentation(image, using: &generator)
  }

  @Test func movesOfWholePixelsAreExact() throws {
    #expect(try applied(HorizontalFlip(probability: 1)) == expected("horizontal flip"))
    #expect(try applied(VerticalFlip(probability: 1)) == expected("vertical flip"))
    #expect(try applied(CenterCrop(ImageSize(height: 28, width: 31))) == expected("center crop"))
    #expect(try applied(CenterCrop(ImageSize(height: 50, width: 31))) == expected("center crop beyond"))
    #expect(
      try image.centerCropped(to: ImageSize(height: 50, width: 31)) == expected("center crop beyond"))
    let window = ImageWarp.window(of: size, top: 5, left: 9, size: ImageSize(height: 20, width: 24))
    #expect(try image.warped(by: window) == expected("crop"))
    let padding = ImagePadding(top: 3, left: 2, bottom: 5, right: 4)
    #expect(try applied(Pad(padding, fill: [9, 8, 7])) == expected("pad"))
    for mode in BorderMode.allCases {
      #expect(try applied(BorderPad(padding, mode: mode)) == expected("pad \(mode)"))
    }
    #expect(try image.rotated(byDegrees: 180) == expected("turn 180"))
    #expect(try square.rotated(byDegrees: 90) == expected("turn 90"))
    #expect(try image.rotated(byDegrees: 270, expands: true) == expected("turn 270 expand"))
    #expect(try image.rotated(byDegrees: -90, expands: true) == expected("turn 270 expand"))
  }

  @Test func resizingIsExact() throws {
    #expect(try applied(Resize(shorterSide: 23)) == expected("resize 23"))
    for (name, filter) in filters {
      let warp = ImageWarp.window(of: size, top: 3, left: 7, size: ImageSize(height: 31, width: 22))
        .composed(
          with: .resizing(
            ImageSize(height: 31, width: 22), to: ImageSize(height: 26, width: 29), filter: filter))
      #expect(try image.warped(by: warp) == expected("resized crop \(name)"), "\(name)")
    }
  }

  /// Pillow cuts fractions off where this library rounds: a level. By the nearest pixel it reckons places in steps of 2⁻¹⁶, an
  /// error that grows along a row, and takes another pixel where a place lies closer than that to the border of two: with 54 columns
  /// closer than 54 · 2⁻¹⁷ pixels on either side and axis, one place in 600. Three times that are allowed.
  @Test func placesBetweenPixelsAreWithinTwoLevels() throws {
    for (name, filter) in filters {
      for (kind, warp) in warps(filter) {
        let expected = try expected("\(kind) \(name)")
        let result = image.warped(by: warp)
        #expect(result.shape == expected.shape, "\(kind) \(name)")
        let differences = zip(result.scalars, expected.scalars).map { abs(Int($0) - Int($1)) }
        let share = Double(differences.filter { $0 > 2 }.count) / Double(differences.count)
        #expect(
          share <= (name == "nearest" ? 3.0 / 600 : 0), "\(kind) \(name): \(differences.max() ?? 0), \(share)"
        )
      }
    }
  }

  /// By definition, and in rows longer than the kernels take at a time: Pillow's results leave room for a level.
  @Test func mixturesAreRoundedToTheNearest() {
    var generator = RandomGenerator(seed: 3)
    let image = (0..<(5 * 300)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    let size = ImageSize(height: 5, width: 300)
    // Places are whole multiples of 2⁻¹¹, which single precision holds, and nowhere the same from block to block.
    let map = ProjectiveMap(x: [1 + 1.0 / 1024, 0, -0.25], y: [1.0 / 512, 1, -0.375])
    for (name, filter) in filters {
      let warp = ImageWarp(from: size, map: map, filter: filter, fill: 9)
      let result = Tensor(shape: [1, 5, 300], scalars: image).warped(by: warp).scalars
      for (place, byte) in result.enumerated() {
        let first = SIMD3(Double(place % 300) + 0.5, Double(place / 300) + 0.5, 1)
        let (x, y) = ((map.x * first).sum(), (map.y * first).sum())
        var value = 9.0
        if x >= 0, x < 300, y >= 0, y < 5 {
          value = 0
          for row in Int(y) - 2...Int(y) + 2 {
            for column in Int(x) - 2...Int(x) + 2 {
              let pixel = image[min(max(row, 0), 4) * 300 + min(max(column, 0), 299)]
              value +=
                weight(x - Double(column) - 0.5, name) * weight(y - Double(row) - 0.5, name) * Double(pixel)
            }
          }
        }
        // Half a level, and the rounding of sums in single precision.
        #expect(abs(min(max(value, 0), 255) - Double(byte)) <= 0.5 + 1e-3, "\(name), \(place)")
      }
    }
  }

  /// How much a pixel counts whose middle is this far away along an axis.
  private func weight(_ distance: Double, _ filter: String) -> Double {
    let t = abs(distance)
    switch filter {
    case "nearest": return distance >= -0.5 && distance < 0.5 ? 1 : 0
    case "bilinear": return max(1 - t, 0)
    // Keys' kernel with a = -1.
    default: return t < 1 ? t * t * (t - 2) + 1 : t < 2 ? -(t * t * (t - 5) + 8 * t - 4) : 0
    }
  }

  private let filters: [(String, ResamplingFilter)] = [
    ("nearest", .nearest), ("bilinear", .bilinear), ("bicubic", .bicubic),
  ]

  private func warps(_ filter: ResamplingFilter) -> [(String, ImageWarp)] {
    let corners = Quadrilateral(
      topLeft: [6, 3], topRight: [49, 8], bottomRight: [44, 36], bottomLeft: [2, 39])
    let wide = Quadrilateral(
      topLeft: [-9, -5], topRight: [60, 2], bottomRight: [50, 55], bottomLeft: [4, 44])
    var result: [(String, ImageWarp)] = [
      ("rotate 30", .rotation(of: size, byDegrees: 30, filter: filter)),
      ("rotate -7.5", .rotation(of: size, byDegrees: -7.5, filter: filter, fill: [124, 116, 104])),
      ("rotate 45 expand", .rotation(of: size, byDegrees: 45, expands: true, filter: filter, fill: 128)),
      ("rotate 100 center", .rotation(of: size, byDegrees: 100, around: (10, 4), filter: filter)),
      ("affine smaller", .affine(of: size, degrees: 50, translation: (0, 2), scale: 0.6, filter: filter)),
      ("scale", .affine(of: size, scale: 0.73, filter: filter)),
      ("shear", .affine(of: size, shear: (15, 0), around: (0, 0), filter: filter)),
    ]
    let affine = ImageWarp.affine(
      of: size, degrees: -20, translation: (5, -3), scale: 1.3, shear: (8, -6), filter: filter,
      fill: [3, 2, 1])
    result.append(("affine", affine))
    if let warp = ImageWarp.perspective(of: size, movingCornersTo: corners, filter: filter) {
      result.append(("perspective", warp))
    }
    if let warp = ImageWarp.perspective(of: size, movingCornersTo: wide, filter: filter, fill: 77) {
      result.append(("perspective enlarged", warp))
    }
    #expect(result.count == 10)
    return result
  }

  @Test func numbersAreMovedAsTheyAreOrGoThroughBytes() {
    let numbers = Tensor<Float>(image) * 10 - 300
    let padded = numbers.warped(
      by: .window(of: size, top: -1, left: 0, size: ImageSize(height: 43, width: 54), fill: [0, 51, 255]))
    #expect(padded.slice(1..<42, along: 1) == numbers)
    #expect(padded.select(0, along: 1).select(0, along: 1).scalars == [0, 0.2, 1])
    let warp = ImageWarp.rotation(of: size, byDegrees: 30)
    #expect((Tensor<Float>(image) / 255).warped(by: warp) == Tensor<Float>(image.warped(by: warp)) / 255)
  }

  @Test func anImageOfAnotherSizeStops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<UInt8>.zeros([3, 4, 5]).warped(by: .identity(of: ImageSize(height: 5, width: 4)))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("warped") && message.contains("[3, 4, 5]") && message.contains("5 × 4"))
  }

  /// Images of a pixel, a row or a column have no neighbours, whatever the filter.
  @Test func smallImagesAreFilledWithWhatTheyHave() {
    for (height, width) in [(1, 1), (1, 5), (4, 1), (2, 2), (3, 3)] {
      for (name, filter) in filters {
        let image = Tensor<UInt8>(repeating: 200, shape: [2, height, width])
        let warp = ImageWarp.rotation(
          of: ImageSize(of: image), byDegrees: 33, expands: true, filter: filter, fill: 7)
        let result = image.warped(by: warp).scalars
        #expect(Set(result) == [200, 7], "\(name) \(height) × \(width)")
      }
    }
  }

  /// Beyond its horizon a plane shows nothing, though the formula has a value there.
  @Test func beyondTheHorizonIsFill() {
    let image = Tensor<UInt8>(repeating: 255, shape: [1, 8, 8])
    let warp = ImageWarp(
      from: ImageSize(side: 8), map: ProjectiveMap(x: [1, 0, 0], y: [0, 1, 0], w: [-0.25, 0, 1]), fill: 0)
    // Column i shows x / (1 − x/4) at x = i + ½, row j y / (1 − x/4): within 8 pixels for x < 2⅔ and y < 8 − 2x.
    let result = image.warped(by: warp).squeezed(at: 0)
    #expect(result.select(0).scalars == [255, 255, 255, 0, 0, 0, 0, 0])
    #expect(result.select(3).scalars == [255, 255, 0, 0, 0, 0, 0, 0])
    #expect(result.select(7).scalars == [0, 0, 0, 0, 0, 0, 0, 0])
  }

  /// Digits from 0 to 16, standardised photographs: geometry means the same for any numbers. 256 levels over the range are half a level off
  /// before pixels are weighted, half a level after, and the fill colour another half.
  @Test func numbersBeyondOneAreWarpedToo() {
    var generator = RandomGenerator(seed: 11)
    let image = Tensor<Float>.uniform([2, 9, 12], in: 0..<1, using: &generator)
    for filter in [ResamplingFilter.nearest, .bilinear] {
      let warp = ImageWarp.affine(
        of: ImageSize(of: image), degrees: 20, translation: (1, 0), scale: 1.2, shear: (0, 0), filter: filter,
        fill: 0)
      let plain = image.warped(by: warp)
      for (factor, offset) in [(Float(16), Float(0)), (4, -2), (1, 0.5)] {
        let wide = (image * factor + offset).warped(by: warp)
        let (low, high) = (min(offset, 0), max(factor + offset, 1))
        let visible = Tensor<Float>(repeating: 1, shape: image.shape).warped(by: warp)
        for index in wide.scalars.indices where visible.scalars[index] == 1 {
          let expected = plain.scalars[index] * factor + offset
          let allowed = (high - low) / 255 + factor / 255 + 1e-5
          #expect(abs(wide.scalars[index] - expected) <= allowed)
        }
        // What shows nothing of the image is the fill colour, 0.
        for index in wide.scalars.indices where visible.scalars[index] == 0 {
          #expect(abs(wide.scalars[index]) <= (high - low) / 510 + 1e-6)
        }
      }
    }
  }

  @Test func coloursOfWhatIsNoImageTrap() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = RandomGenerator(seed: 1)
      let digits = Tensor<Float>.uniform([1, 8, 8], in: 0..<16, using: &generator)
      _ = ColorJitter(brightness: 0.2)(digits, using: &generator)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("are far from 0...1") && message.contains("normalized(by:)"))
    // Noise is none of that: of a white image with noise of 0.3, one in twenty is beyond 1.5.
    var generator = RandomGenerator(seed: 2)
    let white = Tensor<Float>(repeating: 1, shape: [3, 32, 32])
    let noisy = GaussianNoise(standardDeviation: 0.3)(white, using: &generator)
    let bytes = Tensor<UInt8>(repeating: 255, shape: [3, 32, 32])
    // However strong it is, noise itself is cut off and never refused.
    #expect(GaussianNoise(standardDeviation: 2)(bytes, using: &generator).shape == [3, 32, 32])
    #expect(ColorJitter(brightness: 0.2)(noisy, using: &generator).shape == [3, 32, 32])
  }
}
