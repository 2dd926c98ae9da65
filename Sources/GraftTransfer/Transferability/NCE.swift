import Foundation
import GraftTensor

/// How well new labels follow from old ones: the negative conditional entropy −H(Y|Z) of the samples' labels, in nats.
///
/// At most 0, which it is if each old class lies within one new class; larger is better. Tran, Nguyen, Hassner:
/// *Transferability and Hardness of Supervised Classification Tasks*, ICCV 2019.
///
/// - Parameters:
///   - sourceLabels: the old classes, `[n]`, from 0: labels of the samples in the old task, or what a pretrained classifier takes
///     them for.
///   - labels: the new classes, `[n]`, from 0.
///
/// Traps at other shapes and without samples.
public func nce(sourceLabels: Tensor<Int32>, labels: Tensor<Int32>) -> Double {
  let sources = ClassLabels(sourceLabels, count: sourceLabels.count, operation: "nce")
  let targets = ClassLabels(labels, count: sources.count, operation: "nce")
  require(sources.count > 0, "nce: no samples")
  var joint: [[Int]: Int] = [:]
  var marginal: [Int: Int] = [:]
  for (source, target) in zip(sources.classes, targets.classes) {
    joint[[source, target], default: 0] += 1
    marginal[source, default: 0] += 1
  }
  // In an order of its own, so that the sum has the same bits each time.
  let sum = joint.sorted { $0.key.lexicographicallyPrecedes($1.key) }.reduce(0.0) { sum, entry in
    sum + Double(entry.value) * log(Double(entry.value) / Double(marginal[entry.key[0]] ?? 1))
  }
  return sum / Double(sources.count)
}
