import GraftAutograd
import GraftNN
import GraftTensor
import GraftTransfer
import Testing

@Suite struct HeadBuilderTests {
  @Test func aLinearHeadIsFreshAndDependsOnTheSeedOnly() throws {
    let (first, second, third) = (TinyNet(seed: 1), TinyNet(seed: 2), TinyNet(seed: 1))
    let base = try bits(of: first, .backbone)
    first.replaceHead(classes: 7, seed: 3)
    second.replaceHead(classes: 7, seed: 3)
    third.replaceHead(classes: 7, seed: 4)
    #expect(first.head(Tensor<Float>.zeros([2, 5])).shape == [2, 7])
    #expect(try bits(of: first, .head) == bits(of: second, .head))
    #expect(try bits(of: first, .head) != bits(of: third, .head))
    #expect(try bits(of: first, .backbone) == base)
    #expect(!first.isFrozen(.head))
  }

  @Test func theConcatPoolHeadIsFastais() throws {
    let model = TinyNet()
    model.replaceHead(classes: 4, with: .concatPool(hidden: 8, dropout: 0.5))
    #expect(model.pooling is ConcatPool2D)
    let head = try #require(model.head as? Sequential)
    let kinds = head.layers.map { "\(type(of: $0))" }
    #expect(
      kinds == ["BatchNorm1D", "Dropout", "Linear", "ReLU", "BatchNorm1D", "Dropout", "Linear"])
    #expect(head.layers.compactMap { ($0 as? Dropout)?.probability } == [0.25, 0.5])
    let linears = head.layers.compactMap { $0 as? Linear }
    #expect(linears.map(\.weight.shape) == [[8, 10], [4, 8]])
    #expect(linears.allSatisfy { $0.bias == nil })
    let norms = head.layers.compactMap { $0 as? BatchNorm1D }
    #expect(norms.compactMap { $0.bias?.value.scalars.first } == [0.001, 0.001])
    #expect(norms.compactMap { $0.weight?.value.scalars.first } == [1, 1])
    #expect(model(Tensor<Float>.zeros([2, 3, 6, 6])).shape == [2, 4])
  }

  /// The weights' variance is 2 / inputs. Of n = 65 536 normal numbers, the relative error of the sample variance has
  /// the standard deviation √(2/n) = 0.0055; the test allows five of them.
  @Test func theConcatPoolHeadIsInitialisedForRectifiers() throws {
    let model = TinyNet()
    model.replaceHead(classes: 128, with: .concatPool(hidden: 512), seed: 11)
    let last = try #require((model.head as? Sequential)?.layers.last as? Linear)
    let expected: Float = 2 / 512
    #expect(abs(last.weight.value.variance().scalar / expected - 1) < 0.028)
    #expect(abs(last.weight.value.mean().scalar) < 5 * (expected / 65536).squareRoot())
  }

  @Test func aLinearHeadFitsAPoolingThatWasReplaced() {
    let model = TinyNet()
    model.replaceHead(classes: 4, with: .concatPool(hidden: 8))
    model.replaceHead(classes: 2)
    #expect(model(Tensor<Float>.zeros([3, 3, 6, 6])).shape == [3, 2])
  }

  /// Inception's second head has to have as many classes as the first, and to be trained with it.
  @Test func auxiliaryHeadsGoWithTheHead() throws {
    let model = TwoHeadedNet()
    model.replaceHead(classes: 6)
    #expect(model.auxiliary.weight.shape == [6, 4])
    model.freeze(.backbone)
    #expect(
      model.state.filter(\.isTrainable).map(\.path)
        == ["head.weight", "head.bias", "auxiliary.weight", "auxiliary.bias"])
  }

  @Test func aBuilderOfOnesOwn() {
    let doubled = HeadBuilder { model, classes, generator in
      .init(
        head: Sequential([
          Linear(model.featureCount, 9, using: &generator), ReLU(), Linear(9, classes, using: &generator),
        ]))
    }
    let model = TinyNet()
    model.replaceHead(classes: 6, with: doubled)
    #expect(model(Tensor<Float>.zeros([1, 3, 6, 6])).shape == [1, 6])
  }
}

/// A network with a head for training only.
private final class TwoHeadedNet: TransferableModel {
  var stem: TinyBlock
  var pooling: any Layer = GlobalAveragePool2D()
  var head: any Layer
  var auxiliary: Linear

  let featureCount = 4

  init() {
    var generator = RandomGenerator(seed: 1)
    stem = TinyBlock(3, 4, using: &generator)
    head = Linear(4, 10, using: &generator)
    auxiliary = Linear(4, 10, using: &generator)
  }

  func features(_ input: Variable) -> Variable { stem(input) }

  var stages: [Stage] { [Stage("stem", .path("stem")), Stage("head", .head)] }

  var auxiliaryHeads: [any Layer] { [auxiliary] }

  func replaceAuxiliaryHeads(classes: Int, using generator: inout RandomGenerator) {
    auxiliary = Linear(4, classes, using: &generator)
  }
}
