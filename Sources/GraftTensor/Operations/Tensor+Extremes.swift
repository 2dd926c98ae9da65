extension Tensor where Scalar: NumericScalar {
  /// The position of the largest element along one axis, which disappears; of equal ones the first, of NaN the
  /// first NaN.
  ///
  /// Traps if the axis does not exist or is empty.
  public func argmax(along axis: Int = -1) -> Tensor<Int32> {
    positions(along: axis, operation: "argmax") { $0 > $1 }
  }

  /// The position of the smallest element along one axis, which disappears; of equal ones the first, of NaN the
  /// first NaN.
  ///
  /// Traps if the axis does not exist or is empty.
  public func argmin(along axis: Int = -1) -> Tensor<Int32> {
    positions(along: axis, operation: "argmin") { $0 < $1 }
  }

  private func positions(
    along axis: Int, operation: StaticString, of isBetter: (Scalar, Scalar) -> Bool
  ) -> Tensor<Int32> {
    let position = shape.normalized(axis: axis, operation: operation)
    let length = shape[position]
    require(length > 0, "\(operation): axis \(axis) of shape \(shape) is empty")
    var resultShape = shape
    resultShape.remove(at: position)
    // The axis becomes the last; where it is so already this is the tensor itself.
    let rows = permuted((0..<rank).filter { $0 != position } + [position])
    return Tensor<Int32>(shape: resultShape) { out in
      rows.withContiguousBuffer { elements in
        for row in 0..<out.count {
          var best = elements[row * length]
          var place = 0
          var index = 1
          // Nothing is better than NaN, which is what differs from itself.
          while index < length, best == best {
            let element = elements[row * length + index]
            if isBetter(element, best) || element != element { (best, place) = (element, index) }
            index += 1
          }
          out[row] = Int32(place)
        }
      }
    }
  }
}
