import GraftAutograd
import GraftTensor

/// Runs all axes from one on together: `[n, c, h, w]` becomes `[n, c·h·w]`.
public final class Flatten: Layer {
  /// The first axis of those that become one.
  public let axis: Int

  /// A layer that keeps the axes before `axis`. Default: 1, so that the batch axis stays.
  public init(from axis: Int = 1) { self.axis = axis }

  /// Computes `[n, c·h·w]` from `[n, c, h, w]`. Traps if the input has fewer than `axis` axes.
  public func forward(_ input: Variable) -> Variable { input.flattened(from: axis) }
}
