/// Elements as they lie in a file, little-endian and row-major.
struct StoredElements {
  let type: ElementType
  let shape: Shape
  /// As many bytes as the shape needs.
  let bytes: UnsafeRawBufferPointer
  /// What keeps the bytes alive.
  let owner: AnyObject

  /// The elements as a tensor: of their own type, or `Float` for the 16-bit floating-point types.
  ///
  /// It shares the file's memory if they are numbers of their own type that lie at a multiple of their size, else it
  /// is a copy.
  var tensor: AnyTensor {
    switch type {
    case .bool: return AnyTensor(mapped(UInt8.self) { $0 != 0 })
    case .uint8: return AnyTensor(shared(as: UInt8.self))
    case .int8: return AnyTensor(shared(as: Int8.self))
    case .uint16: return AnyTensor(shared(as: UInt16.self))
    case .int16: return AnyTensor(shared(as: Int16.self))
    case .uint32: return AnyTensor(shared(as: UInt32.self))
    case .int32: return AnyTensor(shared(as: Int32.self))
    case .uint64: return AnyTensor(shared(as: UInt64.self))
    case .int64: return AnyTensor(shared(as: Int64.self))
    case .float16, .bfloat16: return AnyTensor(widened)
    case .float32: return AnyTensor(shared(as: Float.self))
    case .float64: return AnyTensor(shared(as: Double.self))
    }
  }

  private func shared<Scalar: TensorScalar>(as type: Scalar.Type) -> Tensor<Scalar> {
    guard let address = bytes.baseAddress, !bytes.isEmpty else {
      return Tensor(shape: shape, scalars: [])
    }
    if Int(bitPattern: address) % MemoryLayout<Scalar>.alignment == 0 {
      return Tensor(borrowing: address.assumingMemoryBound(to: Scalar.self), shape: shape, owner: owner)
    }
    return Tensor(shape: shape) { UnsafeMutableRawBufferPointer($0).copyMemory(from: bytes) }
  }

  /// The 16-bit floating-point numbers as `Float`, exactly.
  private var widened: Tensor<Float> {
    Tensor(shape: shape) { elements in
      guard let source = bytes.baseAddress, let target = elements.baseAddress,
        let kernel = ElementConversion.kernel(from: type, to: .float32)
      else { return }
      ElementConversion.run(kernel, source, of: type, to: target, of: .float32, count: elements.count)
    }
  }

  /// A copy in which each stored number has been turned into an element.
  private func mapped<Stored: BitwiseCopyable, Scalar: TensorScalar>(
    _ stored: Stored.Type, _ transform: (Stored) -> Scalar
  ) -> Tensor<Scalar> {
    Tensor(shape: shape) { elements in
      for index in 0..<elements.count {
        elements[index] = transform(
          bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Stored>.stride, as: Stored.self))
      }
    }
  }
}
