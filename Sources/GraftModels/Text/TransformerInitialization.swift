import GraftNN
import GraftTensor

// How BERT and GPT-2 begin: weights normal with standard deviation 0.02, biases 0.

extension Linear {
  /// A layer as published transformers begin with.
  convenience init(
    transformer inputs: Int, _ outputs: Int, bias: Bool = true, standardDeviation: Float = 0.02,
    using generator: inout RandomGenerator
  ) {
    self.init(
      weight: .normal([outputs, inputs], mean: 0, standardDeviation: standardDeviation, using: &generator),
      bias: bias ? .zeros([outputs]) : nil)
  }
}

extension Embedding {
  /// A table as published transformers begin with.
  convenience init(
    transformer count: Int, _ width: Int, paddingIndex: Int? = nil, standardDeviation: Float = 0.02,
    using generator: inout RandomGenerator
  ) {
    let weight = Tensor<Float>.normal(
      [count, width], mean: 0, standardDeviation: standardDeviation, using: &generator)
    guard let paddingIndex else {
      self.init(weight: weight)
      return
    }
    let isPadding = Tensor<Bool>((0..<count).map { $0 == paddingIndex }).expandingAxis(at: 1)
    self.init(
      weight: weight.replacing(with: 0, where: isPadding.broadcast(to: weight.shape)),
      paddingIndex: paddingIndex)
  }
}
