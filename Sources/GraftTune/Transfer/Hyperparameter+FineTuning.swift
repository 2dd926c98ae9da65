import GraftTransfer

// What is searched most often when a network is fine-tuned, under its usual name and over its usual range.

extension Hyperparameter where Value == Double {
  /// `learning rate`: the head's; see ``ThawingParameters`` for those of the stages below.
  public static func learningRate(_ range: ClosedRange<Double> = 1e-4...1e-1) -> Hyperparameter {
    continuous("learning rate", range, .logarithmic)
  }

  /// `weight decay`.
  public static func weightDecay(_ range: ClosedRange<Double> = 1e-4...1e-1) -> Hyperparameter {
    continuous("weight decay", range, .logarithmic)
  }

  /// `augmentation`: from 0, images as they are, to 1, varied strongly; see ``photographAugmentation(strength:side:)``.
  public static func augmentationStrength() -> Hyperparameter { continuous("augmentation", 0...1) }
}

extension Hyperparameter where Value == HeadBuilder {
  /// `head`: which one the network gets.
  ///
  /// ```swift
  /// let head = Hyperparameter.head(["linear": .linear, "concat pool": .concatPool()])
  /// model.replaceHead(classes: 37, with: trial[head], seed: trial.seed)
  /// ```
  public static func head(_ builders: KeyValuePairs<String, HeadBuilder>) -> Hyperparameter {
    choice("head", builders)
  }
}
