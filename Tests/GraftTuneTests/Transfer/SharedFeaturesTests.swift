import Foundation
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
  }
}
