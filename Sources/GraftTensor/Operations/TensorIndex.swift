/// What a tensor's subscript takes for one axis: a position, a range of positions, or `.all`.
///
/// `Int` and the ranges of `Int` conform; there is no reason to conform anything else.
public protocol TensorIndex {
  /// The positions along an axis that has the positions `axis`.
  func positions(in axis: Range<Int>) -> TensorPositions
}

/// What a ``TensorIndex`` selects along one axis.
public enum TensorPositions: Sendable, Hashable {
  /// One position; the axis disappears.
  case one(Int)
  /// Neighbouring positions; the axis stays.
  case several(Range<Int>)
}

/// Selects a whole axis: `tensor[.all, 2]` is the third column.
public struct AllPositions: TensorIndex, Sendable {
  public func positions(in axis: Range<Int>) -> TensorPositions { .several(axis) }
}

extension TensorIndex where Self == AllPositions {
  /// Selects a whole axis.
  public static var all: AllPositions { AllPositions() }
}

extension Int: TensorIndex {
  public func positions(in axis: Range<Int>) -> TensorPositions { .one(self) }
}

extension Range: TensorIndex where Bound == Int {
  public func positions(in axis: Range<Int>) -> TensorPositions { .several(self) }
}

extension ClosedRange: TensorIndex where Bound == Int {
  public func positions(in axis: Range<Int>) -> TensorPositions { .several(relative(to: axis)) }
}

extension PartialRangeFrom: TensorIndex where Bound == Int {
  public func positions(in axis: Range<Int>) -> TensorPositions { .several(relative(to: axis)) }
}

extension PartialRangeUpTo: TensorIndex where Bound == Int {
  public func positions(in axis: Range<Int>) -> TensorPositions { .several(relative(to: axis)) }
}

extension PartialRangeThrough: TensorIndex where Bound == Int {
  public func positions(in axis: Range<Int>) -> TensorPositions { .several(relative(to: axis)) }
}

extension Tensor {
  /// The part of the tensor that the indices select, one for each axis from the first on; axes without one stay
  /// whole.
  ///
  /// Reading makes a view. Writing replaces the elements in place if nobody shares them; the new value is
  /// broadcast to the part.
  ///
  /// ```swift
  /// let firstRow = matrix[0]
  /// let inner = image[.all, 1..<27, 1..<27]
  /// matrix[.all, 2] = Tensor(0)
  /// ```
  ///
  /// Traps if there are more indices than axes, a position lies outside its axis, or the new value does not
  /// broadcast to the part.
  public subscript(_ indices: any TensorIndex...) -> Tensor {
    get { part(indices) }
    set {
      let value = newValue.broadcast(to: part(indices).shape)
      withUnsafeMutableBuffer { _ in }
      // From here on the tensor is contiguous and its own, and the part's place in it can be written.
      let place = part(indices)
      value.copy(to: place.firstElement, strides: place.strides)
    }
  }

  private func part(_ indices: [any TensorIndex]) -> Tensor {
    require(indices.count <= rank, "subscript: \(indices.count) indices do not fit shape \(shape)")
    var (partShape, partStrides, start) = (Shape(), Shape(), offset)
    for axis in 0..<rank {
      let length = shape[axis]
      let positions = axis < indices.count ? indices[axis].positions(in: 0..<length) : .several(0..<length)
      switch positions {
      case .one(let position):
        require(
          position >= 0 && position < length,
          "subscript: position \(position) lies outside axis \(axis) of shape \(shape)")
        start += position * strides[axis]
      case .several(let range):
        require(
          range.lowerBound >= 0 && range.upperBound <= length,
          "subscript: positions \(range) lie outside axis \(axis) of shape \(shape)")
        start += range.lowerBound * strides[axis]
        partShape.append(range.count)
        partStrides.append(strides[axis])
      }
    }
    return Tensor(storage: storage, shape: partShape, strides: partStrides, offset: start)
  }
}
