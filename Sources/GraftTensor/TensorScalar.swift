/// What a tensor can store: a fixed-size number or truth value that is copied byte by byte.
public protocol TensorScalar: Hashable, Sendable, BitwiseCopyable {
  /// The type's name in tensor files and messages.
  static var elementType: ElementType { get }

  /// The value that fills padding and fresh zero tensors (`false` for `Bool`).
  static var zeroValue: Self { get }
}

/// The kind of element that a tensor, or an entry of a tensor file, holds.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
  case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64
  case float16, bfloat16, float32, float64

  /// Bytes an element takes.
  public var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8: return 1
    case .uint16, .int16, .float16, .bfloat16: return 2
    case .uint32, .int32, .float32: return 4
    case .uint64, .int64, .float64: return 8
    }
  }
}

extension Numeric where Self: TensorScalar {
  public static var zeroValue: Self { .zero }
}

extension Bool: TensorScalar {
  public static var elementType: ElementType { .bool }
  public static var zeroValue: Bool { false }
}
extension UInt8: TensorScalar { public static var elementType: ElementType { .uint8 } }
extension Int8: TensorScalar { public static var elementType: ElementType { .int8 } }
extension UInt16: TensorScalar { public static var elementType: ElementType { .uint16 } }
extension Int16: TensorScalar { public static var elementType: ElementType { .int16 } }
extension UInt32: TensorScalar { public static var elementType: ElementType { .uint32 } }
extension Int32: TensorScalar { public static var elementType: ElementType { .int32 } }
extension UInt64: TensorScalar { public static var elementType: ElementType { .uint64 } }
extension Int64: TensorScalar { public static var elementType: ElementType { .int64 } }
extension Float: TensorScalar { public static var elementType: ElementType { .float32 } }
extension Double: TensorScalar { public static var elementType: ElementType { .float64 } }
