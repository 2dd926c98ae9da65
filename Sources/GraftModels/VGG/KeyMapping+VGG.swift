import GraftNN

extension KeyMapping {
  /// timm's VGG files in the spelling of ``VGG``: there the classifier's hidden layers are convolutions, `pre_logits.fc1` of shape
  /// `[4096, 512, 7, 7]` and `pre_logits.fc2` of shape `[4096, 4096, 1, 1]`, and its last layer is `head.fc`.
  ///
  /// The numbers are the same, in the same order. Files in torchvision's spelling stay as they are.
  public static let timmVGG: KeyMapping = [
    .renaming("pre_logits.fc1", to: "classifier.0"), .renaming("pre_logits.fc2", to: "classifier.3"),
    .renaming("head.fc", to: "classifier.6"),
    .reshaping("classifier.0.weight"), .reshaping("classifier.3.weight"),
  ]
}
