import GraftAutograd
import GraftModels
import GraftNN
import GraftTensor
import Testing

@Suite struct ResNetTests {
  @Test func keysAreThoseOfPublishedFiles() {
    let paths = Set(ResNet(.resNet18, classes: 10).state.map(\.path))
    for path in [
      "conv1.weight", "bn1.running_mean", "bn1.num_batches_tracked", "layer1.0.conv1.weight",
      "layer2.0.downsample.0.weight", "layer2.0.downsample.1.running_var", "layer4.1.bn2.bias", "fc.weight",
    ] {
      #expect(paths.contains(path))
    }
    #expect(!paths.contains("layer1.0.downsample.0.weight"))
  }

  @Test func seedsDecideTheWeights() {
    let first = CIFARResNet(.resNet20, classes: 10, seed: 1)
    let same = CIFARResNet(.resNet20, classes: 10, seed: 1)
    let other = CIFARResNet(.resNet20, classes: 10, seed: 2)
    #expect(first.conv1.weight.value == same.conv1.weight.value)
    #expect(first.conv1.weight.value != other.conv1.weight.value)
  }

  @Test func featuresAreThirtyTwoTimesSmaller() {
    let model = ResNet(.resNet18, classes: 3)
    let images = Tensor<Float>(repeating: 0.5, shape: [1, 3, 64, 96])
    #expect(model.features(Variable(images)).shape == [1, 512, 2, 3])
    #expect(model(images).shape == [1, 3])
  }

  /// Numbers of channels, and of spatial axes, that published weights cannot take.
  @Test func aBatchOfAnotherShapeStopsWithBothShapes() async {
    let grey = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = CIFARResNet(.resNet20, classes: 10)(Tensor<Float>.zeros([2, 1, 32, 32]))
    }
    let channels = String(decoding: grey?.standardErrorContent ?? [], as: UTF8.self)
    #expect(channels.contains("[2, 1, 32, 32]") && channels.contains("[16, 3, 3, 3]"))
    let single = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ResNet(.resNet18, classes: 10)(Tensor<Float>.zeros([3, 64, 64]))
    }
    let axes = String(decoding: single?.standardErrorContent ?? [], as: UTF8.self)
    #expect(axes.contains("[3, 64, 64]") && axes.contains("[64, 3, 7, 7]"))
  }

  /// A network of 6n + 2 layers has three parts of n blocks with two convolutions each.
  @Test(arguments: CIFARResNet.Configuration.allCases)
  func deeperNetworksHaveMoreBlocks(configuration: CIFARResNet.Configuration) {
    let model = CIFARResNet(configuration, classes: 10)
    let blocks = [model.layer1, model.layer2, model.layer3].map(\.layers.count)
    #expect(Set(blocks) == [(configuration.rawValue - 2) / 6])
    #expect(model(Tensor<Float>.zeros([1, 3, 8, 8])).shape == [1, 10])
  }
}
