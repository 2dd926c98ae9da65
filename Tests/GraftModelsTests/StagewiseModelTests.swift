import Foundation
import GraftAutograd
import GraftModels
import GraftNN
import GraftTensor
import GraftTransfer
import Testing

/// Models that are cut between two stages compute what they compute as a whole, to the last bit.
@Suite struct StagewiseModelTests {
  enum Subject: CaseIterable, Sendable {
    case resNet, cifarResNet, vgg, normalizedVGG, squeezeNet, mobileNet, inception, visionTransformer

    /// A small member of the family with random statistics, and images that it takes.
    ///
    /// - Parameter dropout: in the backbone, where the family has some there.
    func make(dropout: Float = 0) -> (model: any StagewiseModel, images: Tensor<Float>) {
      var generator = RandomGenerator(seed: 3)
      let images = Tensor<Float>.normal([2, 3, side, side], using: &generator)
      let model = model(dropout)
      for entry in model.state {
        guard let buffer = entry.buffer as? Buffer<Float> else { continue }
        let offset: Float = entry.path.hasSuffix("running_var") ? 1 : 0
        buffer.value = .uniform(buffer.shape, in: (offset - 0.5)..<(offset + 0.5), using: &generator)
      }
      return (model, images)
    }

    /// No more pixels than the family needs.
    private var side: Int {
      switch self {
      case .inception: 75
      case .squeezeNet, .visionTransformer: 32
      case .resNet, .mobileNet, .vgg, .normalizedVGG: 16
      case .cifarResNet: 8
      }
    }

    private func model(_ dropout: Float) -> any StagewiseModel {
      switch self {
      case .resNet: ResNet(ResNet.Configuration(block: .basic, blockCounts: [1, 1, 1, 1]), classes: 3)
      case .cifarResNet: CIFARResNet(.resNet20, classes: 3)
      case .vgg: VGG(VGG.Configuration(blocks: [[4], [6, 6]], hiddenWidth: 8), classes: 3, dropout: dropout)
      case .normalizedVGG:
        VGG(
          VGG.Configuration(blocks: [[4, 4], [6]], isNormalized: true, hiddenWidth: 8), classes: 3,
          dropout: dropout)
      case .squeezeNet: SqueezeNet(classes: 3)
      case .mobileNet: MobileNetV2(width: 0.35, classes: 3)
      case .inception: InceptionV3(classes: 3, dropout: 0.5, divisor: 16)
      case .visionTransformer:
        VisionTransformer(
          VisionTransformer.Configuration(
            patchSize: 8, width: 24, layers: 2, heads: 2, imageSize: 32, dropout: dropout), classes: 3)
      }
    }
  }

  @Test(arguments: Subject.allCases)
  func inferenceIsTheSameWhereverItIsCut(subject: Subject) {
    let (model, images) = subject.make()
    let logits = model(images).value
    #expect(logits.select(0) != logits.select(1), "what is compared depends on the image")
    let whole = bits(of: logits)
    // A ResNet's weights are many, however small it is: every other stage has to do.
    for stage in stride(from: 0, to: model.stages.count, by: subject == .resNet ? 2 : 1) {
      let kept = model.activations(Variable(images), upTo: stage).value
      #expect(bits(of: model.continued(from: stage)(kept).value) == whole, "\(model.stages[stage].name)")
    }
  }

  /// Loss and gradients, with batch statistics and the head's dropout in what learns.
  @Test(arguments: Subject.allCases)
  func trainingIsTheSameAboveWhatIsFrozen(subject: Subject) {
    let (model, images) = subject.make()
    let stage = model.stages.count / 2
    for lower in model.stages[..<stage] { model.freeze(lower.selection) }
    let kept = model.activations(Variable(images), upTo: stage).value
    let upper = model.continued(from: stage)
    #expect(step { upper(kept) } == step { model(images) })
  }

  /// A pooling between two stages belongs to the lower one: what is kept of an image is small.
  @Test(arguments: [
    (Subject.resNet, [768, 1024, 1024, 512, 256, 512]), (.vgg, [768, 256, 96, 8]),
    (.squeezeNet, [3072, 64 * 49, 128 * 9, 256, 512]),
  ])
  func sizesBetweenStages(subject: Subject, elements: [Int]) {
    let (model, images) = subject.make()
    var output = Variable(images)
    var found = [output.shape]
    for stage in model.stages.indices.dropLast() {
      output = model.applyStage(stage, to: output)
      found.append(output.shape)
    }
    #expect(found.map { $0.elementCount / 2 } == elements)
  }

  /// What is random in a frozen stage can't be kept: activations that are computed outside of training lack it.
  @Test(arguments: [Subject.vgg, .visionTransformer])
  func dropoutOfAFrozenStageIsTheDifference(subject: Subject) {
    let (model, images) = subject.make(dropout: 0.5)
    let head = model.stages.count - 1
    model.freeze(.backbone)
    let kept = model.activations(Variable(images), upTo: head).value
    #expect(bits(of: kept) == bits(of: subject.make().model.activations(Variable(images), upTo: head).value))
    #expect(step { model.continued(from: head)(kept) } != step { model(images) })
  }

  @Test func theContinuedModelHasThePathsOfTheWhole() {
    let (model, _) = Subject.cifarResNet.make()
    #expect(model.continued(from: 2).state.map(\.path) == model.state.map(\.path))
    #expect(model.continued(from: 2).fingerprint() == model.fingerprint())
  }

  /// A summary, which applies what is otherwise done in one pass layer by layer, still knows the shape of numbered lists.
  @Test func summariesShowTheWholeList() throws {
    for subject in [Subject.vgg, .squeezeNet, .mobileNet] {
      let (model, images) = subject.make()
      let row = try #require(model.summary(input: images).rows.first { $0.path == "features" })
      let last = model.stages.count - (subject == .vgg ? 2 : 1)
      #expect(row.outputShape == applied(model, last, to: images))
    }
  }

  @Test func stagesThatAreNotThereAreNamed() async {
    let above = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = StagewiseModelTests.Subject.cifarResNet.make().model.continued(from: 5)
    }
    let text = String(decoding: above?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("stem, layer1, layer2, layer3, head"))
    let head = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (model, images) = StagewiseModelTests.Subject.cifarResNet.make()
      _ = model.applyStage(4, to: Variable(images))
    }
    let other = String(decoding: head?.standardErrorContent ?? [], as: UTF8.self)
    #expect(other.contains("4 is not one of the 4 stages below the head"))
  }

  private func applied(_ model: any StagewiseModel, _ count: Int, to images: Tensor<Float>) -> Shape {
    (0..<count).reduce(Variable(images)) { model.applyStage($1, to: $0) }.shape
  }

  /// The bits of the loss and of every gradient.
  private func step(_ logits: () -> Variable) -> [Data] {
    var generator = RandomGenerator(seed: 5)
    let (loss, gradients) = valueAndGradients(using: &generator) {
      softmaxCrossEntropy(logits(), Tensor<Int32>([0, 2]))
    }
    return ([Tensor(loss)] + gradients.leaves.compactMap { gradients[$0] }).map(bits)
  }

  private func bits(of tensor: Tensor<Float>) -> Data {
    AnyTensor(tensor).withContiguousBytes { Data($0) }
  }
}
