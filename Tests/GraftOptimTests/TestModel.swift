import GraftAutograd
import GraftNN
import GraftOptim
import GraftTensor
import Testing

/// A weight, a bias and the statistics of a normalisation, without a computation.
final class TestModel: Module {
  let weight: Parameter
  let bias: Parameter
  let norm: TestNormalization

  init(weight: Tensor<Float>? = nil, bias: Tensor<Float>? = nil) {
    var generator = RandomGenerator(seed: 3)
    self.weight = Parameter(weight ?? .normal([5, 7], using: &generator))
    self.bias = Parameter(bias ?? .normal([3], using: &generator))
    norm = TestNormalization()
  }

  /// The sum of squared distances of weight and bias from a point that is not zero, so that decay shows.
  func loss() -> Variable {
    (weight.variable - 0.7).square().sum() + (bias.variable + 0.4).square().sum()
  }

  /// Moves the model by the gradients of ``loss()``, a number of times.
  func train(_ optimizer: inout some Optimizer, steps: Int) {
    for _ in 0..<steps {
      optimizer.update(with: valueAndGradients { loss() }.gradients)
    }
  }
}

final class TestNormalization: NormalizationLayer {
  let weight = Parameter(.ones([4]))
  let runningMean = Buffer<Float>(.zeros([4]))
  let count = Buffer<Int64>(Tensor(0))

  func forward(_ input: Variable) -> Variable { input }
}

/// An optimizer to try things on, with momentum and decay so that there is something to go wrong.
struct Candidate: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let make: @Sendable () -> any Optimizer

  init(_ name: String, _ make: @escaping @Sendable () -> any Optimizer) {
    testDescription = name
    self.make = make
  }

  static let all = [
    Candidate("SGD") { SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 0.1) },
    Candidate("SGD, Nesterov") { SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 0.1, nesterov: true) },
    Candidate("Adam") { Adam(learningRate: 0.05, weightDecay: 0.1) },
    Candidate("Adam, AMSGrad") { Adam(learningRate: 0.05, beta2: 0.9, weightDecay: 0.1, amsgrad: true) },
    Candidate("AdamW") { AdamW(learningRate: 0.05, weightDecay: 0.1) },
    Candidate("RMSprop") { RMSprop(learningRate: 0.02, weightDecay: 0.1, momentum: 0.9) },
    Candidate("RMSprop, centered") {
      RMSprop(learningRate: 0.02, weightDecay: 0.1, momentum: 0.9, centered: true)
    },
    Candidate("Lion") { Lion(learningRate: 0.05, weightDecay: 0.1) },
  ]
}

extension Tensor<Float> {
  /// The elements' bit patterns, for comparisons that tell -0 from 0 and one NaN from another.
  var bits: [UInt32] { scalars.map(\.bitPattern) }
}

@Suite struct CandidateTests {
  @Test func candidatesAreDifferentOptimizers() {
    let results = Candidate.all.map { candidate in
      let model = TestModel()
      var optimizer = candidate.make()
      model.train(&optimizer, steps: 5)
      return model.weight.value.bits
    }
    #expect(Set(results).count == Candidate.all.count)
  }
}
