import GraftTensor

// Pooling of images `[batch, channels, height, width]`.

extension Variable {
  /// The largest element of each window. The gradient goes to it, to the first if several are equal.
  public func maxPooled(_ geometry: Pooling2D) -> Variable {
    let (result, indices) = value.maxPooled(geometry)
    return .record(result, node) { [node, shape] gradient, sink in
      sink.add(Tensor.maxPoolInputGradient(gradient, indices: indices, inputShape: shape), to: node)
    }
  }

  /// The mean of each window; `countingPadding` says whether padding counts as zeros. Default: it does.
  public func averagePooled(_ geometry: Pooling2D, countingPadding: Bool = true) -> Variable {
    let result = value.averagePooled(geometry, countingPadding: countingPadding)
    return .record(result, node) { [node, shape] gradient, sink in
      sink.add(
        Tensor.averagePoolInputGradient(
          gradient, inputShape: shape, geometry, countingPadding: countingPadding), to: node)
    }
  }

  /// The means of windows that divide an image of any size into the given number of rows and columns: row i of the
  /// result covers the rows ⌊i · h / h'⌋ ..< ⌈(i + 1) · h / h'⌉.
  public func adaptiveAveragePooled(to size: (height: Int, width: Int)) -> Variable {
    .record(value.adaptiveAveragePooled(to: size), node) { [node, shape] gradient, sink in
      sink.add(Tensor.adaptiveAveragePoolInputGradient(gradient, inputShape: shape), to: node)
    }
  }
}
