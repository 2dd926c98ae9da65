import GraftAutograd
import GraftTensor

/// The mean of each channel over all positions: `[n, c, h, w]` becomes `[n, c]`, what a classifier's head takes.
public final class GlobalAveragePool2D: Layer {
  /// A layer without configuration.
  public init() {}

  /// Computes `[n, c]` from `[n, c, h, w]`.
  public func forward(_ input: Variable) -> Variable {
    checkImages(input, operation: "GlobalAveragePool2D")
    return input.mean(along: [2, 3])
  }
}

/// The maximum of each channel over all positions: `[n, c, h, w]` becomes `[n, c]`.
public final class GlobalMaxPool2D: Layer {
  /// A layer without configuration.
  public init() {}

  /// Computes `[n, c]` from `[n, c, h, w]`.
  public func forward(_ input: Variable) -> Variable {
    checkImages(input, operation: "GlobalMaxPool2D")
    return input.globallyMaxPooled().flattened()
  }
}

/// Maximum and mean of each channel side by side, maxima first: `[n, c, h, w]` becomes `[n, 2·c]`.
///
/// What heads for transfer are often given, since it keeps both how strong and how widespread a feature is
/// (Howard, Gugger: *fastai: A Layered API for Deep Learning*, 2020).
public final class ConcatPool2D: Layer {
  /// A layer without configuration.
  public init() {}

  /// Computes `[n, 2·c]` from `[n, c, h, w]`.
  public func forward(_ input: Variable) -> Variable {
    checkImages(input, operation: "ConcatPool2D")
    let maxima = input.globallyMaxPooled().flattened()
    return Variable.concatenated([maxima, input.mean(along: [2, 3])], along: 1)
  }
}

extension Variable {
  /// `[n, c, 1, 1]` from `[n, c, h, w]`; of equal values the first gets the gradient.
  func globallyMaxPooled() -> Variable {
    let size = (shape[2], shape[3])
    return maxPooled(Pooling2D(kernel: size, stride: size))
  }
}

private func checkImages(_ input: Variable, operation: String) {
  require(
    input.shape.rank == 4 && input.shape[2] > 0 && input.shape[3] > 0,
    "\(operation): the input must be [n, c, h, w] but is \(input.shape)")
}
