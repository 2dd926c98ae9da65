import GraftTensor

/// What ``Adam`` and ``AdamW`` remember about a parameter. Each tensor has the parameter's shape.
public struct AdamState: ParameterState {
  /// m, the moving average of the gradient; nil before the first step.
  public var firstMoment: Tensor<Float>?

  /// v, the moving average of the squared gradient; nil before the first step.
  public var secondMoment: Tensor<Float>?

  /// The largest v so far; nil unless AMSGrad is on.
  public var maximum: Tensor<Float>?

  public init() {}

  public init?(tensors: [String: Tensor<Float>]) {
    let names = Set(tensors.keys)
    guard names.isSuperset(of: ["first_moment", "second_moment"]) || names.isEmpty,
      names.isSubset(of: ["first_moment", "second_moment", "maximum"])
    else { return nil }
    firstMoment = tensors["first_moment"]
    secondMoment = tensors["second_moment"]
    maximum = tensors["maximum"]
  }

  public var tensors: [String: Tensor<Float>] {
    ["first_moment": firstMoment, "second_moment": secondMoment, "maximum": maximum].compactMapValues { $0 }
  }
}
