extension Tensor: Equatable {
  /// Whether both have the same shape and equal elements; NaN equals nothing.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    guard left.shape == right.shape else { return false }
    return left.withContiguousBuffer { a in
      right.withContiguousBuffer { b in
        var index = 0
        while index < a.count {
          if a[index] != b[index] { return false }
          index += 1
        }
        return true
      }
    }
  }
}

extension Tensor where Scalar: FloatingPointScalar {
  /// Whether both have the same shape and every pair of elements satisfies
  /// |a − b| ≤ absolute + relative · max(|a|, |b|).
  ///
  /// Equal infinities are close; NaN is close to nothing.
  public func isClose(to other: Tensor, relative: Scalar = 1e-5, absolute: Scalar = 1e-8) -> Bool {
    guard shape == other.shape else { return false }
    return withContiguousBuffer { a in
      other.withContiguousBuffer { b in
        var index = 0
        while index < a.count {
          let (x, y) = (a[index], b[index])
          let tolerance = absolute + relative * Swift.max(x.magnitude, y.magnitude)
          // An infinite tolerance, from an infinite element, allows nothing but equality.
          guard x == y || (tolerance.isFinite && (x - y).magnitude <= tolerance) else { return false }
          index += 1
        }
        return true
      }
    }
  }
}
