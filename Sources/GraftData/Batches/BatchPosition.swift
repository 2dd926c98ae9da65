import GraftTensor

/// A place in a training run: the epoch, and how many of its batches are done.
///
/// A checkpoint keeps ``LabeledBatch/nextPosition``; a resumed run passes it as `startingAt:` to every epoch, and
/// goes on with exactly the batches that were left. It only means the same with the same data set, batch size and
/// seed.
public struct BatchPosition: Sendable, Hashable {
  /// The epoch, from 0.
  public let epoch: Int

  /// The number of the next batch in the epoch, from 0.
  public let batch: Int

  /// A place in a run, by default its beginning. Traps if a number is negative.
  public init(epoch: Int = 0, batch: Int = 0) {
    require(epoch >= 0 && batch >= 0, "BatchPosition: epoch \(epoch), batch \(batch)")
    self.epoch = epoch
    self.batch = batch
  }
}

extension BatchPosition: Comparable {
  public static func < (left: BatchPosition, right: BatchPosition) -> Bool {
    (left.epoch, left.batch) < (right.epoch, right.batch)
  }
}

extension BatchPosition: Codable {
  private enum CodingKeys: String, CodingKey { case epoch, batch }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    epoch = try values.decode(Int.self, forKey: .epoch)
    batch = try values.decode(Int.self, forKey: .batch)
    guard epoch >= 0 && batch >= 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .batch, in: values,
        debugDescription: "Epoch \(epoch), batch \(batch): neither can be negative.")
    }
  }
}
