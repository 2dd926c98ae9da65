import CGraftKernels

/// The loops that turn elements into another type.
///
/// Pairs that data and labels go through on their way to a network and back have a kernel; the plain loop, `map`, serves the rest.
enum ElementConversion {
  /// The kernel for a pair of types; `nil` if there is none.
  static func kernel(from source: ElementType, to target: ElementType) -> Kernel? {
    let kernels = Kernels.current
    switch (source, target) {
    // A truth value is the number 0 or 1, in a byte.
    case (.bool, .float32), (.uint8, .float32): return kernels.pointee.float_from_uint8
    case (.int32, .float32): return kernels.pointee.float_from_int32
    case (.float16, .float32): return kernels.pointee.float_from_half
    case (.bfloat16, .float32): return kernels.pointee.float_from_bfloat16
    case (.float32, .uint8): return kernels.pointee.uint8_from_float
    case (.float32, .int32): return kernels.pointee.int32_from_float
    default: return nil
    }
  }

  typealias Kernel = @convention(c) (UnsafeRawPointer?, UnsafeMutableRawPointer?, Int) -> Int32

  /// Converts `count` elements on the thread team. Traps if one has no counterpart.
  static func run(
    _ kernel: Kernel, _ source: UnsafeRawPointer, of sourceType: ElementType,
    to target: UnsafeMutableRawPointer,
    of targetType: ElementType, count: Int
  ) {
    let (from, to) = (sourceType.byteCount, targetType.byteCount)
    parallelFor(count, grain: elementwiseGrain) { range in
      let start = range.lowerBound
      require(
        kernel(source + start * from, target + start * to, range.count) != 0,
        "Tensor: a number is not finite or does not fit \(targetType)")
    }
  }
}

extension Tensor {
  /// The elements of another tensor as this type: by a kernel if there is one, else by `transform`.
  init<Other>(converting other: Tensor<Other>, _ transform: (Other) -> Scalar) {
    guard let kernel = ElementConversion.kernel(from: Other.elementType, to: Scalar.elementType) else {
      self = other.map(transform)
      return
    }
    self.init(shape: other.shape) { out in
      other.withContiguousBuffer { elements in
        guard let source = elements.baseAddress, let target = out.baseAddress else { return }
        ElementConversion.run(
          kernel, source, of: Other.elementType, to: target, of: Scalar.elementType, count: elements.count)
      }
    }
  }
}
