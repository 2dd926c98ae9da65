import GraftAutograd
import GraftModels
import GraftNN
import GraftTensor
import Testing

/// What the image models promise to the tools of transfer: stages, heads, keys.
@Suite struct ImageModelTests {
  private static let smallVGG = VGG.Configuration(
    blocks: [[4], [6, 6]], isNormalized: true, hiddenWidth: 8)

  private var models: [any TransferableModel] {
    [
      ResNet(.resNet18, classes: 10), CIFARResNet(.resNet20, classes: 10),
      VGG(ImageModelTests.smallVGG, classes: 10), SqueezeNet(classes: 10),
      SqueezeNet(.squeezeNet10, classes: 10), MobileNetV2(width: 0.35, classes: 10),
    ]
  }

  @Test func stagesHoldEverythingOnceAndEndWithTheHead() throws {
    for model in models {
      var found: [String] = []
      for stage in model.stages { found += try stage.selection.resolve(in: model).map(\.path) }
      #expect(found == model.state.map(\.path), "\(type(of: model)): in the order of the data")
      let last = try Selection.stage(-1).resolve(in: model).map(\.path)
      #expect(try last == Selection.head.resolve(in: model).map(\.path))
    }
  }

  @Test func aNewHeadIsOfThePublishedKind() {
    var generator = RandomGenerator(seed: 1)
    let images = Tensor<Float>.uniform([2, 3, 40, 33], in: -1..<1, using: &generator)
    for model in models {
      let old = model.head.state.map(\.path)
      let backbone = model.parameterCount - model.head.parameterCount
      model.head = model.makeHead(classes: 3, using: &generator)
      #expect(model.head.state.map(\.path) == old)
      #expect(model.parameterCount - model.head.parameterCount == backbone)
      #expect(model(images).shape == [2, 3], "\(type(of: model))")
    }
  }

  @Test func keysAreThoseOfPublishedFiles() {
    let vgg = Set(VGG(ImageModelTests.smallVGG, classes: 3).state.map(\.path))
    #expect(
      vgg.isSuperset(of: [
        "features.0.bias", "features.1.running_var", "features.4.weight", "features.8.num_batches_tracked",
        "classifier.0.weight", "classifier.3.bias", "classifier.6.weight",
      ]))
    let squeezeNet = Set(SqueezeNet(classes: 3).state.map(\.path))
    #expect(
      squeezeNet.isSuperset(of: [
        "features.0.weight", "features.3.squeeze.bias", "features.12.expand3x3.weight", "classifier.1.weight",
      ]))
    let mobileNet = Set(MobileNetV2(width: 0.35, classes: 3).state.map(\.path))
    #expect(
      mobileNet.isSuperset(of: [
        "features.0.0.weight", "features.1.conv.1.weight", "features.2.conv.1.1.running_mean",
        "features.18.0.weight", "classifier.1.bias",
      ]))
  }

  /// The stages follow the resolution of the image.
  @Test func stagesOfMobileNetBeginWhereTheImageShrinks() throws {
    let model = MobileNetV2(width: 0.35, classes: 3)
    let first = try model.stages.dropLast().map { stage in
      try #require(stage.selection.resolve(in: model).first).path.split(separator: ".")[1]
    }
    #expect(first == ["0", "2", "4", "7", "14"])
  }

  @Test func dropoutIsTheModelsOwn() {
    #expect((VGG(ImageModelTests.smallVGG, classes: 3).classifier[2] as? Dropout)?.probability == 0.5)
    var generator = RandomGenerator(seed: 1)
    let head = MobileNetV2(width: 0.35, classes: 3, dropout: 0.4).makeHead(classes: 2, using: &generator)
    #expect(((head as? Sequential)?[0] as? Dropout)?.probability == 0.4)
  }
}
