import GraftAutograd
import GraftNN
import GraftOptim
import GraftTensor
import GraftTransfer
import Testing

@Suite struct FreezingTests {
  /// What any transfer has to do: the loss falls, the head moves, the frozen base is the same to the last bit.
  @Test func trainingMovesTheHeadAndNothingElse() throws {
    let data = try colouredImages()
    let model = TinyNet()
    model.replaceHead(classes: 3, seed: 2)
    model.freeze(.backbone)
    let base = try bits(of: model, .backbone)
    let head = try bits(of: model, .head)
    var optimizer = AdamW(learningRate: 0.2, weightDecay: 0.1)
    let first = trainEpoch(model, &optimizer, on: data)
    for epoch in 1..<10 { trainEpoch(model, &optimizer, on: data, epoch: epoch) }
    let last = trainEpoch(model, &optimizer, on: data, epoch: 10)
    #expect(last < 0.8 * first)
    #expect(try bits(of: model, .backbone) == base)
    for (path, old) in head { #expect(try bits(of: model, .head)[path] != old, "\(path) did not move") }
  }

  @Test func frozenStatisticsStayInTrainingMode() throws {
    let data = try colouredImages()
    let model = TinyNet()
    let images = Variable(data.inputs)
    withMode(.training) { _ = model(images) }
    let adapted = try bits(of: model, .statistics)
    model.freeze(.statistics)
    let frozen = withMode(.training) { model(images).value }
    #expect(try bits(of: model, .statistics) == adapted)
    #expect(frozen == model(images).value, "frozen statistics are used as in inference")
    model.unfreeze(.statistics)
    withMode(.training) { _ = model(images) }
    #expect(try bits(of: model, .statistics) != adapted)
  }

  @Test func selectionsCombine() throws {
    let model = TinyNet()
    model.freeze()
    #expect(model.isFrozen())
    model.unfreeze(.stage(1) && !.normalization)
    #expect(model.state.filter(\.isTrainable).map(\.path) == ["body.conv.weight"])
    model.unfreeze(.head || .biases)
    #expect(
      Set(model.state.filter(\.isTrainable).map(\.path))
        == ["body.conv.weight", "stem.norm.bias", "body.norm.bias", "head.weight", "head.bias"])
    #expect(!model.isFrozen(.head) && model.isFrozen(.stage(0) && .statistics))
  }

  @Test func aSelectionThatMatchesNothingStopsWithTheNearestPaths() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      TinyNet().freeze(.path("stem.cnv"))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("freeze: ") && message.contains("nearest paths are: stem.conv,"))
  }

  /// Whatever the optimizer remembers or decays, a frozen parameter stays; thawed, it goes on from what it had.
  @Test(arguments: OptimizerKind.allCases)
  func noOptimizerMovesWhatIsFrozen(_ kind: OptimizerKind) throws {
    try kind.run(FrozenBackboneCheck())
  }
}

/// Every optimizer, with momentum and weight decay.
enum OptimizerKind: CaseIterable, Sendable {
  case sgd, nesterov, adam, adamW, rmsprop, lion

  /// Calls `check` with a new optimizer of the kind.
  func run(_ check: some OptimizerCheck) throws {
    switch self {
    case .sgd: try check(SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 0.1))
    case .nesterov: try check(SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 0.1, nesterov: true))
    case .adam: try check(Adam(learningRate: 0.01, weightDecay: 0.1))
    case .adamW: try check(AdamW(learningRate: 0.01, weightDecay: 0.1))
    case .rmsprop: try check(RMSprop(learningRate: 0.01, weightDecay: 0.1, momentum: 0.9))
    case .lion: try check(Lion(learningRate: 0.01, weightDecay: 0.1))
    }
  }
}

protocol OptimizerCheck {
  func callAsFunction(_ optimizer: some Optimizer) throws
}

struct FrozenBackboneCheck: OptimizerCheck {
  func callAsFunction(_ fresh: some Optimizer) throws {
    var optimizer = fresh
    let data = try colouredImages()
    let model = TinyNet()
    let start = try bits(of: model)
    trainEpoch(model, &optimizer, on: data)
    let moved = try bits(of: model)
    for path in start.keys { #expect(moved[path] != start[path], "\(path) was trainable") }

    model.freeze(.backbone)
    trainEpoch(model, &optimizer, on: data, epoch: 1)
    #expect(try bits(of: model, .backbone) == moved.filter { !$0.key.hasPrefix("head") })
    #expect(try bits(of: model, .head)["head.weight"] != moved["head.weight"])

    // Thawed, the optimizer still has the memory of three steps: three more make six, not three.
    model.unfreeze(.backbone)
    trainEpoch(model, &optimizer, on: data, epoch: 2)
    let now = try bits(of: model)
    for (path, old) in moved { #expect(now[path] != old, "\(path) is trainable again") }
    #expect(optimizer.memory.steps(of: model.stem.conv.weight) == 6)
    #expect(optimizer.memory.steps(of: try #require(model.head as? Linear).weight) == 9)
  }
}
