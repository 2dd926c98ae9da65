import GraftTensor

/// The encodings of a ``TextDataset``, from which batches are made.
public struct EncodedTexts: Sendable {
  /// Each text's tokens.
  public let encodings: [Encoding]

  /// The class of each text.
  public let labels: [Int32]

  /// The names of the classes, in the order of their numbers.
  public let classNames: [String]

  /// What fills short texts up.
  let paddingID: Int32

  /// The number of texts.
  public var count: Int { encodings.count }

  /// The numbers of the texts divided into batches of like length.
  ///
  /// Traps unless `size` is positive.
  public func lengthBatches(of size: Int) -> LengthBatches {
    LengthBatches(encodings.map(\.count), of: size)
  }

  /// Some texts, filled up to the length of the longest of them. Traps at a number that is none of theirs.
  public func batch(_ indices: some Sequence<Int>) -> TextBatch {
    let indices = Array(indices)
    return TextBatch(
      texts: TokenBatch(indices.map { encodings[$0] }, paddingID: paddingID),
      labels: Tensor(indices.map { labels[$0] }), indices: indices)
  }
}

/// Some texts, ready for a network.
public struct TextBatch: Sendable {
  /// The tokens, filled up to one length.
  public let texts: TokenBatch

  /// The classes, shape `[count]`.
  public let labels: Tensor<Int32>

  /// Which texts of the data set these are, in the order of the rows.
  public let indices: [Int]

  /// The number of texts.
  public var count: Int { indices.count }
}
