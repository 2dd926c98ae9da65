import Foundation
import GraftAutograd
import GraftNN
import GraftOptim
import GraftTensor
import Testing

/// Twenty steps of each optimizer against PyTorch's, and Lion's against a transcription of its paper.
@Suite struct OptimizerFixtureTests {
  struct Run: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable () -> any Optimizer

    init(_ name: String, _ make: @escaping @Sendable () -> any Optimizer) {
      testDescription = name
      self.make = make
    }
  }

  static let runs = [
    Run("sgd") { SGD(learningRate: 0.1, weightDecay: 0.05) },
    Run("sgd_momentum") { SGD(learningRate: 0.1, momentum: 0.9, dampening: 0.3, weightDecay: 0.05) },
    Run("sgd_nesterov") { SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.05, nesterov: true) },
    Run("adam") { Adam(learningRate: 0.1, weightDecay: 0.05) },
    Run("adam_low_beta") { Adam(learningRate: 0.1, beta1: 0.4, beta2: 0.9, epsilon: 1e-3) },
    Run("adam_amsgrad") { Adam(learningRate: 0.1, beta2: 0.9, weightDecay: 0.05, amsgrad: true) },
    Run("adamw") { AdamW(learningRate: 0.1, weightDecay: 0.2) },
    Run("adamw_amsgrad") { AdamW(learningRate: 0.1, beta2: 0.9, weightDecay: 0.2, amsgrad: true) },
    Run("rmsprop") { RMSprop(learningRate: 0.02, weightDecay: 0.05) },
    Run("rmsprop_momentum") {
      RMSprop(learningRate: 0.02, smoothing: 0.9, weightDecay: 0.05, momentum: 0.8)
    },
    Run("rmsprop_centered") {
      RMSprop(learningRate: 0.02, smoothing: 0.9, weightDecay: 0.05, momentum: 0.8, centered: true)
    },
    Run("lion") { Lion(learningRate: 0.05, weightDecay: 0.2) },
  ]

  // A step rounds some ten times, each time by at most 6e-8 of values up to 4, so twenty steps stay within
  // 20 · 10 · 6e-8 · 4 = 5e-5 of each other even if every rounding went the same way; roundings cancel, and a tenth of it is
  // more than is seen. The smallest effect tested, a decay of 0.05 at a rate of 0.025, moves a value of 1 by 1e-3 a step.
  static let tolerance: Float = 5e-6

  @Test(arguments: runs) func followsTheFixture(_ run: Run) throws {
    let fixture = try SafetensorsFile(contentsOf: Fixture.url("optimizers.safetensors"))
    func tensor(_ name: String) throws -> Tensor<Float> { try fixture.tensor(name, as: Float.self) }
    let names = ["weight", "bias"]
    let model = try TestModel(weight: tensor("problem.weight.start"), bias: tensor("problem.bias.start"))
    var optimizer = run.make()
    let schedule = StepDecay(from: optimizer.learningRate, every: 6, factor: 0.5)
    var worst: Float = 0
    for step in 0..<20 {
      var gradients = Gradients()
      for (name, parameter) in zip(names, [model.weight, model.bias]) {
        let slope =
          try (parameter.value - tensor("problem.\(name).target")) * tensor("problem.\(name).curvature")
        gradients.set(slope + (try tensor("problem.\(name).noise")).select(step), for: parameter)
      }
      optimizer.learningRate = schedule.rate(at: step)
      optimizer.update(with: gradients)
      for (name, parameter) in zip(names, [model.weight, model.bias]) {
        let expected = try tensor("\(run.testDescription).\(name)").select(step)
        worst = max(worst, (parameter.value - expected).abs().max().scalar)
      }
    }
    #expect(worst < Self.tolerance)
  }
}
