import GraftTensor

/// Standardises each channel: `(x − mean) / standardDeviation`.
///
/// Channels are positions along the axis after the samples: colours of images `[n, channels, height, width]`,
/// columns of tables `[n, features]`. Values of 8-bit inputs are divided by 255 before. A network has to see the
/// normalisation it was trained with.
public struct Normalization: Sendable, Hashable {
  /// What is subtracted from each channel; one value is used for all.
  public let mean: [Float]

  /// What each channel is divided by; one value is used for all.
  public let standardDeviation: [Float]

  /// A normalisation with known figures.
  ///
  /// Traps if the two differ in length, are empty or not finite, or if a standard deviation is not positive.
  public init(mean: [Float], standardDeviation: [Float]) {
    require(
      Normalization.isValid(mean: mean, standardDeviation: standardDeviation),
      "Normalization: means \(mean) and standard deviations \(standardDeviation) have to be as many, finite, and the latter positive"
    )
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// Of the colours of ImageNet's photographs: what most published networks expect.
  public static let imageNet = Normalization(
    mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])

  /// From 0…1 to −1…1, for any number of channels: what Inception, many a vision transformer and networks
  /// from TensorFlow expect.
  public static let symmetric = Normalization(mean: [0.5], standardDeviation: [0.5])

  /// Of the colours of CIFAR-10's training images.
  public static let cifar10 = Normalization(
    mean: [0.4914, 0.4822, 0.4465], standardDeviation: [0.2470, 0.2435, 0.2616])

  /// The mean and the (population) standard deviation of each channel of a data set, without regard to the
  /// normalisation it may have.
  ///
  /// Fit it on training data only, and apply it to the others too. Channels that never vary are only shifted.
  /// Blocks of samples are measured in single precision and put together in double. Traps if the data set is
  /// empty.
  public init(fittedTo dataset: LabeledDataset) {
    require(!dataset.isEmpty, "Normalization: a data set without samples has no mean")
    let raw = dataset.normalized(by: nil)
    var channels: [ChannelStatistics] = []
    for start in stride(from: 0, to: raw.count, by: 256) {
      let block = raw.inputs(at: Array(start..<Swift.min(start + 256, raw.count)))
      let statistics = ChannelStatistics.ofChannels(in: block)
      channels =
        channels.isEmpty ? statistics : zip(channels, statistics).map { $0.merged(with: $1) }
    }
    self.init(
      mean: channels.map { $0.isConstant ? $0.smallest : Float($0.mean) },
      standardDeviation: channels.map { channel in
        let deviation = Float((channel.squares / channel.count).squareRoot())
        return channel.isConstant || !(deviation > 0) ? 1 : deviation
      })
  }

  /// The inputs of a batch, shape `[n, channels, …]`, standardised.
  ///
  /// Traps if the number of channels does not fit.
  public func callAsFunction(_ inputs: Tensor<Float>) -> Tensor<Float> {
    check(Shape(inputs.shape.dropFirst()))
    var shape = Shape(repeating: 1, rank: Swift.max(inputs.rank - 1, 1))
    shape[0] = mean.count
    var result = inputs - Tensor(shape: shape, scalars: mean)
    result /= Tensor(shape: shape, scalars: standardDeviation)
    return result
  }

  /// What each byte becomes in each channel, shape `[mean.count, 256]`.
  var byteTables: Tensor<Float> {
    let entries = zip(mean, standardDeviation).flatMap { mean, deviation in
      (0..<256).map { (Float($0) / 255 - mean) / deviation }
    }
    return Tensor(shape: [mean.count, 256], scalars: entries)
  }

  /// Traps if inputs of this shape do not have the channels.
  func check(_ inputShape: Shape) {
    require(
      mean.count == 1 || mean.count == inputShape.first,
      "Normalization: \(mean.count) channels for inputs of shape \(inputShape)")
  }

  private static func isValid(mean: [Float], standardDeviation: [Float]) -> Bool {
    !mean.isEmpty && mean.count == standardDeviation.count && mean.allSatisfy { $0.isFinite }
      && standardDeviation.allSatisfy { $0.isFinite && $0 > 0 }
  }
}

extension Normalization: Codable {
  private enum CodingKeys: String, CodingKey { case mean, standardDeviation }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    mean = try values.decode([Float].self, forKey: .mean)
    standardDeviation = try values.decode([Float].self, forKey: .standardDeviation)
    guard Normalization.isValid(mean: mean, standardDeviation: standardDeviation) else {
      throw DecodingError.dataCorruptedError(
        forKey: .standardDeviation, in: values,
        debugDescription: "A normalisation needs as many finite means as positive standard deviations.")
    }
  }
}
