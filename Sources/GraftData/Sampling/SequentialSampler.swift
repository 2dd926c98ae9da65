/// Every sample once an epoch, in the order of the data set: for evaluation.
public struct SequentialSampler: Sampler, Hashable {
  /// The order of the data set.
  public init() {}

  public func order(of count: Int, epoch: Int) -> [Int] { Array(0..<count) }
}

extension Sampler where Self == SequentialSampler {
  /// Every sample once an epoch, in the order of the data set; see ``SequentialSampler``.
  public static var sequential: SequentialSampler { SequentialSampler() }
}
