import GraftAutograd
import GraftNN
import GraftTensor
import Testing

/// A convolution and the batch norm behind it, done as one where that is allowed.
@Suite struct NormalizedConvolutionTests {
  private let convolution: Conv2D
  private let norm: BatchNorm2D
  private let input: Tensor<Float>
  private let residual: Tensor<Float>

  init() {
    var generator = RandomGenerator(seed: 8)
    convolution = Conv2D(32, 33, kernel: 3, padding: 1, using: &generator)
    norm = BatchNorm2D(33)
    norm.runningMean.value = .normal([33], using: &generator)
    norm.runningVariance.value = .uniform([33], in: 0.5..<2, using: &generator)
    norm.weight?.value = .normal([33], using: &generator)
    norm.bias?.value = .normal([33], using: &generator)
    // Enough tiles for Winograd's filtering.
    input = .normal([3, 32, 13, 15], using: &generator)
    residual = .normal([3, 33, 13, 15], using: &generator)
  }

  private func freeze(_ frozen: Bool) {
    for parameter in [convolution.weight, convolution.bias, norm.weight, norm.bias] {
      parameter?.isTrainable = !frozen
    }
    norm.runningMean.isTrainable = !frozen
    norm.runningVariance.isTrainable = !frozen
  }

  @Test func hasTheBitsOfTwoLayers() {
    let (x, r) = (Variable(input), Variable(residual))
    let apart = norm(convolution(x))
    #expect(convolution.normalized(x, by: norm).value == apart.value)
    #expect(convolution.rectified(x, normalizedBy: norm).value == apart.relu().value)
    #expect(convolution.rectified(x, normalizedBy: norm, adding: r).value == (apart + r).relu().value)
    // Something is negative, something positive.
    #expect(apart.value.scalars.contains { $0 < 0 } && apart.value.scalars.contains { $0 > 0 })
  }

  @Test func sequentialHasTheBitsOfItsLayers() {
    var generator = RandomGenerator(seed: 9)
    let last = Conv2D(33, 4, kernel: 1, using: &generator)
    let other = BatchNorm2D(4)
    let network = Sequential([ReLU(), convolution, norm, ReLU(), last, other])
    let x = Variable(input)
    #expect(network(x).value == other(last(norm(convolution(x.relu())).relu())).value)
  }

  @Test func smallImagesAndStridesHaveTheBitsOfTwoLayers() {
    var generator = RandomGenerator(seed: 10)
    let strided = Conv2D(32, 33, kernel: 3, stride: 2, padding: 1, groups: 1, bias: false, using: &generator)
    for size in [1, 2, 5] {
      let x = Variable(Tensor<Float>.normal([9, 32, size, size], using: &generator))
      let apart = norm(strided(x)).relu()
      #expect(strided.rectified(x, normalizedBy: norm).value == apart.value)
    }
  }

  @Test func frozenLayersStayOneWhileOthersTrain() {
    freeze(true)
    let scale = Parameter(Tensor<Float>(2))
    let statistics = norm.runningMean.value
    var inside = Tensor<Float>.zeros([])
    let (_, gradients) = valueAndGradients {
      let features = convolution.rectified(Variable(input), normalizedBy: norm)
      inside = features.value
      return (features * scale.variable).mean()
    }
    #expect(inside == convolution.rectified(Variable(input), normalizedBy: norm).value)
    #expect(gradients[scale]?.scalar == inside.mean().scalar)
    #expect(norm.runningMean.value == statistics)
  }

  /// Thawing undoes it: the layers learn, and the statistics move.
  @Test func thawedLayersAreTwoAgain() throws {
    func gradients(_ forward: () -> Variable) -> (Gradients, mean: Tensor<Float>) {
      norm.runningMean.value = .zeros([33])
      let gradients = valueAndGradients { (forward() * Variable(residual)).mean() }.gradients
      return (gradients, norm.runningMean.value)
    }
    freeze(true)
    _ = convolution.rectified(Variable(input), normalizedBy: norm)
    freeze(false)
    let together = gradients { convolution.rectified(Variable(input), normalizedBy: norm) }
    let apart = gradients { norm.rectified(convolution(Variable(input))) }
    for parameter in [convolution.weight, convolution.bias, norm.weight, norm.bias] {
      let parameter = try #require(parameter)
      let gradient = try #require(together.0[parameter])
      #expect(gradient == apart.0[parameter])
    }
    #expect(together.mean == apart.mean && together.mean != .zeros([33]))
  }

  /// A gradient flows through frozen layers to what lies before them.
  @Test func frozenLayersPassGradientsOn() throws {
    freeze(true)
    let x = Parameter(input)
    let together = valueAndGradients {
      (convolution.rectified(x.variable, normalizedBy: norm) * Variable(residual)).mean()
    }.gradients
    let apart = valueAndGradients { (norm(convolution(x.variable)).relu() * Variable(residual)).mean() }
      .gradients
    let gradient = try #require(together[x])
    #expect(gradient == apart[x])
  }
}
