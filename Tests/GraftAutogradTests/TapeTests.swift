import GraftTensor
import Testing

@testable import GraftAutograd

/// A parameter of no model.
final class Leaf: GradientLeaf {
  var value: Tensor<Float>
  let isTrainable: Bool

  init(_ value: Tensor<Float>, isTrainable: Bool = true) {
    (self.value, self.isTrainable) = (value, isTrainable)
  }

  convenience init(_ scalars: [Float]) { self.init(Tensor(scalars)) }

  var variable: Variable { .leaf(self, isTrainable: isTrainable) }
}

@Suite struct TapeTests {
  @Test func squares() {
    let x = Leaf([1, 2, 3])
    let (value, gradients) = valueAndGradients { (x.variable * x.variable).sum() }
    #expect(value == 14)
    #expect(gradients[x] == Tensor([2, 4, 6]))
  }

  @Test func aFrozenParameterHasNoGradient() {
    let (x, frozen) = (Leaf([1, 2]), Leaf(Tensor([3, 4]), isTrainable: false))
    let gradients = valueAndGradients { (x.variable * frozen.variable).sum() }.gradients
    #expect(gradients.count == 1)
    #expect(gradients[x] == Tensor([3, 4]))
    #expect(gradients[frozen] == nil)
  }

  @Test func aParameterThatTheLossDoesNotDependOnHasNoGradient() {
    let (x, unused) = (Leaf([1, 2]), Leaf([3]))
    let gradients = valueAndGradients {
      _ = unused.variable.exp()
      return x.variable.sum()
    }.gradients
    #expect(gradients[unused] == nil)
    #expect(gradients.count == 1)
  }

  @Test func aConstantLossHasNoGradients() {
    let (value, gradients) = valueAndGradients { Variable(Tensor(3)) }
    #expect(value == 3)
    #expect(gradients.isEmpty)
  }

  @Test func aTapeGrows() {
    let x = Leaf([1, 2])
    let gradients = valueAndGradients {
      (0..<1000).reduce(x.variable) { chain, step in step % 2 == 0 ? chain.relu() * 2 : (chain + chain) * 0.25
      }.sum()
    }.gradients
    #expect(gradients[x] == Tensor([1, 1]))
  }

  @Test func otherThreadsSeeNoScope() async {
    let seen: Task<Bool, Never> = taskOfARecording()
    #expect(await seen.value)
  }

  /// A task that is started while something is recorded, and finds itself outside.
  private func taskOfARecording() -> Task<Bool, Never> {
    var task = Task { false }
    _ = valueAndGradients {
      task = Task { Scope.tape == nil && Mode.current == .inference }
      return Variable(Tensor(1))
    }
    return task
  }

  @Test func nothingIsRecordedOutside() {
    let x = Leaf([1, 2])
    #expect(x.variable.node == nil)
    #expect((x.variable * x.variable).node == nil)
    #expect(Mode.current == .inference)
  }

  @Test func scopesSetTheMode() {
    let x = Leaf([1])
    _ = valueAndGradients {
      #expect(Mode.current == .training)
      withoutRecording {
        #expect(Mode.current == .inference)
        withMode(.training) { #expect(Mode.current == .training) }
      }
      withMode(.inference) {
        #expect(Mode.current == .inference)
        #expect(x.variable.exp().node != nil)
      }
      return x.variable.sum()
    }
    #expect(Mode.current == .inference)
  }

  @Test func withoutRecordingMakesConstants() {
    let x = Leaf([2])
    let gradients = valueAndGradients {
      let factor = withoutRecording { x.variable * x.variable }
      return (factor * x.variable).sum()
    }.gradients
    #expect(gradients[x] == Tensor([4]))
  }

  @Test func detachedVariablesAreConstants() {
    let x = Leaf([2])
    let gradients = valueAndGradients { (x.variable.square().detached() * x.variable).sum() }.gradients
    #expect(gradients[x] == Tensor([4]))
  }

  /// An inner recording sees the outer one's variables as constants, and disturbs nothing.
  @Test func recordingsNest() {
    let x = Leaf([3])
    let (value, gradients) = valueAndGradients {
      let outer = x.variable.square()
      let inner = valueAndGradients { (outer * x.variable).sum() }
      #expect(inner.value == 27)
      #expect(inner.gradients[x] == Tensor([9]))
      return (outer * Variable(inner.gradients[x] ?? Tensor([0]))).sum()
    }
    #expect(value == 81)
    #expect(gradients[x] == Tensor([54]))
  }

  @Test func aVariableOfAnEarlierRecordingIsAConstant() {
    let x = Leaf([3])
    var stale: Variable?
    _ = valueAndGradients {
      stale = x.variable.square()
      return x.variable.sum()
    }
    let gradients = valueAndGradients { ((stale ?? x.variable) * x.variable).sum() }.gradients
    #expect(gradients[x] == Tensor([9]))
    #expect(valueAndGradients { (stale ?? x.variable).sum() }.gradients.isEmpty)
  }

  @Test func errorsLeaveTheScope() {
    struct Failure: Error {}
    #expect(throws: Failure.self) { _ = try valueAndGradients { throw Failure() } }
    #expect(Mode.current == .inference)
    #expect(Scope.current.tape == nil)
  }

  @Test func gradientsAreContiguous() {
    let x = Leaf(Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6]))
    let gradients = valueAndGradients { x.variable.transposed().sum() }.gradients
    #expect(gradients[x]?.isContiguous == true)
  }

  /// The walk is a loop, so that its length can't exhaust the stack, and neither can freeing the tape.
  @Test func longChainsFitTheStack() {
    let x = Leaf([1])
    let length = 100_000
    let (value, gradients) = valueAndGradients {
      var y = x.variable
      for _ in 0..<length { y = y + 0.5 }
      return y.sum()
    }
    #expect(value == 50_001)
    #expect(gradients[x] == Tensor([1]))
    // Recorded, but not walked.
    _ = valueAndGradients {
      var y = x.variable
      for _ in 0..<length { y = y * 1 }
      return Variable(Tensor(0))
    }
  }

  @Test func theNumberOfThreadsChangesNoBit() {
    var generator = RandomGenerator(seed: 5)
    let images = Tensor<Float>.normal([4, 8, 32, 32], using: &generator)
    let filter = Leaf(.normal([16, 8, 3, 3], using: &generator))
    let weight = Leaf(.normal([300, 16 * 256], standardDeviation: 0.02, using: &generator))
    let scale = Leaf(.ones([16]))
    func gradients(threads: Int) -> [Tensor<Float>?] {
      ComputeThreads.withCount(threads) {
        var generator = RandomGenerator(seed: 6)
        let gradients = valueAndGradients(using: &generator) {
          let features = Variable(images).convolved(with: filter.variable, Convolution2D(padding: (1, 1)))
            .batchNormalized(weight: scale.variable).value.gelu()
            .averagePooled(Pooling2D(kernel: (2, 2)))
            .dropped(probability: 0.25, using: &Randomness.current.generator)
          return features.flattened().linear(weight: weight.variable).logSumExp(along: [1]).sum()
        }.gradients
        return [filter, weight, scale].map { gradients[$0] }
      }
    }
    #expect(gradients(threads: 1) == gradients(threads: 2))
  }

  /// While the walk goes back, what has been visited is given back: at its end only a small part is left.
  ///
  /// A process of its own, because the pool counts what all threads do.
  @Test func activationsAreFreedOnTheWay() async {
    await #expect(processExitsWith: .success) {
      let x = Leaf(.ones([1 << 16]))
      let before = MemoryPool.shared.statistics.bytesInUse
      var (forward, backward) = (0, 0)
      _ = valueAndGradients {
        let start = x.variable
        var y = Variable.custom(start.value, inputs: [start]) { gradient in
          backward = MemoryPool.shared.statistics.bytesInUse - before
          return [gradient]
        }
        for _ in 0..<40 { y = y.sin() }
        forward = MemoryPool.shared.statistics.bytesInUse - before
        return y.sum()
      }
      let activation = x.value.count * 4
      let after = MemoryPool.shared.statistics.bytesInUse - before
      // 40 arguments of the sine are kept, at the end a gradient or two remain, and afterwards the result's at most.
      precondition(forward >= 40 * activation, "\(forward)")
      precondition(backward <= 4 * activation, "\(backward)")
      precondition(after <= activation, "\(after)")
    }
  }

  @Test func aLossThatIsNotOneNumberTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Leaf([1, 2, 3])
      _ = valueAndGradients { x.variable.exp() }
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("valueAndGradients: the loss must be one number but has shape [3]"))
  }
}
