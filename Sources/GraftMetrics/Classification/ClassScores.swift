/// Precision, recall and F1 with the number of samples they were measured on.
public struct ClassScores: Sendable, Hashable, Codable {
  /// Of the samples predicted to be of the class, the part that is: TP / (TP + FP).
  public let precision: Double

  /// Of the samples of the class, the part that was predicted to be: TP / (TP + FN).
  public let recall: Double

  /// The harmonic mean of precision and recall: 2·TP / (2·TP + FP + FN).
  public let f1: Double

  /// The number of samples of the class (of all classes, for an average).
  public let support: Int
}
