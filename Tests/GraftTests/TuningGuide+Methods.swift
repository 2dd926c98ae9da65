import Foundation
import Graft

// The code of the guide to tuning that is about methods of search. It has to compile as it is printed there.

private func chooseMethod() -> [any SearchMethod] {
  let few = GaussianProcessSearch()  // up to a few hundred trials that take minutes each
  let many = TPESearch()  // thousands of trials, many choices and conditions
  let spread = QuasiRandomSearch()  // to see the whole space once, evenly
  let random = RandomSearch()  // what the others must beat
  return [few, many, spread, random]
}

private func countGrid(
  _ space: SearchSpace, _ rate: Hyperparameter<Double>
) -> (GridSearch, Int) {
  let grid = GridSearch(points: 3).points(7, for: rate)  // every combination, then it ends
  let trials = grid.count(in: space)
  return (grid, trials)
}

private func askByHand(
  _ space: SearchSpace, _ train: (Configuration) throws -> Double
) rethrows -> [TrialRecord] {
  let method = GaussianProcessSearch()
  var trials: [TrialRecord] = []
  for number in 0..<30 {
    let history = SearchHistory(space: space, objectives: [.maximize("accuracy")], trials: trials)
    guard let next = method.proposal(number: number, given: history, seed: 1) else { break }
    let accuracy = try train(next)
    trials.append(
      TrialRecord(number: number, configuration: next, state: .complete, values: [accuracy]))
  }
  return trials
}
