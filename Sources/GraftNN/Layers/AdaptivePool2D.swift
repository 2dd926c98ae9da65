import GraftAutograd
import GraftTensor

/// The means of a grid of windows whose number is fixed and whose size follows the image.
///
///     window i of h' covers the rows ⌊i·h/h'⌋ ..< ⌈(i+1)·h/h'⌉, and likewise the columns
public final class AdaptiveAveragePool2D: Layer {
  /// h', the number of windows from top to bottom.
  public let height: Int

  /// w', the number of windows from left to right.
  public let width: Int

  /// A layer that makes images of `height` × `width`. Traps unless both are positive.
  public init(_ height: Int, _ width: Int) {
    require(height > 0 && width > 0, "AdaptiveAveragePool2D: cannot pool to \(height)×\(width)")
    self.height = height
    self.width = width
  }

  /// Computes `[n, c, height, width]` from `[n, c, h, w]`.
  public func forward(_ input: Variable) -> Variable {
    input.adaptiveAveragePooled(to: (height, width))
  }
}

/// The maxima of a grid of windows whose number is fixed and whose size follows the image.
///
///     window i of h' covers the rows ⌊i·h/h'⌋ ..< ⌈(i+1)·h/h'⌉, and likewise the columns
public final class AdaptiveMaxPool2D: Layer {
  /// h', the number of windows from top to bottom.
  public let height: Int

  /// w', the number of windows from left to right.
  public let width: Int

  /// A layer that makes images of `height` × `width`. Traps unless both are positive.
  public init(_ height: Int, _ width: Int) {
    require(height > 0 && width > 0, "AdaptiveMaxPool2D: cannot pool to \(height)×\(width)")
    self.height = height
    self.width = width
  }

  /// Computes `[n, c, height, width]` from `[n, c, h, w]`. Of equal values in a window the first gets the gradient. Traps if the
  /// image is empty.
  public func forward(_ input: Variable) -> Variable {
    let shape = input.shape
    require(
      shape.rank == 4 && shape[2] > 0 && shape[3] > 0,
      "AdaptiveMaxPool2D: the input must be [n, c, h, w] but is \(shape)")
    let rows = (0..<height).map { row in
      let band = input.slice(adaptiveWindow(row, of: height, over: shape[2]), along: 2)
      let cells = (0..<width).map { column in
        band.slice(adaptiveWindow(column, of: width, over: shape[3]), along: 3).globallyMaxPooled()
      }
      return Variable.concatenated(cells, along: 3)
    }
    return Variable.concatenated(rows, along: 2)
  }
}

/// The positions that window `index` of `count` covers on an axis of `length`.
private func adaptiveWindow(_ index: Int, of count: Int, over length: Int) -> Range<Int> {
  (index * length / count)..<(((index + 1) * length + count - 1) / count)
}
