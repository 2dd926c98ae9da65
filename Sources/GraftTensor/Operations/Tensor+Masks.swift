import CGraftKernels

extension Tensor where Scalar == Bool {
  /// Where both are true, broadcast together.
  public static func .& (left: Tensor, right: Tensor) -> Tensor {
    combining(left, right, operation: ".&") { a, aStep, b, bStep, out, count in
      Kernels.current.pointee.mask_and(bytes(a), aStep, bytes(b), bStep, bytes(out), count)
    }
  }

  /// Where either is true, broadcast together.
  public static func .| (left: Tensor, right: Tensor) -> Tensor {
    combining(left, right, operation: ".|") { a, aStep, b, bStep, out, count in
      Kernels.current.pointee.mask_or(bytes(a), aStep, bytes(b), bStep, bytes(out), count)
    }
  }

  /// Where the tensor is false.
  public static prefix func .! (tensor: Tensor) -> Tensor {
    Tensor(shape: tensor.shape) { out in
      tensor.withContiguousBuffer { elements in
        guard let mask = elements.baseAddress, let out = out.baseAddress else { return }
        Kernels.current.pointee.mask_not(bytes(mask), bytes(out), elements.count)
      }
    }
  }

  /// Whether every element is true; so it is if there are none.
  public func all() -> Bool { trueCount == count }

  /// Whether some element is true.
  public func any() -> Bool { trueCount > 0 }

  /// How many elements are true.
  public var trueCount: Int {
    withContiguousBuffer { elements in
      elements.baseAddress.map { Kernels.current.pointee.mask_count(Tensor.bytes($0), elements.count) } ?? 0
    }
  }

  /// A truth value is a byte, 0 or 1.
  static func bytes(_ mask: UnsafePointer<Bool>) -> UnsafePointer<UInt8> {
    UnsafeRawPointer(mask).assumingMemoryBound(to: UInt8.self)
  }

  static func bytes(_ mask: UnsafeMutablePointer<Bool>) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(mask).assumingMemoryBound(to: UInt8.self)
  }

  /// The elements of `first` where this mask is true and those of `second` elsewhere, all broadcast together.
  ///
  /// Traps if the shapes are incompatible.
  public func choosing<Element: TensorScalar>(
    _ first: Tensor<Element>, _ second: Tensor<Element>
  ) -> Tensor<Element> {
    let common = Shape.broadcast(first.shape, second.shape, operation: "choosing")
    let target = Shape.broadcast(shape, common, operation: "choosing")
    return Tensor<Element>(shape: target) { buffer in
      guard let out = buffer.baseAddress else { return }
      Tensor<Element>.choose(by: self, first, second, shape: target, into: out)
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
    return mask.choosing(Tensor(value), self)
  }

  /// Writes the elements of `first` where `mask` is true, else those of `second`, all broadcast to `shape`, row-major.
  fileprivate static func choose(
    by mask: Tensor<Bool>, _ first: Tensor, _ second: Tensor, shape: Shape,
    into out: UnsafeMutablePointer<Scalar>
  ) {
    guard shape.elementCount > 0 else { return }
    let mask = mask.broadcast(to: shape)
    let first = first.broadcast(to: shape)
    let second = second.broadcast(to: shape)
    let loop = BroadcastLoop(shape: shape, left: mask.strides, right: first.strides, third: second.strides)
    // Where a run's neighbours lie neither together nor at the same place, a copy brings them together.
    guard loop.leftStep == 0 || loop.leftStep == 1 else {
      return choose(by: mask.contiguous(), first, second, shape: shape, into: out)
    }
    guard loop.rightStep == 0 || loop.rightStep == 1 else {
      return choose(by: mask, first.contiguous(), second, shape: shape, into: out)
    }
    guard loop.thirdStep == 0 || loop.thirdStep == 1 else {
      return choose(by: mask, first, second.contiguous(), shape: shape, into: out)
    }
    mask.withUnsafeElements { mask in
      first.withUnsafeElements { first in
        second.withUnsafeElements { second in
          parallelFor(shape.elementCount, grain: elementwiseGrain) { range in
            loop.forEachRun(in: range) { output, left, right, third, count in
              chooseRun(
                mask + left, loop.leftStep, first + right, loop.rightStep, second + third, loop.thirdStep,
                out + output, count)
            }
          }
        }
      }
    }
  }

  /// Elements of 32 bits go through the kernel, whatever they are.
  private static func chooseRun(
    _ mask: UnsafePointer<Bool>, _ maskStep: Int, _ first: UnsafePointer<Scalar>, _ firstStep: Int,
    _ second: UnsafePointer<Scalar>, _ secondStep: Int, _ out: UnsafeMutablePointer<Scalar>, _ count: Int
  ) {
    if MemoryLayout<Scalar>.size == 4 {
      let raw = (UnsafeRawPointer(mask), UnsafeRawPointer(first), UnsafeRawPointer(second))
      Kernels.current.pointee.choose(
        raw.0.assumingMemoryBound(to: UInt8.self), maskStep, raw.1.assumingMemoryBound(to: UInt32.self),
        firstStep,
        raw.2.assumingMemoryBound(to: UInt32.self), secondStep,
        UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt32.self), count)
    } else {
      chooseReference(mask, maskStep, first, firstStep, second, secondStep, out, count)
    }
  }

  /// The plain loop behind all choosing.
  static func chooseReference(
    _ mask: UnsafePointer<Bool>, _ maskStep: Int, _ first: UnsafePointer<Scalar>, _ firstStep: Int,
    _ second: UnsafePointer<Scalar>, _ secondStep: Int, _ out: UnsafeMutablePointer<Scalar>, _ count: Int
  ) {
    for index in 0..<count {
      out[index] = mask[index * maskStep] ? first[index * firstStep] : second[index * secondStep]
    }
  }
}
