import GraftNN
import GraftOptim

/// The rates and decays of an optimizer for the parameters of a model, by path: what a checkpoint keeps
/// beside its state.
struct OptimizerSettings: Sendable, Hashable, Codable {
  var learningRate: Float
  var weightDecay: Float
  /// Where they are not 1.
  var rateMultipliers: [String: Float] = [:]
  /// Where they are not the optimizer's.
  var weightDecays: [String: Float] = [:]

  init(of optimizer: some Optimizer, for entries: [StateEntry]) {
    learningRate = optimizer.learningRate
    weightDecay = optimizer.weightDecay
    for entry in entries {
      guard let parameter = entry.parameter else { continue }
      let multiplier = optimizer.groups.rateMultiplier(for: parameter)
      if multiplier != 1 { rateMultipliers[entry.path] = multiplier }
      weightDecays[entry.path] = optimizer.groups.weightDecay(for: parameter)
    }
  }

  /// Sets them all.
  func apply(to optimizer: inout some Optimizer, for entries: [StateEntry]) {
    optimizer.learningRate = learningRate
    optimizer.weightDecay = weightDecay
    for entry in entries {
      guard let parameter = entry.parameter else { continue }
      optimizer.groups.setRateMultiplier(rateMultipliers[entry.path] ?? 1, for: parameter)
      optimizer.groups.setWeightDecay(weightDecays[entry.path], for: parameter)
    }
  }

  /// A value that no optimizer accepts.
  var invalidValue: Float? {
    let values = [learningRate, weightDecay] + rateMultipliers.values + weightDecays.values
    return values.first { !($0 >= 0 && $0.isFinite) }
  }
}
