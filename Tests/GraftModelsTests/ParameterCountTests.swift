import Foundation
import GraftModels
import GraftNN
import Testing

/// How many parameters each network has with 1,000 classes, as torchvision counts them: `Fixtures/make_parameter_counts.py`.
@Suite struct ParameterCountTests {
  private let counts: [String: Int]

  init() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/parameter_counts.json")
    counts = try JSONDecoder().decode([String: Int].self, from: Data(contentsOf: url))
  }

  @Test(arguments: [
    (ResNet.Configuration.resNet18, "resnet18"), (.resNet34, "resnet34"), (.resNet50, "resnet50"),
    (.resNet101, "resnet101"), (.resNet152, "resnet152"), (.wideResNet50, "wide_resnet50_2"),
    (.resNeXt50, "resnext50_32x4d"),
  ])
  func resNet(configuration: ResNet.Configuration, name: String) {
    // The backbone's size does not depend on the classes; a small head keeps the test small.
    let model = ResNet(configuration, classes: 1)
    let backbone = model.parameterCount - model.head.parameterCount
    #expect(backbone + 1000 * (model.featureCount + 1) == counts[name])
  }

  @Test(arguments: [
    (VGG.Configuration.vgg11, "vgg11"), (.vgg13, "vgg13"), (.vgg16, "vgg16"), (.vgg19, "vgg19"),
    (.vgg11BN, "vgg11_bn"), (.vgg13BN, "vgg13_bn"), (.vgg16BN, "vgg16_bn"), (.vgg19BN, "vgg19_bn"),
  ])
  func vgg(configuration: VGG.Configuration, name: String) {
    // 120 of 130 million parameters are the classifier's. A narrow one instead, and theirs on paper.
    let narrow = VGG.Configuration(
      blocks: configuration.blocks, isNormalized: configuration.isNormalized, hiddenWidth: 1)
    let model = VGG(narrow, classes: 1)
    let convolutions = model.parameterCount - model.classifier.parameterCount
    #expect(model.classifier.parameterCount == (512 * 49 + 1) + (1 + 1) + (1 + 1))
    let hidden = configuration.hiddenWidth
    let classifier = hidden * (512 * 49 + 1) + hidden * (hidden + 1) + 1000 * (hidden + 1)
    #expect(convolutions + classifier == counts[name])
  }

  @Test(arguments: [
    (SqueezeNet.Configuration.squeezeNet10, "squeezenet1_0"), (.squeezeNet11, "squeezenet1_1"),
  ])
  func squeezeNet(configuration: SqueezeNet.Configuration, name: String) {
    #expect(SqueezeNet(configuration, classes: 1000).parameterCount == counts[name])
  }

  @Test(arguments: [0.35, 0.5, 0.75, 1, 1.4])
  func mobileNet(width: Double) {
    #expect(MobileNetV2(width: width, classes: 1000).parameterCount == counts["mobilenet_v2 \(width)"])
  }
}
