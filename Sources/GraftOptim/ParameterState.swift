import GraftTensor

/// What an optimizer remembers about one parameter: tensors of the parameter's shape, with names for checkpoints.
public protocol ParameterState {
  /// The state before a parameter's first step.
  init()

  /// The state with the tensors that ``tensors`` gave; nil if they are not those of such a state.
  init?(tensors: [String: Tensor<Float>])

  /// The tensors that exist so far by name: letters, digits and underscores.
  var tensors: [String: Tensor<Float>] { get }
}
