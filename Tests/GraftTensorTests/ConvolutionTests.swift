import GraftTensor
import Testing

/// A random convolution: sizes, geometry and groups.
struct ConvolutionCase: CustomStringConvertible {
  var input: Shape
  var weight: Shape
  var geometry: Convolution2D

  init(using generator: inout TestGenerator, largest: Int = 9) {
    let groups = [1, 1, 1, 2, 3][generator.length(0...4)]
    let depthwise = generator.length(0...4) == 0
    let groupChannels = depthwise ? 1 : generator.length(1...4)
    let groupOutputs = generator.length(1...4)
    let kernel = (generator.length(1...4), generator.length(1...4))
    geometry = Convolution2D(
      stride: (generator.length(1...3), generator.length(1...3)),
      padding: (generator.length(0...3), generator.length(0...3)),
      dilation: (generator.length(1...2), generator.length(1...2)), groups: groups)
    // At least as long as the window, whose last element lies dilation · (kernel - 1) beyond its first.
    let height = generator.length(1...largest) + max(0, 2 * (kernel.0 - 1) - 2 * geometry.padding.height)
    let width = generator.length(1...largest) + max(0, 2 * (kernel.1 - 1) - 2 * geometry.padding.width)
    input = [generator.length(0...3), groupChannels * groups, height, width]
    weight = [groupOutputs * groups, groupChannels, kernel.0, kernel.1]
  }

  var description: String { "input \(input), weight \(weight), \(geometry)" }
}

@Suite struct ConvolutionTests {
  @Test func convolvesByTheDefinition() {
    let image = Tensor<Double>(shape: [1, 1, 3, 3], scalars: (1...9).map(Double.init))
    let weight = Tensor<Double>(shape: [1, 1, 2, 2], scalars: [1, 2, 3, 4])
    // 1·1 + 2·2 + 3·4 + 4·5 = 37 and so on.
    #expect(image.convolved(with: weight) == Tensor(shape: [1, 1, 2, 2], scalars: [37, 47, 67, 77]))
    // Windows start at -1 and 1: 4·1; 3·2 + 4·3; 2·4 + 4·7; the last 1·5 + 2·6 + 3·8 + 4·9. Bias 0.5.
    let strided = image.convolved(
      with: weight, bias: Tensor([0.5]), stride: (2, 2), padding: (1, 1))
    #expect(strided == Tensor(shape: [1, 1, 2, 2], scalars: [4.5, 18.5, 36.5, 77.5]))
  }

  @Test(arguments: 0..<60) func adjointsAreAdjoint(seed: UInt64) {
    var generator = TestGenerator(seed)
    let test = ConvolutionCase(using: &generator, largest: 5)
    let (x, w) = (generator.doubles(test.input), generator.doubles(test.weight))
    let output = x.convolved(with: w, test.geometry)
    let y = generator.doubles(output.shape)
    let expected = innerProduct(output, y)
    let inputGradient = Tensor<Double>.convolutionInputGradient(
      y, w, inputShape: test.input, test.geometry)
    let weightGradient = Tensor<Double>.convolutionWeightGradient(
      x, y, weightShape: test.weight, test.geometry)
    expectAgreement(innerProduct(x, inputGradient), expected, "\(test)")
    expectAgreement(innerProduct(w, weightGradient), expected, "\(test)")
  }

  @Test func addsBiasOfEmptyKernelSums() {
    // Every window lies in the padding alone but one.
    let output = Tensor<Float>.ones([1, 1, 1, 1]).convolved(
      with: .ones([2, 1, 1, 1]), bias: Tensor([1, 2]), padding: (1, 1))
    #expect(
      output == Tensor(shape: [1, 2, 3, 3], scalars: [1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 2, 2, 2, 3, 2, 2, 2, 2]))
  }

  @Test func trapsIfTheWindowDoesNotFit() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor<Float>.zeros([1, 1, 2, 2]).convolved(with: .zeros([1, 1, 5, 1]), padding: (1, 0))
    }
  }

  @Test func trapsIfChannelsDiffer() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor<Float>.zeros([1, 3, 2, 2]).convolved(with: .zeros([1, 2, 1, 1]))
    }
  }
}
