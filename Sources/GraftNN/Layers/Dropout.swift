import GraftAutograd
import GraftTensor

/// Sets a random part of its input to zero while training, and does nothing otherwise.
///
///     y = x · m / (1 − p), m = 0 with probability p, else 1
///
/// so that the expected value stays. (Srivastava et al.: *Dropout*, JMLR 2014.) The numbers come from the generator
/// of the surrounding scope: `valueAndGradients(using: &generator)` or `withRandomness`.
public final class Dropout: Layer {
  /// p, the probability of an element to be dropped.
  public let probability: Float

  /// A layer that drops elements with probability `probability`. Traps unless it is in 0 ..< 1.
  public init(_ probability: Float = 0.5) {
    require((0..<1).contains(probability), "Dropout: \(probability) is not a probability below 1")
    self.probability = probability
  }

  /// Drops elements of a tensor of any shape; the shape stays.
  public func forward(_ input: Variable) -> Variable {
    guard Mode.current == .training, probability > 0 else { return input }
    return input.dropped(probability: probability, using: &Randomness.current.generator)
  }
}
