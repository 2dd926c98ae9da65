import GraftAutograd
import GraftTensor

/// The largest value of each window of an image; padding never wins.
///
///     y[n, c, i, j] = max over (u, v) of x[n, c, i·stride + u − padding, j·stride + v − padding]
///
/// Of equal values the first gets the gradient.
public final class MaxPool2D: Layer {
  /// Kernel, stride and padding.
  public let geometry: Pooling2D

  /// A layer with the given geometry.
  public init(_ geometry: Pooling2D) { self.geometry = geometry }

  /// A layer with square windows.
  ///
  /// - Parameters:
  ///   - kernel: height and width of a window.
  ///   - stride: the distance between neighbouring windows. Default: the kernel, so that they do not overlap.
  ///   - padding: rows and columns around the image, at most half the kernel. Default: 0.
  ///   - ceilMode: whether a last window may begin inside the image and end outside. Default: no.
  public convenience init(_ kernel: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false) {
    self.init(Pooling2D(square: kernel, stride: stride, padding: padding, ceilMode: ceilMode))
  }

  /// Computes `[n, c, h', w']` from `[n, c, h, w]`, where h' = ⌊(h + 2·padding − kernel) / stride⌋ + 1
  /// (⌈ ⌉ under `ceilMode`), and w' likewise. Traps if a window does not fit into the padded image.
  public func forward(_ input: Variable) -> Variable { input.maxPooled(geometry) }
}

extension Pooling2D {
  /// Square windows, next to each other unless a stride is given.
  init(square kernel: Int, stride: Int?, padding: Int, ceilMode: Bool) {
    let step = stride ?? kernel
    self.init(
      kernel: (kernel, kernel), stride: (step, step), padding: (padding, padding), ceilMode: ceilMode)
  }
}
