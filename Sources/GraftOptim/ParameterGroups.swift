import GraftNN
import GraftTensor

/// Learning rates and weight decays of single parameters where they differ from the optimizer's.
///
/// Usually set by selection: ``Optimizer/setRateMultiplier(_:for:in:)``, ``Optimizer/setWeightDecay(_:for:in:)``.
/// Parameters are told apart by identity and held, so that none of them can be mistaken for a later one.
public struct ParameterGroups {
  private var rules: [ObjectIdentifier: Rule] = [:]

  private struct Rule {
    let parameter: Parameter
    var rateMultiplier: Float = 1
    var weightDecay: Float?
  }

  /// No differences: a multiplier of 1 and the optimizer's decay for every parameter.
  public init() {}

  /// What the optimizer's learning rate is multiplied by for a parameter: 1 if nothing was set.
  public func rateMultiplier(for parameter: Parameter) -> Float {
    rules[ObjectIdentifier(parameter)]?.rateMultiplier ?? 1
  }

  /// The parameter's own weight decay; nil if the optimizer's holds.
  public func weightDecay(for parameter: Parameter) -> Float? {
    rules[ObjectIdentifier(parameter)]?.weightDecay
  }

  /// Sets what the optimizer's learning rate is multiplied by for a parameter. Traps unless finite and not negative.
  public mutating func setRateMultiplier(_ multiplier: Float, for parameter: Parameter) {
    requireNonNegative(multiplier, "rate multiplier", in: "ParameterGroups")
    rules[ObjectIdentifier(parameter), default: Rule(parameter: parameter)].rateMultiplier = multiplier
  }

  /// Sets a parameter's own weight decay; nil brings the optimizer's back. Traps unless finite and not negative.
  public mutating func setWeightDecay(_ decay: Float?, for parameter: Parameter) {
    if let decay { requireNonNegative(decay, "weight decay", in: "ParameterGroups") }
    rules[ObjectIdentifier(parameter), default: Rule(parameter: parameter)].weightDecay = decay
  }
}

extension Optimizer {
  /// Multiplies the learning rate of the parameters that a selection names; 0 holds them where they are.
  ///
  /// A parameter keeps one multiplier, the last that was set for it; one that the model gets later, with a new head
  /// say, has none. Traps if the multiplier is negative or not finite, and if the selection names no parameter of the
  /// model (``SelectionError`` says what is nearest).
  public mutating func setRateMultiplier(
    _ multiplier: Float, for selection: Selection, in model: any Module
  ) {
    for parameter in parameters(named: selection, in: model, "setRateMultiplier") {
      groups.setRateMultiplier(multiplier, for: parameter)
    }
  }

  /// Sets the weight decay of the parameters that a selection names, in place of ``weightDecay``.
  ///
  /// nil brings ``weightDecay`` back. Traps if the decay is negative or not finite, and if the selection names no
  /// parameter of the model (``SelectionError`` says what is nearest).
  public mutating func setWeightDecay(_ decay: Float?, for selection: Selection, in model: any Module) {
    for parameter in parameters(named: selection, in: model, "setWeightDecay") {
      groups.setWeightDecay(decay, for: parameter)
    }
  }

  private func parameters(
    named selection: Selection, in model: any Module, _ operation: StaticString
  ) -> [Parameter] {
    do {
      let parameters = try selection.resolve(in: model).compactMap(\.parameter)
      require(
        !parameters.isEmpty, "\(operation): the selection \(selection) names buffers only, no parameter")
      return parameters
    } catch {
      fatalError("\(operation): \(error)")
    }
  }
}
