import GraftAutograd
import GraftTensor
import Testing

@testable import GraftNN

/// A module with one property of each kind that reflection must find, and some that it must not.
private final class Everything: Layer {
  static let checkpointNames = ["layerNorm": "LayerNorm"]

  let name = "not state"
  var scale = Parameter(.ones([2]))
  var runningMean = Buffer(Tensor<Float>.zeros([2]))
  var layerNorm = LayerNorm(2)
  var optional: Linear? = Linear(weight: .ones([2, 2]))
  var absent: Linear?
  var blocks: [Linear] = [Linear(weight: .ones([2, 2])), Linear(weight: .ones([2, 2]), bias: .zeros([2]))]
  var grid: [[Linear]] = [[], [Linear(weight: .ones([2, 2]))]]
  var adapters: [Parameter] = [Parameter(.zeros([1])), Parameter(.zeros([2]))]
  var counts: [Int] = []
  // swift-format-ignore: AlwaysUseLowerCamelCase
  var AuxLogits = Linear(weight: .ones([2, 2]))
  lazy var computed = Parameter(.zeros([1]))

  func forward(_ input: Variable) -> Variable { layerNorm(input) * scale.variable }
}

private class Base: Module {
  var first = Parameter(.zeros([1]))
}

private final class Derived: Base {
  var second = Parameter(.zeros([1]))
}

private final class Tied: Module {
  var embedding = Embedding(weight: .ones([3, 2]))
  var output: Linear

  init() {
    output = Linear(weight: .zeros([3, 2]))
    output.weight = embedding.weight
  }
}

@Suite struct ModuleTests {
  @Test func pathsAreCheckpointKeys() {
    #expect(
      Everything().state.map(\.path) == [
        "scale", "running_mean", "LayerNorm.weight", "LayerNorm.bias", "optional.weight", "blocks.0.weight",
        "blocks.1.weight", "blocks.1.bias", "grid.1.0.weight", "adapters.0", "adapters.1", "AuxLogits.weight",
      ])
  }

  @Test func superclassesComeFirst() {
    #expect(Derived().state.map(\.path) == ["first", "second"])
  }

  @Test func batchNormHasPyTorchsKeys() {
    #expect(
      BatchNorm2D(3).state.map(\.path)
        == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"])
  }

  @Test func aSharedParameterCountsOnce() {
    let model = Tied()
    #expect(model.state.map(\.path) == ["embedding.weight"])
    #expect(model.parameterCount == 6)
    #expect(model.stateWithSharedPaths[0].paths == ["embedding.weight", "output.weight"])
  }

  @Test func sequentialLayersAreNumbered() {
    var generator = RandomGenerator(seed: 1)
    let dropping = false
    let network = Sequential {
      Linear(4, 3, using: &generator)
      if dropping { Dropout(0.5) }
      for _ in 0..<2 {
        ReLU()
        Linear(3, 3, bias: false, using: &generator)
      }
    }
    #expect(network.state.map(\.path) == ["0.weight", "0.bias", "2.weight", "4.weight"])
    network[0] = Identity()
    #expect(network.state.map(\.path) == ["2.weight", "4.weight"])
    #expect(network.modules.map(\.path) == ["", "0", "1", "2", "3", "4"])
  }

  @Test func sequentialBuildersChoose() {
    func activation(smooth: Bool) -> Sequential {
      Sequential {
        if smooth { GELU() } else { ReLU() }
        [Identity(), Flatten()]
      }
    }
    #expect(activation(smooth: true)[0] is GELU)
    #expect(activation(smooth: false)[0] is ReLU)
    #expect(activation(smooth: false).layers.count == 3)
  }

  @Test func anEmptySequentialIsTheIdentity() {
    let input = Tensor<Float>([1, 2])
    #expect(Sequential([])(input).value == input)
  }

  @Test func dropoutDropsInTrainingOnlyAndCanBeRepeated() {
    let layer = Dropout(0.25)
    let input = Tensor<Float>.ones([4000])
    #expect(layer(input).value == input)
    func drop(_ seed: UInt64) -> Tensor<Float> {
      var generator = RandomGenerator(seed: seed)
      return withRandomness(&generator) { withMode(.training) { layer(input).value } }
    }
    let kept = drop(3)
    #expect(kept == drop(3) && kept != drop(4))
    #expect(Set(kept.scalars) == [0, 1 / (1 - 0.25)])
    // 4000 draws of probability 0.75: five standard deviations are 5 · √(4000 · 0.1875) = 137.
    #expect(abs(kept.scalars.filter { $0 != 0 }.count - 3000) < 137)
  }

  @Test func aFrozenParameterGetsNoGradient() {
    let layer = Linear(weight: .ones([2, 2]), bias: .zeros([2]))
    layer.weight.isTrainable = false
    let (_, gradients) = valueAndGradients { layer(Tensor([[1, 2]])).sum() }
    #expect(gradients.count == 1)
    #expect(gradients[layer.bias!] == Tensor([1, 1]))
  }

  @Test func aMisfitStopsWithBothShapes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Linear(weight: .ones([2, 3]))(Tensor<Float>.ones([1, 2]))
    }
    #expect(result.message.contains("Linear: an input of shape [1, 2] does not fit a weight of shape [2, 3]"))
  }
}
