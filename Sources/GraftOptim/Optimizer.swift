import GraftAutograd
import GraftNN
import GraftTensor

/// Moves parameters against their gradients.
///
/// ```swift
/// var optimizer = AdamW(learningRate: 1e-3, weightDecay: 0.01)
/// optimizer.setWeightDecay(0, for: .biases || .normalization, in: model)
/// optimizer.update(with: gradients.clipped(toNorm: 1))
/// ```
///
/// An optimizer is a value: a copy has its own settings and its own memory. It is not given the parameters in
/// advance; it moves those in the `Gradients` of each update and no others, so neither weight decay nor momentum can
/// move a parameter that is frozen. What it remembers about a parameter stays while the parameter is frozen, and
/// counts its own steps, so training goes on after unfreezing as if there had been no break.
///
/// To write one, say what is remembered about a parameter (``State``) and how one step is computed
/// (``step(_:gradient:state:_:)``); the rest is supplied.
public protocol Optimizer {
  /// What is remembered about one parameter from step to step.
  associatedtype State: ParameterState

  /// How far a step goes, before the multipliers in ``groups``. Schedules set it; it may reach 0, not below.
  var learningRate: Float { get set }

  /// How strongly parameters are drawn towards 0 where ``groups`` does not say otherwise. 0 is not at all.
  var weightDecay: Float { get set }

  /// Rates and decays of single parameters where they differ.
  var groups: ParameterGroups { get set }

  /// What is remembered about the parameters moved so far.
  var memory: OptimizerMemory<State> { get set }

  /// Moves one parameter by one step: the optimizer's formula, a function of the arguments and the settings alone.
  ///
  /// - Parameters:
  ///   - parameter: the parameter's value, changed in place.
  ///   - gradient: the loss's gradient, of the same shape.
  ///   - state: what is remembered about the parameter, changed in place.
  ///   - step: the rate and decay that hold for this parameter, and the number of the step.
  func step(
    _ parameter: inout Tensor<Float>, gradient: Tensor<Float>, state: inout State, _ step: OptimizerStep)
}

/// What holds for one step of one parameter.
public struct OptimizerStep: Sendable, Hashable {
  /// The learning rate, the parameter's multiplier included.
  public let rate: Float

  /// The weight decay of this parameter.
  public let weightDecay: Float

  /// How often the parameter has been moved, this step included: 1 at its first. Steps while it was frozen don't count.
  public let number: Int

  /// A step of the given rate, decay and number.
  public init(rate: Float, weightDecay: Float, number: Int) {
    self.rate = rate
    self.weightDecay = weightDecay
    self.number = number
  }
}

extension Optimizer {
  /// Moves each parameter that has a gradient by one step.
  ///
  /// A parameter that has been frozen since its gradient was computed is left alone. Traps if a gradient belongs to
  /// something else than a `Parameter`, or if the shape of a parameter has changed since its last step.
  public mutating func update(with gradients: Gradients) {
    // The memory is taken out for the time of the update: its tensors then have one owner and are changed in place.
    var memory = OptimizerMemory<State>()
    swap(&memory, &self.memory)
    for leaf in gradients.leaves {
      guard let parameter = leaf as? Parameter else {
        fatalError(
          "\(Self.self).update: \(type(of: leaf)) is not a Parameter, which is all it can move")
      }
      guard parameter.isTrainable, let gradient = gradients[parameter] else { continue }
      let rate = rate(for: parameter)
      let decay = weightDecay(for: parameter)
      memory.advance(parameter) { state, number in
        let conditions = OptimizerStep(rate: rate, weightDecay: decay, number: number)
        step(&parameter.value, gradient: gradient, state: &state, conditions)
      }
    }
    swap(&memory, &self.memory)
  }

  /// The learning rate that holds for a parameter now: ``learningRate`` times its multiplier.
  public func rate(for parameter: Parameter) -> Float {
    learningRate * groups.rateMultiplier(for: parameter)
  }

  /// The weight decay that holds for a parameter: its own if one was set, else ``weightDecay``.
  public func weightDecay(for parameter: Parameter) -> Float {
    groups.weightDecay(for: parameter) ?? weightDecay
  }
}
