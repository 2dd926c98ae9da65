extension Tensor where Scalar == Bool {
  /// Where both are true, broadcast together.
  public static func .& (left: Tensor, right: Tensor) -> Tensor {
    combined(left, right, operation: ".&") { $0 && $1 }
  }

  /// Where either is true, broadcast together.
  public static func .| (left: Tensor, right: Tensor) -> Tensor {
    combined(left, right, operation: ".|") { $0 || $1 }
  }

  /// Where the tensor is false.
  public static prefix func .! (tensor: Tensor) -> Tensor { tensor.map { !$0 } }

  /// Whether every element is true; so it is if there are none.
  public func all() -> Bool { withContiguousBuffer { $0.allSatisfy { $0 } } }

  /// Whether some element is true.
  public func any() -> Bool { withContiguousBuffer { $0.contains(true) } }

  /// How many elements are true.
  public var trueCount: Int { withContiguousBuffer { $0.reduce(0) { $1 ? $0 + 1 : $0 } } }

  /// The elements of `first` where this mask is true and those of `second` elsewhere, all broadcast together.
  ///
  /// Traps if the shapes are incompatible.
  public func choosing<Element: TensorScalar>(
    _ first: Tensor<Element>, _ second: Tensor<Element>
  ) -> Tensor<Element> {
    let common = Shape.broadcast(first.shape, second.shape, operation: "choosing")
    let target = Shape.broadcast(shape, common, operation: "choosing")
    var result = second.broadcast(to: target)
    result.withUnsafeMutableBuffer { buffer in
      guard let out = buffer.baseAddress else { return }
      Tensor<Element>.walk(self, first, shape: target, into: out, copyWhereTrue)
    }
    return result
  }

  private static func combined(
    _ left: Tensor, _ right: Tensor, operation: StaticString, _ function: (Bool, Bool) -> Bool
  ) -> Tensor {
    combining(left, right, operation: operation) { a, aStep, b, bStep, out, count in
      for index in 0..<count { out[index] = function(a[index * aStep], b[index * bStep]) }
    }
  }
}

extension Tensor {
  /// This tensor with `value` in the places where `mask`, broadcast to its shape, is true.
  ///
  /// Traps if the mask does not broadcast to this shape.
  public func replacing(with value: Scalar, where mask: Tensor<Bool>) -> Tensor {
    require(
      Shape.broadcast(shape, mask.shape, operation: "replacing") == shape,
      "replacing: a mask of shape \(mask.shape) does not broadcast to \(shape)")
    var result = self
    result.withUnsafeMutableBuffer { buffer in
      guard let out = buffer.baseAddress else { return }
      Tensor.walk(mask, Tensor(value), shape: shape, into: out, copyWhereTrue)
    }
    return result
  }
}

/// Overwrites the elements of a run for which the mask is true and leaves the others.
private func copyWhereTrue<Element>(
  _ mask: UnsafePointer<Bool>, _ maskStep: Int, _ source: UnsafePointer<Element>, _ sourceStep: Int,
  _ out: UnsafeMutablePointer<Element>, _ count: Int
) {
  var index = 0
  while index < count {
    if mask[index * maskStep] { out[index] = source[index * sourceStep] }
    index += 1
  }
}
