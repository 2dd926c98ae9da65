import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// The numbers that geometric augmentations draw. Means of n numbers spread evenly over a range of width r deviate by r / √(12 n);
/// five deviations are allowed.
@Suite struct GeometricAugmentationTests {
  private let count = 3000
  private let size = ImageSize(height: 180, width: 220)

  private func draws<Result>(_ draw: (inout RandomGenerator) -> Result) -> [Result] {
    (0..<count).map { seed in
      var generator = RandomGenerator(seed: UInt64(seed))
      return draw(&generator)
    }
  }

  /// Numbers lie in a range, and as if spread evenly over it: mean, and the share of each tenth (binomial).
  private func expectEven(
    _ numbers: [Double], in range: ClosedRange<Double>, within slack: Double = 0, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (low, width, n) = (range.lowerBound, range.upperBound - range.lowerBound, Double(numbers.count))
    #expect(
      numbers.allSatisfy { $0 >= low - slack && $0 <= range.upperBound + slack }, "\(what)",
      sourceLocation: sourceLocation)
    let mean = numbers.reduce(0, +) / n
    #expect(
      abs(mean - low - width / 2) < 5 * width / (12 * n).squareRoot() + slack, "\(what): mean \(mean)",
      sourceLocation: sourceLocation)
    for tenth in 0..<10 where slack == 0 {
      let share = numbers.filter { Int(($0 - low) / width * 10) == tenth }.count
      #expect(
        abs(Double(share) - n / 10) < 5 * (n * 0.09).squareRoot(), "\(what): \(share) in tenth \(tenth)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func windowsHaveTheSharesAndRatiosAskedFor() {
    // Whatever the draw, they fit: √(0.4 · 1.25) of either side, but for the proportions of the image, 11 : 9.
    let crop = RandomResizedCrop(side: 10, scale: 0.1...0.4, ratio: 0.8...1.25)
    let windows = draws { crop.window(in: size, using: &$0) }
    let area = Double(size.height * size.width)
    // Sides of 55 pixels and more are rounded by half a pixel: a hundredth at most.
    expectEven(
      windows.map { Double($0.size.height * $0.size.width) / area }, in: 0.1...0.4, within: 0.004, "share")
    expectEven(
      windows.map { log(Double($0.size.width) / Double($0.size.height)) }, in: log(0.8)...log(1.25),
      within: 0.02,
      "logarithm of the ratio")
    // Each start is equally likely; half a position is added so that the first and the last have their share.
    expectEven(
      windows.map { (Double($0.top) + 0.5) / Double(size.height - $0.size.height + 1) }, in: 0...1,
      within: 0.01,
      "top")
    expectEven(
      windows.map { (Double($0.left) + 0.5) / Double(size.width - $0.size.width + 1) }, in: 0...1,
      within: 0.01,
      "left")
  }

  @Test func windowsThatNeverFitAreTheLargestInTheMiddle() {
    var generator = RandomGenerator(seed: 1)
    let crop = RandomResizedCrop(side: 10, scale: 1...1)
    func expect(_ crop: RandomResizedCrop, of source: ImageSize, top: Int, left: Int, _ size: ImageSize) {
      let window = crop.window(in: source, using: &generator)
      #expect(window.top == top && window.left == left && window.size == size)
    }
    let (wide, high) = (ImageSize(height: 30, width: 100), ImageSize(height: 100, width: 30))
    expect(crop, of: wide, top: 0, left: 30, ImageSize(height: 30, width: 40))
    expect(crop, of: high, top: 30, left: 0, ImageSize(height: 40, width: 30))
    let flat = RandomResizedCrop(side: 10, scale: 1...1, ratio: 2...2)
    expect(flat, of: ImageSize(side: 60), top: 15, left: 0, ImageSize(height: 30, width: 60))
  }

  @Test func cropsBeginEverywhere() {
    let crop = RandomCrop(ImageSize(height: 178, width: 223), fill: 4)
    let starts = draws { generator -> [Double] in
      let map = crop.warp(of: size, using: &generator).map
      return [map.y.z, map.x.z]
    }
    // Of 3 · 4 places each is missed with probability (11/12)^3000, below 10⁻¹¹³.
    #expect(Set(starts) == Set((0...2).flatMap { top in (-3...0).map { [Double(top), Double($0)] } }))
  }

  @Test func anglesAreEvenlySpread() {
    let rotation = RandomRotation(degrees: -20...50)
    let angles = draws { generator -> Double in
      let map = rotation.warp(of: size, using: &generator).map
      // Back: the x axis of the result, seen in the source, turns the other way, and y points down.
      return atan2(map.y.x, map.x.x) * 180 / .pi
    }
    expectEven(angles, in: -20...50, "angle")
  }

  @Test func affineParametersAreEvenlySpread() {
    let affine = RandomAffine(
      degrees: -30...10, translation: (0.1, 0.2), scale: 0.5...1.5, shearX: 0...0, shearY: 0...0)
    let maps = draws { affine.warp(of: size, using: &$0).map }
    expectEven(maps.map { atan2($0.y.x, $0.x.x) * 180 / .pi }, in: -30...10, "angle")
    // s⁻² is the determinant of the way back.
    expectEven(maps.map { 1 / ($0.x.x * $0.y.y - $0.x.y * $0.y.x).squareRoot() }, in: 0.5...1.5, "scale")
    // The middle goes to the middle and t pixels on: back from there it is the middle.
    let shifts = maps.map { map -> (x: Double, y: Double) in
      let determinant = map.x.x * map.y.y - map.x.y * map.y.x
      let (x, y) = (size.middle.x - map.x.z, size.middle.y - map.y.z)
      return (
        (map.y.y * x - map.x.y * y) / determinant - size.middle.x,
        (map.x.x * y - map.y.x * x) / determinant - size.middle.y
      )
    }
    #expect(shifts.allSatisfy { abs($0.x - $0.x.rounded()) < 1e-9 && abs($0.y - $0.y.rounded()) < 1e-9 })
    expectEven(shifts.map(\.x), in: -22...22, within: 1e-9, "shift across")
    expectEven(shifts.map(\.y), in: -36...36, within: 1e-9, "shift down")

    let shear = RandomAffine(shearX: -20...10, shearY: 5...15)
    let sheared = draws { shear.warp(of: size, using: &$0).map }
    // The way back is [1, tan a; 0, 1] · [1, 0; tan b, 1].
    expectEven(sheared.map { atan($0.x.y) * 180 / .pi }, in: -20...10, "shear along x")
    expectEven(sheared.map { atan($0.y.x) * 180 / .pi }, in: 5...15, "shear along y")
  }

  @Test func cornersMoveInwards() {
    let perspective = RandomPerspective(distortion: 0.4, probability: 0.7)
    let warps = draws { perspective.warp(of: size, using: &$0) }
    let changed = warps.filter { $0 != .identity(of: size) }
    let n = Double(count)
    #expect(abs(Double(changed.count) - 0.7 * n) < 5 * (n * 0.21).squareRoot())
    // The upper left corner of the source is shown where the map is (0, 0): x, y = 0…44, 0…36.
    let corners = changed.map { warp -> SIMD2<Double> in
      let (a, b) = (warp.map.x, warp.map.y)
      let determinant = a.x * b.y - a.y * b.x
      return [(a.y * b.z - a.z * b.y) / determinant, (a.z * b.x - a.x * b.z) / determinant]
    }
    expectEven(corners.map(\.x), in: 0...44, within: 1e-6, "corner across")
    expectEven(corners.map(\.y), in: 0...36, within: 1e-6, "corner down")
  }

  @Test func flipsAsOftenAsAsked() {
    let flipped = draws { VerticalFlip(probability: 0.2).warp(of: size, using: &$0) }
      .filter { $0 != .identity(of: size) }.count
    #expect(abs(Double(flipped) - 0.2 * Double(count)) < 5 * (Double(count) * 0.16).squareRoot())
  }

  @Test func mapsTakeCornersToCorners() throws {
    let one = Quadrilateral(topLeft: [1, 2], topRight: [9, -3], bottomRight: [12, 8], bottomLeft: [-4, 6])
    let other = Quadrilateral(topLeft: [0, 0], topRight: [5, 1], bottomRight: [4, 7], bottomLeft: [-1, 5])
    let map = try #require(ProjectiveMap(taking: one, to: other))
    for corner in [\Quadrilateral.topLeft, \.topRight, \.bottomRight, \.bottomLeft] {
      let place = map(x: one[keyPath: corner].x, y: one[keyPath: corner].y)
      #expect(
        abs(place.x - other[keyPath: corner].x) < 1e-12 && abs(place.y - other[keyPath: corner].y) < 1e-12)
    }
    let line = Quadrilateral(topLeft: [0, 0], topRight: [1, 1], bottomRight: [2, 2], bottomLeft: [0, 2])
    #expect(ProjectiveMap(taking: line, to: other) == nil)
    #expect(ProjectiveMap(taking: one, to: line) == nil)
  }
}
