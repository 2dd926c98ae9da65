import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// What Pillow and torchvision make of some images: `Fixtures/make_augmented_images.py`.
struct AugmentedImages {
  let file: SafetensorsFile

  init() throws {
    file = try SafetensorsFile(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/augmented_images.safetensors"))
  }

  func image(_ name: String) throws -> Tensor<UInt8> { try file.tensor("image \(name)", as: UInt8.self) }

  /// The cases of an operation: its parameters, the image, and what comes out.
  func cases(
    of operation: String
  ) throws -> [(parameters: [Double], image: Tensor<UInt8>, expected: Tensor<UInt8>, key: String)] {
    try file.names.filter { $0.hasPrefix(operation + " ") }.map { key in
      let words = key.split(separator: " ").dropFirst()
      return (
        words.dropLast().compactMap { Double($0) }, try image(String(words.last ?? "")),
        try file.tensor(key, as: UInt8.self), key
      )
    }
  }
}

@Suite struct ColorTests {
  private let images: AugmentedImages

  init() throws { images = try AugmentedImages() }

  /// Holds every byte of an operation's results against the fixture's, and that a view is as good as an image of its own.
  private func check(
    _ operation: String, count: Int, _ apply: (Tensor<UInt8>, [Double]) -> Tensor<UInt8>
  ) throws {
    let cases = try images.cases(of: operation)
    #expect(cases.count == count)
    for (parameters, image, expected, key) in cases {
      let result = apply(image, parameters)
      #expect(result == expected, "\(key)")
      let view = Tensor.concatenated([image, image], along: 2).slice(
        image.shape[2]..<(2 * image.shape[2]), along: 2)
      let resultOfView = apply(view, parameters)
      #expect(resultOfView == expected, "\(key), a view")
    }
  }

  @Test func changesColorsAsPillowDoes() throws {
    try check("brightness", count: 12) { $0.adjustingBrightness(by: $1[0]) }
    try check("contrast", count: 12) { $0.adjustingContrast(by: $1[0]) }
    try check("saturation", count: 12) { $0.adjustingSaturation(by: $1[0]) }
    try check("hue", count: 15) { $0.turningHue(by: $1[0]) }
    try check("grayscale", count: 6) { $0.grayscale(channels: Int($1[0])) }
  }

  @Test func mapsLevelsAsPillowDoes() throws {
    try check("posterize", count: 9) { $0.posterized(bits: Int($1[0])) }
    try check("solarize", count: 9) { $0.solarized(from: $1[0]) }
    try check("invert", count: 3) { image, _ in image.inverted() }
    try check("autocontrast", count: 4) { image, _ in image.autocontrasted() }
    try check("equalize", count: 4) { image, _ in image.equalized() }
    let color = try images.image("color")
    #expect(color.posterized(bits: 0) == .zeros(color.shape))
  }

  @Test func sharpensAsPillowDoes() throws {
    try check("sharpness", count: 9) { $0.adjustingSharpness(by: $1[0]) }
    // Nothing but edges.
    let thin = try images.image("color").slice(0..<2, along: 1)
    #expect(thin.adjustingSharpness(by: 2) == thin)
  }

  /// One level: torchvision adds the square of weights in another order, so that what lies halfway may be rounded the other way.
  @Test func blursAsTorchvisionDoes() throws {
    let cases = try images.cases(of: "blur")
    #expect(cases.count == 6)
    for (parameters, image, expected, key) in cases {
      let blurred = image.blurred(kernelSize: Int(parameters[0]), sigma: parameters[1])
      let differences = zip(blurred.scalars, expected.scalars).map { abs(Int($0) - Int($1)) }
      #expect(differences.allSatisfy { $0 <= 1 }, "\(key)")
      #expect(differences.reduce(0, +) * 500 <= differences.count, "\(key)")
    }
    // A margin wider than the image, and one of a single pixel.
    let pixel = Tensor<UInt8>(shape: [1, 1, 2], scalars: [0, 200])
    let blurred = pixel.blurred(kernelSize: 41, sigma: 50).scalars
    #expect(blurred.allSatisfy { abs(Int($0) - 100) <= 3 })
    #expect(Tensor<UInt8>(shape: [1, 1, 1], scalars: [9]).blurred(kernelSize: 3, sigma: 1).scalars == [9])
  }

  @Test func colorOperationsAreTheFunctions() throws {
    let color = try images.image("color")
    let pairs: [(ColorOperation, Tensor<UInt8>)] = [
      (.brightness(1.2), color.adjustingBrightness(by: 1.2)),
      (.contrast(0.4), color.adjustingContrast(by: 0.4)),
      (.saturation(2), color.adjustingSaturation(by: 2)), (.hue(turns: 0.2), color.turningHue(by: 0.2)),
      (.sharpness(2), color.adjustingSharpness(by: 2)), (.grayscale, color.grayscale()),
      (.invert, color.inverted()), (.autocontrast, color.autocontrasted()), (.equalize, color.equalized()),
      (.posterize(bits: 2), color.posterized(bits: 2)), (.solarize(from: 99), color.solarized(from: 99)),
      (.blur(kernelSize: 3, sigma: 1), color.blurred(kernelSize: 3, sigma: 1)),
    ]
    var generator = RandomGenerator(seed: 1)
    for (operation, expected) in pairs { #expect(operation(color, using: &generator) == expected) }
    #expect(generator == RandomGenerator(seed: 1))
    #expect(Set(pairs.map { $0.1.scalars }).count == pairs.count)
  }

  @Test func whatCannotBeStops() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<UInt8>.zeros([2, 4, 5]).grayscale() }
    await #expect(processExitsWith: .failure) { _ = Tensor<UInt8>.zeros([3, 4, 5]).turningHue(by: 0.6) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor<UInt8>.zeros([3, 4, 5]).adjustingContrast(by: -1)
    }
    await #expect(processExitsWith: .failure) { _ = ColorJitter(hue: 0.6) }
  }
}
