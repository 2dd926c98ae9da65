import GraftTensor
import Testing

@testable import GraftAutograd

@Suite struct CheckpointingTests {
  private let first: Leaf
  private let second: Leaf
  private let input: Leaf

  init() {
    var generator = RandomGenerator(seed: 11)
    first = Leaf(.normal([7, 5], using: &generator))
    second = Leaf(.normal([3, 7], using: &generator))
    input = Leaf(.normal([4, 5], using: &generator))
  }

  /// Two linear maps with dropout between them.
  private func block(_ x: Variable) -> Variable {
    x.linear(weight: first.variable).gelu()
      .dropped(probability: 0.5, using: &Randomness.current.generator)
      .linear(weight: second.variable)
  }

  private func gradients(
    checkpointing: Bool, of input: @escaping () -> Variable
  ) -> (Float, [Tensor<Float>?], RandomGenerator) {
    var generator = RandomGenerator(seed: 3)
    let (value, gradients) = valueAndGradients(using: &generator) {
      var x = input()
      // Dropout before and after, so that the generator's place matters.
      x = x.dropped(probability: 0.2, using: &Randomness.current.generator)
      let y = checkpointing ? checkpointed(x, block) : block(x)
      return y.dropped(probability: 0.2, using: &Randomness.current.generator).square().sum()
    }
    return (value, [first, second, self.input].map { gradients[$0] }, generator)
  }

  @Test func gradientsAreTheSameBits() {
    let plain = gradients(checkpointing: false) { input.variable }
    let checkpointed = gradients(checkpointing: true) { input.variable }
    #expect(plain.0 == checkpointed.0)
    #expect(plain.1 == checkpointed.1)
    #expect(plain.1.allSatisfy { $0 != nil })
    #expect(plain.2 == checkpointed.2)
  }

  @Test func parametersAreReachedBehindAConstantInput() {
    let plain = gradients(checkpointing: false) { Variable(input.value) }
    let checkpointed = gradients(checkpointing: true) { Variable(input.value) }
    #expect(plain.1 == checkpointed.1)
    #expect(checkpointed.1[0] != nil && checkpointed.1[2] == nil)
  }

  @Test func blocksNest() {
    let x = Leaf([0.5, -1])
    func gradient(_ function: @escaping (Variable) -> Variable) -> Tensor<Float>? {
      valueAndGradients { function(x.variable).sum() }.gradients[x]
    }
    let plain = gradient { ($0 * 2).sin().exp() * x.variable }
    let nested = gradient { x0 in
      checkpointed(x0) { outer in checkpointed(outer * 2) { $0.sin() }.exp() * x.variable }
    }
    #expect(plain == nested)
  }

  @Test func severalInputs() {
    let (x, y) = (Leaf([1, 2]), Leaf([3, 4]))
    let gradients = valueAndGradients {
      checkpointed([x.variable, y.variable]) { ($0[0] * $0[0] * $0[1]).sum() }
    }.gradients
    #expect(gradients[x] == Tensor([6, 16]))
    #expect(gradients[y] == Tensor([1, 4]))
  }

  @Test func theSecondRunKnowsThatItIsOne() {
    let x = Leaf([1])
    nonisolated(unsafe) var runs: [Bool] = []
    _ = valueAndGradients {
      checkpointed(x.variable) {
        runs.append(Scope.current.isReplaying)
        return $0.square()
      }.sum()
    }
    #expect(runs == [false, true])
  }

  @Test func runsOnceOutsideOfARecording() {
    var runs = 0
    nonisolated(unsafe) let count = { runs += 1 }
    _ = checkpointed(Variable(Tensor(1))) { x in
      count()
      return x
    }
    #expect(runs == 1)
  }

  /// Activations inside the block are not kept: a process of its own, because the pool counts what all threads do.
  @Test func keepsInputsAndResultOnly() async {
    await #expect(processExitsWith: .success) {
      let x = Leaf(.ones([1 << 16]))
      func kept(_ function: @escaping (Variable) -> Variable) -> Int {
        let before = MemoryPool.shared.statistics.bytesInUse
        var kept = 0
        _ = valueAndGradients {
          let y = function(x.variable)
          kept = MemoryPool.shared.statistics.bytesInUse - before
          return y.sum()
        }
        return kept
      }
      func block(_ x: Variable) -> Variable { (0..<20).reduce(x) { y, _ in y.sin() } }
      let activation = x.value.count * 4
      precondition(kept(block) >= 20 * activation)
      precondition(kept { checkpointed($0, block) } <= 2 * activation)
    }
  }

  @Test func aRecordedVariableFromOutsideTraps() async {
    await #expect(processExitsWith: .failure) {
      let x = Leaf([1])
      _ = valueAndGradients {
        let outside = x.variable.exp()
        return checkpointed(x.variable) { $0 * outside }.sum()
      }
    }
  }
}
