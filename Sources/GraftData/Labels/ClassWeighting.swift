import Foundation
import GraftTensor

/// How much the loss of a sample counts by the frequency of its class.
///
/// ```swift
/// let weights = dataset.classWeights(.effectiveNumber(beta: 0.999))
/// let loss = softmaxCrossEntropy(model(batch.images), batch.labels, classWeights: weights)
/// ```
public enum ClassWeighting: Sendable, Hashable {
  /// Samples / (classes · samples of the class): every class counts the same altogether, and a sample 1 on average.
  /// After King, Zeng: *Logistic Regression in Rare Events Data*, 2001.
  case balanced
  /// 1 / √(samples of the class), scaled so that classes have the mean 1: between balanced and none.
  case inverseSquareRoot
  /// (1 − β) / (1 − β^(samples of the class)), scaled so that classes have the mean 1: further samples of a class count
  /// for less, as they overlap with others. β is in `0..<1`; 0 weighs all classes the same, towards 1 it becomes
  /// proportional to ``balanced``.
  ///
  /// Cui, Jia, Lin, Song, Belongie: *Class-Balanced Loss Based on Effective Number of Samples*, 2019.
  case effectiveNumber(beta: Double)

  /// The weight of each class.
  ///
  /// - Parameter frequencies: The number of samples of each class. A class without samples has weight 0 and does not
  ///   count as a class otherwise. Traps if one is negative.
  /// - Returns: Shape `[classes]`.
  public func weights(frequencies: [Int]) -> Tensor<Float> {
    require(frequencies.allSatisfy { $0 >= 0 }, "ClassWeighting: frequencies \(frequencies)")
    let present = frequencies.filter { $0 > 0 }
    let raw = frequencies.map { $0 > 0 ? rawWeight(frequency: Double($0)) : 0 }
    let scale: Double
    switch self {
    case .balanced: scale = Double(present.reduce(0, +)) / Double(present.count)
    case .inverseSquareRoot, .effectiveNumber: scale = Double(present.count) / raw.reduce(0, +)
    }
    return Tensor(raw.map { $0 == 0 ? 0 : Float($0 * scale) })
  }

  private func rawWeight(frequency: Double) -> Double {
    switch self {
    case .balanced: return 1 / frequency
    case .inverseSquareRoot: return 1 / frequency.squareRoot()
    case .effectiveNumber(let beta):
      require(beta >= 0 && beta < 1, "ClassWeighting.effectiveNumber: beta \(beta) does not lie in 0..<1")
      // 1 − βⁿ without cancellation where β is near 1.
      return beta == 0 ? 1 : (1 - beta) / -expm1(frequency * log(beta))
    }
  }
}

extension LabeledDataset {
  /// The weight of each class in a loss, shape `[classCount]`. Compute it on the training set alone.
  public func classWeights(_ weighting: ClassWeighting = .balanced) -> Tensor<Float> {
    weighting.weights(frequencies: classFrequencies)
  }
}
