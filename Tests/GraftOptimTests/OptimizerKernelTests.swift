import GraftTensor
import Testing

/// The fused steps against their plain form, on every instruction set of this machine.
@Suite struct OptimizerKernelTests {
  /// A parameter and up to three tensors that an optimizer remembers.
  struct Memory {
    var parameter: Tensor<Float>
    var first, second, third: Tensor<Float>?

    var tensors: [Tensor<Float>] { [parameter] + [first, second, third].compactMap { $0 } }
  }

  /// One kind of step in both forms.
  struct Step: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fast: @Sendable (inout Memory, Tensor<Float>, Int) -> Void
    let plain: @Sendable (inout Memory, Tensor<Float>, Int) -> Void
  }

  static func sgd(_ name: String, momentum: Double, dampening: Double = 0, nesterov: Bool = false) -> Step {
    Step(testDescription: name) { memory, gradient, _ in
      memory.parameter.sgdStep(
        gradient: gradient, velocity: &memory.first, rate: 0.1, momentum: momentum, dampening: dampening,
        decay: 0.05, nesterov: nesterov)
    } plain: { memory, gradient, _ in
      memory.parameter.sgdStepReference(
        gradient: gradient, velocity: &memory.first, rate: 0.1, momentum: momentum, dampening: dampening,
        decay: 0.05, nesterov: nesterov)
    }
  }

  static func adam(_ name: String, beta1: Double = 0.9, decoupled: Bool) -> Step {
    Step(testDescription: name) { memory, gradient, number in
      memory.parameter.adamStep(
        gradient: gradient, firstMoment: &memory.first, secondMoment: &memory.second, maximum: &memory.third,
        rate: 0.01, beta1: beta1, beta2: 0.99, epsilon: 1e-6, decay: 0.1, decoupled: decoupled,
        amsgrad: false,
        number: number)
    } plain: { memory, gradient, number in
      memory.parameter.adamStepReference(
        gradient: gradient, firstMoment: &memory.first, secondMoment: &memory.second, maximum: &memory.third,
        rate: 0.01, beta1: beta1, beta2: 0.99, epsilon: 1e-6, decay: 0.1, decoupled: decoupled,
        amsgrad: false,
        number: number)
    }
  }

  static func rmsprop(_ name: String, smoothing: Double = 0.9, momentum: Double, centered: Bool) -> Step {
    Step(testDescription: name) { memory, gradient, _ in
      memory.parameter.rmspropStep(
        gradient: gradient, squareAverage: &memory.first, gradientAverage: &memory.second,
        velocity: &memory.third, rate: 0.01, smoothing: smoothing, epsilon: 1e-3, momentum: momentum,
        decay: 0.1,
        centered: centered)
    } plain: { memory, gradient, _ in
      memory.parameter.rmspropStepReference(
        gradient: gradient, squareAverage: &memory.first, gradientAverage: &memory.second,
        velocity: &memory.third, rate: 0.01, smoothing: smoothing, epsilon: 1e-3, momentum: momentum,
        decay: 0.1,
        centered: centered)
    }
  }

  static let steps = [
    sgd("SGD", momentum: 0), sgd("SGD, momentum", momentum: 0.9, dampening: 0.3),
    sgd("SGD, Nesterov", momentum: 0.9, nesterov: true),
    adam("Adam", decoupled: false), adam("Adam, low beta", beta1: 0.3, decoupled: false),
    adam("AdamW", decoupled: true),
    rmsprop("RMSprop", momentum: 0, centered: false),
    rmsprop("RMSprop, momentum", momentum: 0.9, centered: false),
    rmsprop("RMSprop, centered", smoothing: 0.4, momentum: 0, centered: true),
    rmsprop("RMSprop, centered, momentum", momentum: 0.9, centered: true),
    Step(testDescription: "Lion") { memory, gradient, _ in
      memory.parameter.lionStep(
        gradient: gradient, momentum: &memory.first, rate: 0.01, beta1: 0.9, beta2: 0.99, decay: 0.1)
    } plain: { memory, gradient, _ in
      memory.parameter.lionStepReference(
        gradient: gradient, momentum: &memory.first, rate: 0.01, beta1: 0.9, beta2: 0.99, decay: 0.1)
    },
  ]

  static func run(
    _ step: @Sendable (inout Memory, Tensor<Float>, Int) -> Void, shape: Shape, seed: UInt64, count: Int = 3
  ) -> Memory {
    var generator = RandomGenerator(seed: seed)
    var memory = Memory(parameter: .normal(shape, using: &generator))
    for number in 1...count {
      // A transposed view every second time: gradients need not be contiguous.
      let gradient =
        number % 2 == 1 || shape.rank < 2
        ? Tensor<Float>.normal(shape, using: &generator)
        : Tensor<Float>.normal([shape[1], shape[0]], using: &generator).transposed()
      step(&memory, gradient, number)
    }
    return memory
  }

  @Test(arguments: steps) func fastIsPlain(_ step: Step) {
    // The last is divided among threads.
    let shapes: [Shape] = [[], [0], [1], [3], [7], [8], [17], [5, 13], [31, 33], [2 * (1 << 14) + 3]]
    for (index, shape) in shapes.enumerated() {
      let expected = Self.run(step.plain, shape: shape, seed: UInt64(index))
      for table in Kernels.available {
        let found = Kernels.using(table) { Self.run(step.fast, shape: shape, seed: UInt64(index)) }
        #expect(found.tensors.count == expected.tensors.count)
        for (a, b) in zip(found.tensors, expected.tensors) where a.count > 0 {
          // The two differ in where a product and a sum are rounded together: a few times 6e-8 a step, of values up to
          // 4 (gradients); centred RMSprop divides by a difference, which makes the error some ten times larger.
          #expect((a - b).abs().max().scalar <= 2e-5, "\(shape) \(table.pointee.instruction_set)")
        }
      }
    }
  }

  @Test(arguments: steps) func threadsDoNotChangeBits(_ step: Step) {
    let shape: Shape = [3 * (1 << 14) + 5]
    let alone = ComputeThreads.withCount(1) { Self.run(step.fast, shape: shape, seed: 1, count: 2) }
    let together = ComputeThreads.withCount(2) { Self.run(step.fast, shape: shape, seed: 1, count: 2) }
    #expect(alone.tensors.map(\.bits) == together.tensors.map(\.bits))
  }

  @Test func ownersOfTheOldValueKeepIt() {
    var memory = Memory(parameter: Tensor([1, 2, 3]))
    let before = memory.parameter
    Self.steps[0].fast(&memory, Tensor([1, 1, 1]), 1)
    #expect(before.scalars == [1, 2, 3])
    #expect(memory.parameter != before)
  }

  @Test func shapesMustAgree() async {
    await #expect(processExitsWith: .failure) {
      var memory = Memory(parameter: .zeros([3]))
      Self.steps[0].fast(&memory, .zeros([4]), 1)
    }
  }
}
