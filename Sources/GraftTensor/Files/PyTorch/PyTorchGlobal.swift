/// The Python functions and classes that a file of tensors may mention: a closed list.
///
/// A pickle is a program. Each of these stands for a fixed thing that the reader does itself; nothing is looked up or
/// called, and any other name is refused.
enum PyTorchGlobal: Hashable {
  /// `collections.OrderedDict`.
  case orderedDictionary
  /// `torch.Size`.
  case size
  /// `torch._utils._rebuild_tensor`, of the first versions, and `_rebuild_tensor_v2`.
  case tensor
  /// `torch._utils._rebuild_tensor_v3`, which names the element type.
  case typedTensor
  /// `torch._utils._rebuild_parameter` and `_rebuild_parameter_with_state`.
  case parameter
  /// A class of storages; `nil` for `UntypedStorage`.
  case storage(PyTorchElementType?)
  /// An element type such as `torch.float32`.
  case elementType(PyTorchElementType)
  /// A function or class whose values no tensor needs, such as the scores that training programs note down: `torch.device`,
  /// `set`, `collections.Counter`, NumPy's numbers and arrays. They are passed over unread.
  case inert

  /// The global of a module and a name, if it is on the list.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch", "Size"): self = .size
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .tensor
    case ("torch._utils", "_rebuild_tensor_v3"): self = .typedTensor
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
      self = .parameter
    case ("torch.storage", "UntypedStorage"), ("torch.storage", "_UntypedStorage"),
      ("torch", "UntypedStorage"):
      self = .storage(nil)
    case ("torch", "device"), ("collections", "Counter"), ("_codecs", "encode"),
      ("builtins", "set"), ("__builtin__", "set"), ("numpy", "dtype"), ("numpy", "ndarray"):
      self = .inert
    case ("numpy.core.multiarray", _), ("numpy._core.multiarray", _):
      guard name == "scalar" || name == "_reconstruct" else { return nil }
      self = .inert
    case ("torch", _):
      if let type = PyTorchElementType.all.first(where: { $0.storageName == name }) {
        self = .storage(type)
      } else if let type = PyTorchElementType.all.first(where: { $0.name == name }) {
        self = .elementType(type)
      } else {
        return nil
      }
    default: return nil
    }
  }
}

/// A type of elements that PyTorch has.
struct PyTorchElementType: Hashable {
  /// PyTorch's name for it: `float32`.
  let name: String
  /// The class of storages that hold nothing else, in older parts of the format: `FloatStorage`.
  let storageName: String?
  /// The type, if Graft has it too.
  let type: ElementType?
  /// Bytes an element takes.
  let byteCount: Int

  private init(_ name: String, _ storageName: String?, _ type: ElementType) {
    self.name = name
    self.storageName = storageName
    self.type = type
    byteCount = type.byteCount
  }

  /// A type that Graft does not have.
  private init(_ name: String, _ storageName: String?, byteCount: Int) {
    self.name = name
    self.storageName = storageName
    type = nil
    self.byteCount = byteCount
  }

  /// Every type.
  static let all: [PyTorchElementType] =
    [
      PyTorchElementType("float32", "FloatStorage", .float32),
      PyTorchElementType("float64", "DoubleStorage", .float64),
      PyTorchElementType("float16", "HalfStorage", .float16),
      PyTorchElementType("bfloat16", "BFloat16Storage", .bfloat16),
      PyTorchElementType("int64", "LongStorage", .int64), PyTorchElementType("int32", "IntStorage", .int32),
      PyTorchElementType("int16", "ShortStorage", .int16), PyTorchElementType("int8", "CharStorage", .int8),
      PyTorchElementType("uint8", "ByteStorage", .uint8), PyTorchElementType("bool", "BoolStorage", .bool),
      PyTorchElementType("uint16", nil, .uint16), PyTorchElementType("uint32", nil, .uint32),
      PyTorchElementType("uint64", nil, .uint64),
      PyTorchElementType("complex32", "ComplexHalfStorage", byteCount: 4),
      PyTorchElementType("complex64", "ComplexFloatStorage", byteCount: 8),
      PyTorchElementType("complex128", "ComplexDoubleStorage", byteCount: 16),
    ]
    + ["float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu"]
    .map { PyTorchElementType($0, nil, byteCount: 1) }
}
