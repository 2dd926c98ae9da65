import GraftAutograd
import GraftTensor

/// The mean of each window of an image.
///
///     y[n, c, i, j] = 1/k · Σ over (u, v) of x[n, c, i·stride + u − padding, j·stride + v − padding]
///
/// where k is the number of positions in the window, with those in the padding or without.
public final class AveragePool2D: Layer {
  /// Kernel, stride and padding.
  public let geometry: Pooling2D

  /// Whether positions in the padding count, as zeros.
  public let countsPadding: Bool

  /// A layer with the given geometry.
  public init(_ geometry: Pooling2D, countingPadding: Bool = true) {
    self.geometry = geometry
    countsPadding = countingPadding
  }

  /// A layer with square windows.
  ///
  /// - Parameters:
  ///   - kernel: height and width of a window.
  ///   - stride: the distance between neighbouring windows. Default: the kernel, so that they do not overlap.
  ///   - padding: rows and columns of zeros around the image, at most half the kernel. Default: 0.
  ///   - ceilMode: whether a last window may begin inside the image and end outside. Default: no.
  ///   - countingPadding: whether zeros of the padding count in a mean. Default: yes, as in PyTorch.
  public convenience init(
    _ kernel: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false, countingPadding: Bool = true
  ) {
    self.init(
      Pooling2D(square: kernel, stride: stride, padding: padding, ceilMode: ceilMode),
      countingPadding: countingPadding)
  }

  /// Computes `[n, c, h', w']` from `[n, c, h, w]`, where h' = ⌊(h + 2·padding − kernel) / stride⌋ + 1
  /// (⌈ ⌉ under `ceilMode`), and w' likewise. Traps if a window does not fit into the padded image.
  public func forward(_ input: Variable) -> Variable {
    input.averagePooled(geometry, countingPadding: countsPadding)
  }
}
