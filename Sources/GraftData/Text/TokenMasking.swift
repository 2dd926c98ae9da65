import GraftTensor

/// Hides tokens that a masked language model has to guess.
///
/// ```swift
/// let masking = TokenMasking(for: tokenizer)
/// let masked = masking(batch, using: &generator)
/// let loss = softmaxCrossEntropy(model(masked.texts), masked.labels, ignoring: -100)
/// ```
///
/// Devlin, Chang, Lee, Toutanova: *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*, NAACL 2019: 15 % of the
/// tokens are guessed; of those 80 % become the mask, 10 % a random token, 10 % stay as they are.
public struct TokenMasking: Sendable {
  /// How likely a token has to be guessed.
  public let probability: Double

  /// The share of those that the mask hides.
  public let maskedShare: Double

  /// The share of those that a random token hides.
  public let randomShare: Double

  /// The id of the mask.
  public let maskID: Int32

  /// The ids that a random token is drawn from.
  public let vocabulary: Range<Int32>

  /// Ids that never have to be guessed: special tokens, and padding.
  public let spared: Set<Int32>

  /// Masking of ids.
  ///
  /// Traps unless probability and shares are in 0…1, the shares' sum too, and the vocabulary isn't empty.
  public init(
    maskID: Int32, vocabulary: Range<Int32>, sparing spared: Set<Int32>, probability: Double = 0.15,
    maskedShare: Double = 0.8, randomShare: Double = 0.1
  ) {
    for share in [probability, maskedShare, randomShare, maskedShare + randomShare] {
      requireProbability(share, of: "TokenMasking")
    }
    require(!vocabulary.isEmpty, "TokenMasking: the vocabulary is empty")
    self.probability = probability
    self.maskedShare = maskedShare
    self.randomShare = randomShare
    self.maskID = maskID
    self.vocabulary = vocabulary
    self.spared = spared
  }

  /// Masking with a tokenizer's mask and vocabulary, its special tokens spared.
  ///
  /// Traps if the tokenizer has no mask.
  public init(for tokenizer: some Tokenizer, probability: Double = 0.15) {
    let special = tokenizer.specialTokens
    guard let mask = special.mask else {
      fatalError("TokenMasking: the tokenizer has no token that masks")
    }
    let spared = [
      special.padding, special.classification, special.separator, special.mask, special.endOfText,
    ]
    self.init(
      maskID: mask, vocabulary: 0..<Int32(tokenizer.vocabularySize), sparing: Set(spared.compactMap { $0 }),
      probability: probability)
  }

  /// A batch in which tokens are hidden, and what they were.
  ///
  /// - Parameters:
  ///   - batch: ids `[batch, length]`; where its mask is `false`, nothing is hidden.
  ///   - generator: what chance is taken from.
  ///   - ignored: the label of tokens that need not be guessed. Default: -100.
  /// - Returns: the batch with other ids, and labels `[batch, length]`.
  public func callAsFunction(
    _ batch: TokenBatch, using generator: inout RandomGenerator, ignored: Int32 = -100
  ) -> (texts: TokenBatch, labels: Tensor<Int32>) {
    var ids = batch.ids.scalars
    var labels = [Int32](repeating: ignored, count: ids.count)
    for (index, isShown) in batch.mask.scalars.enumerated()
    where isShown && !spared.contains(ids[index]) && generator.bernoulli(probability: probability) {
      labels[index] = ids[index]
      let draw = generator.unit()
      if draw < maskedShare {
        ids[index] = maskID
      } else if draw < maskedShare + randomShare {
        ids[index] = vocabulary.lowerBound + Int32(generator.integer(below: vocabulary.count))
      }
    }
    let shape = batch.ids.shape
    return (
      TokenBatch(ids: Tensor(shape: shape, scalars: ids), typeIDs: batch.typeIDs, mask: batch.mask),
      Tensor(shape: shape, scalars: labels)
    )
  }
}
