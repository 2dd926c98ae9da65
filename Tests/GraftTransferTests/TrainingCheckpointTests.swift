import Foundation
import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor
import Testing

@testable import GraftTransfer

/// A run with everything that has a state: dropout, a schedule, unfreezing by plateau, early stopping.
private struct Run {
  let data: LabeledDataset
  let schedule = SlantedTriangular(peak: 0.02, over: 18)
  let model = TinyNet(dropout: 0.4)
  var optimizer = AdamW(learningRate: 1, weightDecay: 0.05)
  var plan: GradualUnfreezing
  var stopping = EarlyStopping(patience: 3)
  var generator = RandomGenerator(seed: 21)
  var position = BatchPosition()
  var step = 0

  init() throws {
    data = try colouredImages(22)
    model.replaceHead(classes: 3, seed: 8)
    plan = GradualUnfreezing(model.stages, onPlateauOf: 1, minimumImprovement: 10)
    optimizer.setWeightDecay(0, for: .biases, in: model)
  }

  /// Trains until `steps` steps are done or six epochs are.
  mutating func go(to steps: Int = .max) {
    while position.epoch < 6 {
      let epoch = position.epoch
      plan.apply(epoch, to: model, optimizer: &optimizer)
      for batch in data.batches(of: 8, epoch: epoch, shuffledBy: 4, startingAt: position) {
        if step == steps { return }
        optimizer.learningRate = schedule.rate(at: step)
        let (_, gradients) = valueAndGradients(using: &generator) {
          softmaxCrossEntropy(model(batch.inputs), batch.labels)
        }
        optimizer.update(with: gradients)
        step += 1
        position = batch.nextPosition
      }
      let loss = evaluate(model, on: data).logLoss
      stopping.observe(loss, of: model)
      plan.observe(loss)
    }
  }

  func checkpoint() -> TrainingCheckpoint {
    var checkpoint = TrainingCheckpoint(model: model, optimizer: optimizer)
    checkpoint.step = step
    checkpoint.generator = generator
    checkpoint.position = position
    checkpoint.unfreezing = plan.phase
    checkpoint.earlyStopping = stopping
    return checkpoint
  }

  mutating func resume(from checkpoint: TrainingCheckpoint) throws {
    try checkpoint.restore(model, optimizer: &optimizer)
    step = checkpoint.step
    generator = try #require(checkpoint.generator)
    position = try #require(checkpoint.position)
    plan.phase = try #require(checkpoint.unfreezing)
    stopping = try #require(checkpoint.earlyStopping)
  }
}

@Suite struct TrainingCheckpointTests {
  /// Stopped at any step, in mid-epoch too, and gone on with in what might be another process: the same bits everywhere.
  @Test func stoppedAndResumedEqualsNeverStopped() async throws {
    var whole = try Run()
    whole.go()
    #expect(whole.step == 18 && whole.plan.phase.index == 2, "the run has thawed all stages")
    let expected = try bits(of: whole.model)
    try await withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("run.safetensors")
      for steps in [1, 4, 9, 14] {
        var first = try Run()
        first.go(to: steps)
        try first.checkpoint().save(to: url)
        var second = try Run()
        second.go(to: 2)  // leaves traces everywhere that resuming has to overwrite
        try second.resume(from: TrainingCheckpoint(contentsOf: url))
        #expect(try bits(of: second.model) == bits(of: first.model))
        second.go()
        #expect(try bits(of: second.model) == expected, "stopped after \(steps) steps")
        #expect(second.generator == whole.generator && second.plan == whole.plan)
        #expect(second.stopping.best == whole.stopping.best)
        second.stopping.restoreBest(in: second.model)
        let best = try bits(of: second.model)
        let reference = try Run()
        whole.stopping.restoreBest(in: reference.model)
        #expect(try bits(of: reference.model) == best)
      }
    }
  }

  @Test func keepsFlagsRatesNotesAndValues() async throws {
    let model = TinyNet()
    model.freeze(.stage(0) || .statistics)
    var optimizer = SGD(learningRate: 0.25, momentum: 0.5, weightDecay: 0.125)
    LayerwiseDecay.dividing(by: 2.6).apply(to: model, optimizer: &optimizer)
    optimizer.setWeightDecay(0, for: .biases, in: model)
    var checkpoint = TrainingCheckpoint(model: model, optimizer: optimizer)
    var plateau = ReduceOnPlateau(from: 0.1, patience: 0)
    for loss in [1.0, 2, 0.3] { plateau.observe(loss) }
    checkpoint.generator = RandomGenerator(seed: .max, stream: .max - 1)
    checkpoint.notes["data"] = "ants \"and\" bees\n€"
    try checkpoint.set(plateau, for: "plateau")
    try await withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("run.safetensors")
      try checkpoint.save(to: url)
      let loaded = try TrainingCheckpoint(contentsOf: url)
      #expect(loaded.notes["data"] == "ants \"and\" bees\n€")
      #expect(try loaded.value(ReduceOnPlateau.self, for: "plateau") == plateau)
      #expect(try loaded.value(Int.self, for: "nothing") == nil)
      #expect(loaded.generator == checkpoint.generator && loaded.position == nil && loaded.unfreezing == nil)

      let other = TinyNet(seed: 2)
      var second = SGD(learningRate: 9, momentum: 0.5)
      second.setRateMultiplier(7, for: .all, in: other)
      try loaded.restore(other, optimizer: &second)
      #expect(try bits(of: other) == bits(of: model))
      #expect(other.state.map(\.isTrainable) == model.state.map(\.isTrainable))
      #expect(second.learningRate == 0.25 && second.weightDecay == 0.125)
      for (mine, theirs) in zip(model.parameters, other.parameters) {
        #expect(optimizer.rate(for: mine) == second.rate(for: theirs))
        #expect(optimizer.weightDecay(for: mine) == second.weightDecay(for: theirs))
      }
    }
  }

  @Test func restoresAllOrNothing() throws {
    let data = try colouredImages()
    let model = TinyNet()
    var optimizer = AdamW()
    trainEpoch(model, &optimizer, on: data)
    let checkpoint = TrainingCheckpoint(model: model, optimizer: optimizer)

    let wider = TinyNet(classes: 4)
    wider.freeze(.head)
    let before = try bits(of: wider)
    var fresh = AdamW(learningRate: 0.5)
    #expect(throws: (any Error).self) { try checkpoint.restore(wider, optimizer: &fresh) }
    #expect(try bits(of: wider) == before && wider.isFrozen(.head) && fresh.learningRate == 0.5)
    #expect(fresh.memory.parameters.isEmpty)

    let same = TinyNet(seed: 3)
    let sameBefore = try bits(of: same)
    var other = SGD(learningRate: 0.5, momentum: 0.9)
    #expect(throws: OptimizerStateError.self) { try checkpoint.restore(same, optimizer: &other) }
    #expect(try bits(of: same) == sameBefore && other.learningRate == 0.5)
  }

  @Test func aCheckpointIsAValue() throws {
    let data = try colouredImages()
    let model = TinyNet()
    var optimizer = AdamW()
    let checkpoint = TrainingCheckpoint(model: model, optimizer: optimizer)
    let before = try bits(of: model)
    trainEpoch(model, &optimizer, on: data)
    #expect(try bits(of: model) != before)
    try checkpoint.restore(model, optimizer: &optimizer)
    #expect(try bits(of: model) == before)
    #expect(optimizer.memory.parameters.isEmpty)
  }

  @Test func otherFilesAreRefusedByName() async throws {
    let model = TinyNet()
    try await withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("file.safetensors")
      try model.save(to: url)
      let error = #expect(throws: TrainingCheckpointError.self) { try TrainingCheckpoint(contentsOf: url) }
      #expect(error == .notATrainingCheckpoint(file: url.path))
      #expect(throws: (any Error).self) {
        try TrainingCheckpoint(contentsOf: directory.appendingPathComponent("missing"))
      }

      let settings = #""settings":{"learningRate":1,"weightDecay":0,"rateMultipliers":{},"weightDecays":{}}"#
      let states = [
        ("2", "{}", "version 2"),
        ("1", "{}", "damaged"),
        ("1", #"{"step":1,"step":2,"frozen":[],"notes":{},\#(settings)}"#, "the key \"step\" twice"),
        ("1", String(repeating: "[", count: 100_000), "nested too deeply"),
        ("1", #"{"step":-1,"frozen":[],"notes":{},\#(settings)}"#, "-1 steps"),
        (
          "1",
          #"{"step":1,"frozen":[],"notes":{},\#(settings.replacing("{}}", with: #"{"a":-1}}"#))}"#, "-1.0"
        ),
      ]
      for (version, state, expected) in states {
        try SafetensorsFile.write(
          [], metadata: ["format": "graft-training", "version": version, "state": state], to: url)
        let error = #expect(throws: TrainingCheckpointError.self) { try TrainingCheckpoint(contentsOf: url) }
        #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
      }
    }
  }

  /// A process that saves without end is killed at a moment that nobody chose: the file is one of those it wrote, whole.
  @Test(arguments: [3_000, 11_000, 23_000])
  func aKilledProcessLeavesAWholeFile(microseconds: UInt32) async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appendingPathComponent("run.safetensors").path
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, microseconds = microseconds as UInt32] in
        let model = TinyNet()
        var checkpoint = TrainingCheckpoint(model: model, optimizer: AdamW())
        try checkpoint.save(to: URL(fileURLWithPath: path))
        Thread.detachNewThread {
          usleep(microseconds)
          kill(getpid(), SIGKILL)
        }
        while true {
          checkpoint.step += 1
          checkpoint.notes["padding"] = String(repeating: "x", count: checkpoint.step % 7 * 1000)
          try checkpoint.save(to: URL(fileURLWithPath: path))
        }
      }
      let checkpoint = try TrainingCheckpoint(contentsOf: URL(fileURLWithPath: path))
      #expect(checkpoint.weights.count == TinyNet().state.count)
      let padding = checkpoint.notes["padding"]?.count ?? 0
      #expect(padding == checkpoint.step % 7 * 1000, "notes and step are of the same moment")
    }
  }
}
