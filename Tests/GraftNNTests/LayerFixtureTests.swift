import GraftAutograd
import GraftNN
import GraftTensor
import Testing

/// A layer to hold against the case of the same name in `Fixtures/make_layers.py`. Its own initial values don't matter.
struct LayerCase: Sendable, CustomTestStringConvertible {
  let name: String
  let make: @Sendable (inout RandomGenerator) -> any Layer

  init(_ name: String, _ make: @escaping @Sendable (inout RandomGenerator) -> any Layer) {
    self.name = name
    self.make = make
  }

  var testDescription: String { name }

  func layer() -> any Layer {
    var generator = RandomGenerator(seed: 7)
    return make(&generator)
  }

  static let all: [LayerCase] = [
    LayerCase("linear") { Linear(7, 5, using: &$0) },
    LayerCase("linear_no_bias") { Linear(7, 5, bias: false, using: &$0) },
    LayerCase("linear_sequence") { Linear(7, 5, using: &$0) },
    LayerCase("linear_vector") { Linear(7, 5, using: &$0) },
    LayerCase("conv2d") { Conv2D(3, 4, kernel: 3, stride: 2, padding: 1, using: &$0) },
    LayerCase("conv2d_1x1") { Conv2D(5, 4, kernel: 1, bias: false, using: &$0) },
    LayerCase("conv2d_1x7") {
      Conv2D(3, 4, kernel: (1, 7), geometry: Convolution2D(padding: (0, 3)), using: &$0)
    },
    LayerCase("conv2d_groups") {
      Conv2D(4, 6, kernel: 3, padding: 2, dilation: 2, groups: 2, bias: false, using: &$0)
    },
    LayerCase("conv2d_depthwise") { Conv2D(4, 4, kernel: 3, groups: 4, using: &$0) },
    LayerCase("conv1d") {
      Conv1D(4, 6, kernel: 3, stride: 2, padding: 2, dilation: 2, groups: 2, using: &$0)
    },
    LayerCase("conv_transpose2d") {
      ConvTranspose2D(4, 6, kernel: 3, stride: 2, padding: 1, outputPadding: 1, groups: 2, using: &$0)
    },
    LayerCase("batch_norm2d") { _ in BatchNorm2D(3) },
    LayerCase("batch_norm2d_inference") { _ in BatchNorm2D(3) },
    LayerCase("batch_norm2d_eps") { _ in BatchNorm2D(3, epsilon: 1e-3, momentum: 0.3) },
    LayerCase("batch_norm2d_plain") { _ in BatchNorm2D(3, affine: false) },
    LayerCase("batch_norm1d") { _ in BatchNorm1D(5) },
    LayerCase("batch_norm1d_sequence") { _ in BatchNorm1D(5) },
    LayerCase("batch_norm1d_cumulative") { _ in BatchNorm1D(5, momentum: nil) },
    LayerCase("layer_norm") { _ in LayerNorm(7) },
    LayerCase("layer_norm_axes") { _ in LayerNorm([3, 7], epsilon: 1e-3) },
    LayerCase("layer_norm_plain") { _ in LayerNorm(7, affine: false) },
    LayerCase("group_norm") { _ in GroupNorm(groups: 2, channels: 6) },
    LayerCase("group_norm_vector") { _ in GroupNorm(groups: 2, channels: 6) },
    LayerCase("max_pool2d") { _ in MaxPool2D(3, stride: 2, padding: 1) },
    LayerCase("max_pool2d_default") { _ in MaxPool2D(2) },
    LayerCase("max_pool2d_ceil") { _ in MaxPool2D(3, stride: 2, padding: 1, ceilMode: true) },
    LayerCase("average_pool2d") { _ in AveragePool2D(3, stride: 2, padding: 1) },
    LayerCase("average_pool2d_uncounted") { _ in
      AveragePool2D(3, stride: 2, padding: 1, countingPadding: false)
    },
    LayerCase("average_pool2d_ceil") { _ in AveragePool2D(3, stride: 2, padding: 1, ceilMode: true) },
    LayerCase("adaptive_average_pool2d") { _ in AdaptiveAveragePool2D(3, 2) },
    LayerCase("adaptive_average_pool2d_larger") { _ in AdaptiveAveragePool2D(4, 7) },
    LayerCase("adaptive_max_pool2d") { _ in AdaptiveMaxPool2D(3, 2) },
    LayerCase("global_average_pool2d") { _ in GlobalAveragePool2D() },
    LayerCase("global_max_pool2d") { _ in GlobalMaxPool2D() },
    LayerCase("concat_pool2d") { _ in ConcatPool2D() },
    LayerCase("relu") { _ in ReLU() },
    LayerCase("leaky_relu") { _ in LeakyReLU(slope: 0.2) },
    LayerCase("gelu") { _ in GELU() },
    LayerCase("gelu_tanh") { _ in GELU(.tanh) },
    LayerCase("silu") { _ in SiLU() },
    LayerCase("tanh") { _ in Tanh() },
    LayerCase("sigmoid") { _ in Sigmoid() },
    LayerCase("softplus") { _ in Softplus() },
    LayerCase("softmax") { _ in Softmax() },
    LayerCase("softmax_axis") { _ in Softmax(along: 1) },
    LayerCase("log_softmax") { _ in LogSoftmax() },
    LayerCase("flatten") { _ in Flatten() },
    LayerCase("residual") { generator in
      Residual(
        Sequential {
          Linear(6, 4, using: &generator)
          Tanh()
        }, shortcut: Linear(6, 4, bias: false, using: &generator))
    },
    LayerCase("network") { generator in
      Sequential {
        Conv2D(3, 4, kernel: 3, padding: 1, bias: false, using: &generator)
        BatchNorm2D(4)
        ReLU()
        MaxPool2D(3, stride: 2, padding: 1)
        Flatten()
        Linear(4 * 4 * 3, 5, using: &generator)
      }
    },
  ]
}

@Suite struct LayerFixtureTests {
  /// Output, every gradient, and the state after a second training step, with weights loaded by name.
  @Test(arguments: LayerCase.all)
  func agreesWithPyTorch(_ layerCase: LayerCase) throws {
    let fixture = try Fixture("layers", case: layerCase.name)
    let layer = layerCase.layer()
    #expect(try layer.load(fixture.checkpoint("state")).isExact)

    let input = Parameter(try fixture("input"))
    let upstream = Variable(try fixture("upstream"))
    let trains = fixture.has("second_input")
    var output = Tensor<Float>.zeros([])
    let (_, gradients) = valueAndGradients {
      let result = withMode(trains ? .training : .inference) { layer(input.variable) }
      output = result.value
      return (result * upstream).sum()
    }
    expectClose(output, try fixture("output"), "output")
    let inputGradient = try #require(gradients[input])
    expectClose(inputGradient, try fixture("input_gradient"), relative: 2e-5, "gradient of the input")
    for entry in layer.state {
      guard let parameter = entry.parameter else { continue }
      let gradient = try #require(gradients[parameter], "\(entry.path)")
      expectClose(gradient, try fixture("gradient|\(entry.path)"), relative: 2e-5, "\(entry.path)")
    }

    guard trains else { return }
    let second = try fixture("second_input")
    _ = withMode(.training) { layer(second) }
    let after = try fixture.checkpoint("after")
    for entry in layer.state {
      if let buffer = entry.buffer as? Buffer<Int64> {
        #expect(buffer.value == (try after.tensor(entry.path, as: Int64.self)))
      } else if let value = entry.anyValue.as(Float.self) {
        expectClose(value, try after.tensor(entry.path), "\(entry.path) after two steps")
      }
    }
  }

  @Test func embeddingAgreesWithPyTorch() throws {
    let fixture = try Fixture("layers", case: "embedding")
    let table = Embedding(weight: try fixture("state|weight"), paddingIndex: 2)
    let indices = try fixture.integers("indices")
    let upstream = Variable(try fixture("upstream"))
    var output = Tensor<Float>.zeros([])
    let (_, gradients) = valueAndGradients {
      let vectors = table(indices)
      output = vectors.value
      return (vectors * upstream).sum()
    }
    #expect(output == (try fixture("output")))
    expectClose(try #require(gradients[table.weight]), try fixture("gradient|weight"))
  }
}
