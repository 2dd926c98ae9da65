import Foundation
import GraftTensor

/// How well new labels follow from the classes that a pretrained classifier sees in the samples: the log expected
/// empirical prediction.
///
/// With θ(xᵢ)_z the probability of the old class z for sample i, the joint distribution P(y, z) = (1/n) Σ θ(xᵢ)_z over the samples labelled y
/// gives P(y|z), and the score is (1/n) Σ ln Σ_z P(yᵢ|z) θ(xᵢ)_z: the log-likelihood of a classifier that guesses an old class and from
/// that the new one. At most 0; larger is better. Nguyen, Hassner, Seeger, Archambeau: *LEEP: A New Measure to Evaluate
/// Transferability of Learned Representations*, ICML 2020.
///
/// - Parameters:
///   - sourceProbabilities: of the old classes, `[n, old classes]`: the softmax of the pretrained model's own head.
///   - labels: the new classes, `[n]`, from 0.
///
/// Traps at other shapes, and unless each row has no negative number and a sum of 1 to within 0.001.
public func leep(sourceProbabilities: Tensor<Float>, labels: Tensor<Int32>) -> Double {
  require(
    sourceProbabilities.rank == 2 && sourceProbabilities.shape[0] > 0,
    "leep: probabilities of shape \(sourceProbabilities.shape), not [samples, old classes]")
  let (samples, sources) = (sourceProbabilities.shape[0], sourceProbabilities.shape[1])
  let labels = ClassLabels(labels, count: samples, operation: "leep")
  let probabilities = sourceProbabilities.scalars.map(Double.init)
  var joint = Array(repeating: Array(repeating: 0.0, count: sources), count: (labels.classes.max() ?? 0) + 1)
  var marginal = Array(repeating: 0.0, count: sources)
  for (sample, label) in labels.classes.enumerated() {
    var sum = 0.0
    for source in 0..<sources {
      let probability = probabilities[sample * sources + source]
      require(probability >= 0, "leep: a probability of \(probability) for sample \(sample)")
      joint[label][source] += probability
      marginal[source] += probability
      sum += probability
    }
    require(abs(sum - 1) <= 1e-3, "leep: the probabilities of sample \(sample) sum to \(sum)")
  }
  var total = 0.0
  for (sample, label) in labels.classes.enumerated() {
    var prediction = 0.0
    for source in 0..<sources where marginal[source] > 0 {
      prediction += joint[label][source] / marginal[source] * probabilities[sample * sources + source]
    }
    total += log(prediction)
  }
  return total / Double(samples)
}
