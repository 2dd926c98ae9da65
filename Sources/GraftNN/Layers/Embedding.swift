import GraftAutograd
import GraftTensor

/// A table of vectors that are looked up by number: of tokens, positions, categories.
///
///     y[i] = W[indices[i]]
public final class Embedding: Module {
  /// W, `[count, width]`.
  public var weight: Parameter

  /// The number whose vector is never learned, that of padding; `nil` for none.
  public let paddingIndex: Int?

  /// A layer with the given table, `[count, width]`. Traps if `paddingIndex` is not one of its rows.
  public init(weight: Tensor<Float>, paddingIndex: Int? = nil) {
    require(weight.rank == 2, "Embedding: the weight must be [count, width] but is \(weight.shape)")
    if let paddingIndex {
      require(
        (0..<weight.shape[0]).contains(paddingIndex),
        "Embedding: the padding index \(paddingIndex) is not in 0..<\(weight.shape[0])")
    }
    self.weight = Parameter(weight)
    self.paddingIndex = paddingIndex
  }

  /// A freshly initialised table: normal numbers of mean 0 and standard deviation 1, as PyTorch has it; zeros for padding.
  ///
  /// - Parameters:
  ///   - count: how many vectors there are.
  ///   - width: the length of a vector.
  ///   - paddingIndex: the number whose vector is zero and stays so. Default: none.
  ///   - generator: where the initial values come from.
  public convenience init(
    _ count: Int, _ width: Int, paddingIndex: Int? = nil, using generator: inout RandomGenerator
  ) {
    require(count > 0 && width > 0, "Embedding: cannot make a table of \(count) vectors of \(width)")
    var weight = Tensor<Float>.normal([count, width], mean: 0, standardDeviation: 1, using: &generator)
    if let paddingIndex, (0..<count).contains(paddingIndex) {
      let mask = Tensor<Bool>((0..<count).map { $0 == paddingIndex }).expandingAxis(at: 1)
      weight = weight.replacing(with: 0, where: mask.broadcast(to: weight.shape))
    }
    self.init(weight: weight, paddingIndex: paddingIndex)
  }

  /// Looks up `[..., width]` for indices of shape `[...]`. Traps if an index is not in 0 ..< count.
  public func callAsFunction(_ indices: Tensor<Int32>) -> Variable {
    let vectors = weight.variable.gather(rows: indices)
    guard let paddingIndex, weight.isTrainable else { return vectors }
    let isPadding = (indices .== Int32(paddingIndex)).expandingAxis(at: -1)
    return Variable.custom(vectors.value, inputs: [vectors]) { gradient in
      [gradient.replacing(with: 0, where: isPadding.broadcast(to: gradient.shape))]
    }
  }
}
