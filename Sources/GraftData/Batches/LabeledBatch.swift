import GraftTensor

/// Some samples of a data set, ready for a network.
public struct LabeledBatch: Sendable {
  /// The inputs, augmented, scaled and normalised, shape `[count] + inputShape`.
  public let inputs: Tensor<Float>

  /// The classes, shape `[count]`.
  public let labels: Tensor<Int32>

  /// Which samples of the data set these are, in the order of the rows.
  public let indices: [Int]

  /// Where a run continues that has finished this batch.
  public let nextPosition: BatchPosition

  /// The inputs, under the name that suits images: shape `[count, channels, height, width]`.
  public var images: Tensor<Float> { inputs }

  /// The number of samples.
  public var count: Int { indices.count }
}
