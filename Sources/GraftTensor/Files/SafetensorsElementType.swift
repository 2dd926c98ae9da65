extension ElementType {
  /// The names that the safetensors format gives to element types, in the order in which its reference
  /// implementation lays them out in a file.
  static let safetensorsNames: [(type: ElementType, name: String)] = [
    (.uint64, "U64"), (.int64, "I64"), (.float64, "F64"), (.float32, "F32"), (.uint32, "U32"),
    (.int32, "I32"),
    (.bfloat16, "BF16"), (.float16, "F16"), (.uint16, "U16"), (.int16, "I16"), (.int8, "I8"), (.uint8, "U8"),
    (.bool, "BOOL"),
  ]

  /// The type that safetensors calls so, if Graft knows it.
  init?(safetensorsName: String) {
    guard let entry = Self.safetensorsNames.first(where: { $0.name == safetensorsName }) else { return nil }
    self = entry.type
  }
}
