/// What a tensor can store: a fixed-size number or truth value that is copied byte by byte.
public protocol TensorScalar: Hashable, Sendable, BitwiseCopyable {
  /// The type's name in tensor files and messages.
  static var elementType: ElementType { get }

  /// The value that fills padding and fresh zero tensors (`false` for `Bool`).
  static var zeroValue: Self { get }
}

/// The kind of element that a tensor, or an entry of a tensor file, holds.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
  /// A truth value, one byte: 0 or 1.
  case bool
  /// An integer of 8 bits without a sign.
  case uint8
  /// An integer of 8 bits.
  case int8
  /// An integer of 16 bits without a sign.
  case uint16
  /// An integer of 16 bits.
  case int16
  /// An integer of 32 bits without a sign.
  case uint32
  /// An integer of 32 bits.
  case int32
  /// An integer of 64 bits without a sign.
  case uint64
  /// An integer of 64 bits.
  case int64
  /// IEEE 754 half precision: 5 bits of exponent, 10 of fraction.
  case float16
  /// The upper half of a `float32`: 8 bits of exponent, 7 of fraction.
  case bfloat16
  /// IEEE 754 single precision, `Float`.
  case float32
  /// IEEE 754 double precision, `Double`.
  case float64

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
  /// 0.
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
