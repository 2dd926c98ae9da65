@testable import GraftTensor

/// Random shapes, and tensors that lie in memory in every way that a view can, for property tests.
extension RandomGenerator {
  /// Up to four axes of up to `longest` elements; now and then a scalar, an axis of 1, or an empty one.
  mutating func shape(longest: Int = 9, allowingEmpty: Bool = true) -> Shape {
    Shape(
      (0..<integer(below: 5)).map { _ in
        switch integer(below: 12) {
        case 0: return allowingEmpty ? 0 : 1
        case 1, 2: return 1
        default: return 1 + integer(below: longest)
        }
      })
  }

  /// A tensor of that shape with elements from -2 to 2 that may be contiguous, transposed, or a slice with gaps.
  mutating func tensor(_ shape: Shape) -> Tensor<Float> {
    switch integer(below: 4) {
    case 0:
      let order = permutation(of: shape.rank)
      var inverse = order
      for (place, axis) in order.enumerated() { inverse[axis] = place }
      return contiguousTensor(shape.permuted(order)).permuted(inverse)
    case 1:
      var larger = shape
      for axis in 0..<shape.rank { larger[axis] += 2 }
      var view = contiguousTensor(larger)
      for axis in 0..<shape.rank { view = view.slice(1..<(1 + shape[axis]), along: axis) }
      return view
    default: return contiguousTensor(shape)
    }
  }

  /// A tensor that broadcasts to that shape: some axes of length 1 and outer ones missing.
  mutating func tensor(broadcastingTo shape: Shape) -> Tensor<Float> {
    var smaller = shape
    for axis in 0..<shape.rank where integer(below: 3) == 0 { smaller[axis] = 1 }
    return tensor(Shape(smaller.dropFirst(integer(below: shape.rank + 1))))
  }

  private mutating func contiguousTensor(_ shape: Shape) -> Tensor<Float> {
    .uniform(shape, in: -2..<2, using: &self)
  }

  /// Some of the axes of a shape, some counted from the end; or `nil` for all.
  mutating func axes(of shape: Shape) -> [Int]? {
    if integer(below: 4) == 0 { return nil }
    return (0..<shape.rank).filter { _ in integer(below: 2) == 0 }
      .map { integer(below: 2) == 0 ? $0 : $0 - shape.rank }
  }
}

/// Every position of a shape, in row-major order.
func positions(of shape: Shape) -> [[Int]] {
  shape.reduce([[]]) { positions, length in
    positions.flatMap { position in (0..<length).map { position + [$0] } }
  }
}

extension Tensor {
  /// An element read by nothing but strides, where axes of length 1 repeat and missing outer ones too.
  func broadcastElement(at position: [Int]) -> Scalar {
    withUnsafeElements { elements in
      var place = 0
      for (axis, coordinate) in position.suffix(rank).enumerated() where shape[axis] != 1 {
        place += coordinate * strides[axis]
      }
      return elements[place]
    }
  }
}

/// The distance of a from b in units of the spacing of single-precision numbers at b.
func ulps(_ a: Float, from b: Double) -> Double {
  if Float(b) == a || (a.isNaN && b.isNaN) { return 0 }
  return abs(Double(a) - b) / Double(Float(b).ulp)
}
