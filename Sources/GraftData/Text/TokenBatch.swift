import GraftTensor

/// Up to which length the texts of a batch are filled up.
public enum Padding: Sendable, Hashable {
  /// To the length of the longest.
  case longest
  /// To this length; where a text is longer, to the length of the longest, since nothing is cut off here.
  case toLength(Int)
}

/// Encoded texts as tensors, filled up at the end to one length.
public struct TokenBatch: Sendable {
  /// The tokens' ids, shape `[batch, length]`.
  public let ids: Tensor<Int32>

  /// The tokens' types, shape `[batch, length]`; 0 where a text is filled up.
  public let typeIDs: Tensor<Int32>

  /// `true` for tokens of the texts, `false` where they are filled up, shape `[batch, length]`: the mask that
  /// `scaledDotProductAttention` takes for its keys.
  public let mask: Tensor<Bool>

  /// The texts one by one, not filled up: their lengths, offsets and word indices.
  public let encodings: [Encoding]

  /// Fills texts up to one length.
  ///
  /// - Parameters:
  ///   - encodings: The texts.
  ///   - padding: The length.
  ///   - paddingID: What they are filled up with. Which id it is makes no difference to a model that honours the mask.
  public init(_ encodings: [Encoding], padding: Padding = .longest, paddingID: Int32 = 0) {
    let longest = encodings.lazy.map(\.count).max() ?? 0
    let length =
      switch padding {
      case .longest: longest
      case .toLength(let length): max(length, longest)
      }
    func padded<Scalar>(_ rows: [[Scalar]], with filling: Scalar) -> Tensor<Scalar> {
      var scalars: [Scalar] = []
      scalars.reserveCapacity(rows.count * length)
      for row in rows {
        scalars += row
        scalars.append(contentsOf: repeatElement(filling, count: length - row.count))
      }
      return Tensor(shape: [rows.count, length], scalars: scalars)
    }
    ids = padded(encodings.map(\.ids), with: paddingID)
    typeIDs = padded(encodings.map(\.typeIDs), with: 0)
    mask = padded(encodings.map { Array(repeating: true, count: $0.count) }, with: false)
    self.encodings = encodings
  }
}
