import GraftNN

extension KeyMapping {
  /// Published BERT files in the spelling of ``BERTClassifier`` and its kin: names of the bare model get the prefix `bert.` where they lack
  /// it; the rest is ``bareBERT``.
  public static let bert: KeyMapping = [bareBERT, underBERT]

  /// Published BERT files in the spelling of ``BERT`` itself and of ``SentenceEncoder``: LayerNorm's `gamma` and `beta` become `weight` and
  /// `bias`, `position_ids`, which are no weights, are dropped, and the prefixes `module.` and `bert.` go.
  public static let bareBERT: KeyMapping = [
    .strippingPrefix("module."), .strippingPrefix("bert."),
    .renaming("LayerNorm.gamma", to: "LayerNorm.weight"),
    .renaming("LayerNorm.beta", to: "LayerNorm.bias"),
    .dropping("**.position_ids"),
  ]

  /// Published DistilBERT files in the spelling of ``BERTClassifier`` and its kin: `distilbert.transformer.layer.0.attention.q_lin` becomes
  /// `bert.encoder.layer.0.attention.self.query`.
  public static let distilBERT: KeyMapping = [bareDistilBERT, underBERT]

  /// Published DistilBERT files in the spelling of ``BERT`` itself and of ``SentenceEncoder``.
  public static let bareDistilBERT: KeyMapping = [
    .strippingPrefix("module."), .strippingPrefix("distilbert."),
    KeyMapping(distilBERTNames.map { .renaming($0.theirs, to: $0.ours) }),
    .dropping("**.position_ids"),
  ]

  /// The spelling of ``BERTClassifier`` and its kin in that of DistilBERT's files, for saving.
  static let toDistilBERT: KeyMapping = [
    .strippingPrefix("bert."),
    .addingPrefix("distilbert.", to: "embeddings"), .addingPrefix("distilbert.", to: "encoder"),
    .renaming("cls.predictions.bias", to: "vocab_projector.bias"), toBareDistilBERT,
  ]

  /// The spelling of ``BERT`` itself in that of DistilBERT's files, for saving.
  static let toBareDistilBERT = KeyMapping(distilBERTNames.map { .renaming($0.ours, to: $0.theirs) })

  private static let underBERT = KeyMapping(
    ["embeddings", "encoder", "pooler"].map { .addingPrefix("bert.", to: $0) })

  /// What the two families call the same thing. On either side longer names come before those that they contain.
  private static let distilBERTNames: [(theirs: String, ours: String)] = [
    ("pre_classifier", "pooler.dense"),
    ("vocab_transform", "cls.predictions.transform.dense"),
    ("vocab_layer_norm", "cls.predictions.transform.LayerNorm"),
    ("vocab_projector", "cls.predictions.decoder"),
    ("transformer.layer", "encoder.layer"),
    ("attention.q_lin", "attention.self.query"),
    ("attention.k_lin", "attention.self.key"),
    ("attention.v_lin", "attention.self.value"),
    ("attention.out_lin", "attention.output.dense"),
    ("sa_layer_norm", "attention.output.LayerNorm"),
    ("ffn.lin1", "intermediate.dense"),
    ("ffn.lin2", "output.dense"),
    ("output_layer_norm", "output.LayerNorm"),
  ]
}
