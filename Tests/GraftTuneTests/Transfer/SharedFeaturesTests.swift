import Foundation
import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor
import GraftTransfer
import GraftTune
import Testing

@Suite struct SharedFeaturesTests {
  @Test func trialsOfOneBackboneComputeOnce() throws {
    let data = try circle()
    let expected = extractFeatures(of: LayeredNet(seed: 3), from: data).inputs.scalars
    let shared = SharedFeatures()
    let space = try SearchSpace([Hyperparameter.learningRate()])
    let study = try Study(space, .maximize("score"), method: RandomSearch(), seed: 1)
    try study.run(trials: 8, workers: 3) { trial in
      let model = LayeredNet(seed: 3)
      model.replaceHead(classes: 2, seed: trial.seed)
      model.freeze(.backbone)
      let features = try shared.features(of: model, from: data)
      return features.inputs.scalars == expected ? 1.0 : 0.0
    }
    #expect(study.trials.allSatisfy { $0.values == [1] })
    #expect(shared.misses == 1 && shared.hits == 7)
  }

  @Test func anotherBackboneOrOneThatLearnsIsNotMistaken() throws {
    let data = try circle()
    let shared = SharedFeatures()
    let models = [LayeredNet(seed: 3), LayeredNet(seed: 4)]
    for model in models {
      model.freeze(.backbone)
      let features = try shared.features(of: model, from: data)
      #expect(features.inputs.scalars == extractFeatures(of: model, from: data).inputs.scalars)
    }
    #expect(shared.misses == 2)
    models[0].unfreeze(.path("third"))
    #expect(throws: FeatureCacheError.self) { try shared.features(of: models[0], from: data) }
    for model in models { _ = try shared.activations(of: model, upTo: 2, from: data) }
    #expect(shared.misses == 4)
    models[1].second.weight.value *= 2
    let changed = try shared.activations(of: models[1], upTo: 2, from: data)
    #expect(changed.inputs.scalars == extractActivations(of: models[1], upTo: 2, from: data).inputs.scalars)
    #expect(shared.misses == 5 && shared.hits == 0)
    models[1].unfreeze(.path("second.bias"))
    #expect(throws: FeatureCacheError.trainableBackbone(paths: ["second.bias"])) {
      try shared.activations(of: models[1], upTo: 2, from: data)
    }
  }

  /// Trials that thaw to different depths, in turn and at once: each depth is computed once, and every trial ends as it would without
  /// the cache.
  @Test func eachDepthIsComputedOnce() throws {
    let data = try circle()
    let shared = SharedFeatures()
    let thawing = ThawingParameters(stages: 4)
    let study = try Study(
      SearchSpace([thawing.depth]), .minimize("loss"), method: GridSearch(points: 4), seed: 1)
    @Sendable func loss(_ trial: Trial, _ shared: SharedFeatures?) throws -> Double {
      let model = LayeredNet(seed: 3)
      model.replaceHead(classes: 2, seed: 5)
      var optimizer = SGD(learningRate: 0.1)
      let plan = thawing.plan(for: model, as: trial.configuration)
      plan.apply(0, to: model, optimizer: &optimizer)
      let frozen = plan.frozen.count
      let inputs = try shared?.activations(of: model, upTo: frozen, from: data, batchSize: 16) ?? data
      let upper = model.continued(from: shared == nil ? 0 : frozen)
      var total = 0.0
      for epoch in 0..<2 {
        for batch in inputs.batches(of: 16, epoch: epoch, shuffledBy: 7, prefetch: 0) {
          let (loss, gradients) = valueAndGradients { softmaxCrossEntropy(upper(batch.inputs), batch.labels) }
          optimizer.update(with: gradients)
          total += Double(loss)
        }
      }
      return total
    }
    for _ in 0..<2 {
      let again = try Study(
        SearchSpace([thawing.depth]), .minimize("loss"), method: GridSearch(points: 4), seed: 1)
      try again.run(trials: 4, workers: 3) { try loss($0, shared) }
      try study.run(trials: 4) { try loss($0, nil) }
      func losses(_ study: Study) -> [[Double]] {
        study.trials.sorted { $0.number < $1.number }.map(\.values)
      }
      #expect(losses(again) == losses(study) && Set(losses(again)).count == 4)
    }
    #expect(shared.misses == 3 && shared.hits == 3, "the trials that thaw everything need no cache")
  }

  /// One trial computes while another, which asks for other activations, comes and goes.
  @Test func anotherPrefixIsNotWaitedFor() throws {
    let (data, other) = (try circle(8), try circle(9))
    let shared = SharedFeatures()
    let (computing, served) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let slow = Thread {
      let model = GatedNet {
        computing.signal()
        // Ten seconds are an age for the other: it is served in a moment, or never while this one computes.
        if served.wait(timeout: .now() + 10) == .timedOut { Issue.record("the other trial had to wait") }
      }
      model.freeze(.backbone)
      _ = try? shared.features(of: model, from: data)
      computing.signal()
    }
    slow.start()
    computing.wait()
    let model = GatedNet {}
    model.freeze(.backbone)
    _ = try shared.features(of: model, from: other)
    served.signal()
    computing.wait()
    #expect(shared.misses == 2 && shared.hits == 0)
  }
}

/// A network whose only stage does something else while it computes.
private final class GatedNet: StagewiseModel {
  let layer: Linear
  var pooling: any Layer = Identity()
  var head: any Layer
  let featureCount = 2
  private let meanwhile: () -> Void

  init(_ meanwhile: @escaping () -> Void) {
    var generator = RandomGenerator(seed: 1)
    layer = Linear(2, 2, using: &generator)
    head = Linear(2, 2, using: &generator)
    self.meanwhile = meanwhile
  }

  func applyStage(_ index: Int, to input: Variable) -> Variable {
    meanwhile()
    return layer(input)
  }

  var stages: [Stage] { [Stage("layer", .path("layer")), Stage("head", .head)] }
}
