import GraftAutograd
import GraftNN
import GraftTensor
import Testing

/// A convolution with the ReLU behind it, and a ReLU before a maximum pooling, as `Sequential` does them.
@Suite struct RectifiedConvolutionTests {
  private let convolution: Conv2D
  private let input: Tensor<Float>

  init() {
    var generator = RandomGenerator(seed: 11)
    convolution = Conv2D(32, 33, kernel: 3, padding: 1, using: &generator)
    // Enough tiles for Winograd's filtering.
    input = .normal([3, 32, 13, 15], using: &generator)
  }

  /// Value and gradients of a network with those of its layers, one after the other.
  private func expectBitsOfLayers(
    _ network: Sequential, _ input: Tensor<Float>, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let x = Parameter(input)
    var values: [Tensor<Float>] = []
    func gradients(_ forward: (Variable) -> Variable) -> Gradients {
      valueAndGradients {
        let output = forward(x.variable)
        values.append(output.value)
        // Gradients that differ from place to place, of both signs.
        return (output * (output - Variable(output.value.mean()))).sum()
      }.gradients
    }
    let together = gradients { network($0) }
    let apart = gradients { network.layers.reduce($0) { $1($0) } }
    #expect(values[0] == values[1], sourceLocation: sourceLocation)
    #expect(network(Variable(input)).value == values[1], sourceLocation: sourceLocation)
    for parameter in [x] + network.parameters {
      let gradient = try #require(together[parameter], sourceLocation: sourceLocation)
      #expect(gradient == apart[parameter], sourceLocation: sourceLocation)
      #expect(gradient.scalars.contains { $0 != 0 }, sourceLocation: sourceLocation)
    }
  }

  @Test func sequentialHasTheBitsOfItsLayers() throws {
    var generator = RandomGenerator(seed: 12)
    let strided = Conv2D(33, 5, kernel: 2, stride: 2, bias: false, using: &generator)
    try expectBitsOfLayers(Sequential([convolution, ReLU(), strided, ReLU()]), input)
  }

  @Test(arguments: [(2, 2, 0), (3, 2, 1), (3, 1, 0)]) func reluMayFollowPooling(
    kernel: Int, stride: Int, padding: Int
  ) throws {
    let pool = MaxPool2D(kernel, stride: stride, padding: padding)
    try expectBitsOfLayers(Sequential([convolution, ReLU(), pool]), input)
    // Equal elements, and windows without a positive one.
    let places = (0..<input.count).map { Float(($0 * 7919 % 13) - 9) }
    let coarse = Tensor(shape: input.shape, scalars: places)
    try expectBitsOfLayers(Sequential([ReLU(), pool]), coarse)
  }

  @Test func nanStaysNaN() {
    var values = Tensor<Float>.zeros([1, 1, 4, 4]).scalars
    values[5] = .nan
    let x = Variable(Tensor(shape: [1, 1, 4, 4], scalars: values))
    let pooled = Sequential([ReLU(), MaxPool2D(2)])(x).value.scalars
    #expect(pooled.map(\.isNaN) == [true, false, false, false])
    let identity = Conv2D(weight: .ones([1, 1, 1, 1]))
    #expect(Sequential([identity, ReLU()])(x).value.scalars.map(\.isNaN) == values.map(\.isNaN))
  }
}
