import GraftAutograd
import GraftData
import GraftModels
import GraftNN
import GraftTensor
import GraftTransfer
import Testing

@Suite struct InceptionTests {
  /// Parameter counts with 1,000 classes as torchvision has them.
  @Test func parameterCounts() {
    let model = InceptionV3(classes: 1000)
    #expect(model.parameterCount == 27_161_264)
    #expect(model.auxiliary?.parameterCount == 3_326_696)
    #expect(InceptionV3(classes: 1000, auxiliary: false).parameterCount == 23_834_568)
  }

  @Test func keysAreThoseOfPublishedFiles() {
    let paths = Set(narrow().state.map(\.path))
    for path in [
      "Conv2d_1a_3x3.conv.weight", "Conv2d_4a_3x3.bn.running_var", "Mixed_5b.branch5x5_2.conv.weight",
      "Mixed_5d.branch_pool.bn.num_batches_tracked", "Mixed_6a.branch3x3dbl_3.bn.weight",
      "Mixed_6e.branch7x7dbl_5.bn.bias", "AuxLogits.conv0.conv.weight", "AuxLogits.conv1.bn.running_mean",
      "AuxLogits.fc.bias", "Mixed_7a.branch7x7x3_4.conv.weight", "Mixed_7c.branch3x3dbl_3b.bn.weight",
      "fc.weight",
    ] {
      #expect(paths.contains(path), "\(path)")
    }
  }

  @Test func stagesHoldEverythingOnce() throws {
    let model = narrow()
    let found = try model.stages.flatMap { try $0.selection.resolve(in: model).map(\.path) }
    #expect(found.sorted() == model.state.map(\.path).sorted())
    let head = try Selection.head.resolve(in: model).map(\.path)
    #expect(Set(head.map { $0.split(separator: ".")[0] }) == ["AuxLogits", "fc"])
  }

  @Test func replacingTheHeadReplacesBoth() {
    let model = narrow()
    let convolutions = model.auxiliary?.conv1.conv.weight.value
    model.replaceHead(classes: 3)
    #expect(model(Tensor<Float>.zeros([1, 3, 75, 75])).shape == [1, 3])
    let (logits, auxiliary) = model.logitsAndAuxiliary(Tensor<Float>.zeros([1, 3, 299, 299]))
    #expect(logits.shape == [1, 3] && auxiliary.shape == [1, 3])
    #expect(model.auxiliary?.conv1.conv.weight.value == convolutions)
  }

  /// Both heads differ from the file's, or the file has no auxiliary head at all: the backbone has to fit.
  @Test func filesOfOtherHeadsLoad() throws {
    let source = narrow(seed: 1)
    let model = InceptionV3(classes: 3, dropout: 0, divisor: 16)
    let report = try model.load(source.checkpoint(), allowing: .newHead)
    #expect(
      Set(report.replaced.map(\.path)) == [
        "AuxLogits.fc.weight", "AuxLogits.fc.bias", "fc.weight", "fc.bias",
      ])
    #expect(model.mixed7c.parameters.map(\.value) == source.mixed7c.parameters.map(\.value))
    let bare = InceptionV3(classes: 5, auxiliary: false, dropout: 0, divisor: 16)
    try narrow(seed: 2).load(bare.checkpoint(), allowing: .newHead)
    try bare.load(source.checkpoint(), allowing: .unexpected("AuxLogits"))
  }

  /// The model alone leaves the auxiliary head out while training too, and it gets no gradient.
  @Test func theAuxiliaryHeadIsAskedFor() {
    let model = narrow()
    // Two images of the smallest size leave two values a channel to the last norms, enough to train.
    var generator = RandomGenerator(seed: 1)
    let images = Tensor<Float>.normal([2, 3, 75, 75], mean: 0, standardDeviation: 1, using: &generator)
    let (_, gradients) = valueAndGradients { softmaxCrossEntropy(model(images), Tensor<Int32>([0, 1])) }
    let heads = model.auxiliary?.parameters ?? []
    #expect(!heads.isEmpty && heads.allSatisfy { gradients[$0] == nil })
    #expect(gradients.count == model.parameters.count - heads.count)
  }

  /// Images normalised either way give the same logits, if the model is told how they were.
  @Test func eitherNormalizationWillDo() {
    let model = narrow()
    var generator = RandomGenerator(seed: 3)
    // Fresh weights leave little of an image before the running statistics have adapted; these keep its variance.
    for parameter in model.parameters where parameter.shape.rank == 4 {
      parameter.value = .kaimingNormal(parameter.shape, using: &generator)
    }
    let raw = Tensor<Float>.uniform([2, 3, 80, 77], in: 0..<1, using: &generator)
    let expected = model(Normalization.symmetric(raw)).value
    model.inputNormalization = .imageNet
    let found = model(Normalization.imageNet(raw)).value
    // The two inputs differ by a few roundings of values near 1, that is by 10⁻⁷; in 20 layers that grows to about 10⁻⁵. A missing or a double
    // conversion shifts the inputs by about 0.1.
    let scale = expected.abs().max().scalar
    #expect((found - expected).abs().max().scalar < 1e-4 * scale)
    let unconverted = model(Normalization.symmetric(raw)).value
    #expect((unconverted - expected).abs().max().scalar > 1e-3 * scale)
  }

  @Test func imagesThatAreTooSmallStop() async {
    let small = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = InceptionV3(classes: 2, dropout: 0, divisor: 16)(Tensor<Float>.zeros([1, 3, 74, 90]))
    }
    let text = String(decoding: small?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("[1, 3, 74, 90]") && text.contains("75×75"))
    let middling = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = InceptionV3(classes: 2, dropout: 0, divisor: 16)
        .logitsAndAuxiliary(Tensor<Float>.zeros([1, 3, 298, 299]))
    }
    let other = String(decoding: middling?.standardErrorContent ?? [], as: UTF8.self)
    #expect(other.contains("[1, 3, 298, 299]") && other.contains("299×299"))
  }

  private func narrow(seed: UInt64 = 0) -> InceptionV3 {
    InceptionV3(classes: 5, dropout: 0, divisor: 16, seed: seed)
  }
}
