import Foundation
import GraftData
import GraftModels
import GraftTensor
import Testing

@Suite struct ImagePreprocessingTests {
  /// Images of several proportions as torchvision prepares them: `Fixtures/make_preprocessed_images.py`.
  ///
  /// The bytes are the same; a division and a subtraction in single precision may be rounded twice, 2⁻²³ of values up to 2.7. A
  /// byte that differed by one level would make 0.017.
  @Test(arguments: ["wide", "tall", "small", "square", "odd"])
  func preparesAsTorchvisionDoes(name: String) throws {
    let file = try SafetensorsFile(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/preprocessed_images.safetensors"))
    let sides = try file.tensor("\(name).sides", as: Int32.self).scalars.map(Int.init)
    let preprocessing = ImagePreprocessing(shortSide: sides[0], cropSide: sides[1])
    let prepared = preprocessing.prepared(try file.tensor("\(name).image", as: UInt8.self))
    let expected = try file.tensor("\(name).prepared", as: Float.self)
    try #require(prepared.shape == expected.shape)
    #expect((prepared - expected).abs().max().scalar < 1e-6)
  }

  /// The sides of torchvision's presets.
  @Test func presetsAreThePublishedOnes() {
    let presets: [(ImagePreprocessing, Int, Int)] = [
      (ResNet.Configuration.resNet50.preprocessing, 256, 224), (.imageNetV2, 232, 224),
      (VGG.Configuration.vgg16.preprocessing, 256, 224),
      (SqueezeNet.Configuration.squeezeNet11.preprocessing, 256, 224),
      (MobileNetV2.preprocessing, 256, 224), (.inception, 342, 299),
    ]
    for (preset, short, crop) in presets {
      #expect(preset.shortSide == short && preset.cropSide == crop && preset.filter == .bilinear)
    }
    #expect(ImagePreprocessing.imageNet.normalization == .imageNet)
    let white = ImagePreprocessing.inception.prepared(Tensor(repeating: 255, shape: [3, 3, 2]))
    #expect(white == .ones([3, 299, 299]))
  }
}
