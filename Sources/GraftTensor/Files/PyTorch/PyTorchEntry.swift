/// A tensor of a PyTorch file, checked against the file: where its elements lie.
struct PyTorchEntry {
  let elementType: ElementType
  let shape: Shape
  /// Elements between neighbours along each axis, 0 along those that nobody steps along; `nil` if the elements lie
  /// row-major.
  let strides: Shape?
  /// The place in the file from the first element to the last.
  let bytes: Range<Int>

  /// Checks that all elements of a tensor lie in its storage, and that there are no more than the file could hold.
  init(
    _ tensor: PyTorchTensor, named name: String, in archive: PyTorchArchive
  ) throws(TensorFileError.Problem) {
    let storage = archive.objects.storages[tensor.storage]
    guard let type = tensor.type, let elementType = type.type else {
      throw .unsupportedElementType(tensor: name, tensor.type?.name ?? "bytes of no known type")
    }
    guard !tensor.isTransformed else {
      throw .unsupportedElementType(tensor: name, "\(type.name), to be negated or conjugated")
    }
    self.elementType = elementType
    let size = elementType.byteCount
    let place = try Self.place(of: storage, named: name, in: archive)
    let byteCount: Int
    (shape, byteCount) = try Shape.checked(tensor.shape, elementType: elementType, tensor: name)
    guard byteCount > 0 else {
      strides = nil
      bytes = place.lowerBound..<place.lowerBound
      return
    }
    let available = place.count / size
    let last = try Self.lastElement(of: tensor, named: name)
    guard last < available else {
      throw .outsideStorage(tensor: name, needed: max(last, last &+ 1), found: available)
    }
    // A tensor may repeat elements, but nobody saves one so that it grows beyond all measure.
    guard byteCount <= archive.fileByteCount else {
      throw .repeatedElements(tensor: name, byteCount: byteCount, fileByteCount: archive.fileByteCount)
    }
    let first = place.lowerBound + tensor.offset * size
    bytes = first..<(place.lowerBound + last * size + size)
    let steps = zip(tensor.shape, tensor.strides).map { $0 == 1 ? 0 : $1 }
    var distance = 1
    var isContiguous = true
    for (length, step) in zip(tensor.shape, steps).reversed() where length != 1 {
      isContiguous = isContiguous && step == distance
      distance *= length
    }
    guard isContiguous || bytes.count / size <= Shape.maximumLength else {
      throw .shapeOverflow(tensor: name)
    }
    strides = isContiguous ? nil : Shape(steps)
  }

  /// Where the elements of a storage lie in the file.
  private static func place(
    of storage: PyTorchStorage, named name: String, in archive: PyTorchArchive
  ) throws(TensorFileError.Problem) -> Range<Int> {
    guard let whole = archive.storages[storage.key] else {
      throw .sizeMismatch(tensor: name, expected: storage.count, found: 0)
    }
    let (byteCount, overflow) = storage.count.multipliedReportingOverflow(by: storage.stride)
    guard !overflow, byteCount == whole.count else {
      throw .sizeMismatch(tensor: name, expected: overflow ? .max : byteCount, found: whole.count)
    }
    guard let view = storage.view else { return whole }
    let start = whole.lowerBound + view.lowerBound * storage.stride
    return start..<(start + view.count * storage.stride)
  }

  /// The number, in its storage, of the last element of a tensor that has some.
  private static func lastElement(
    of tensor: PyTorchTensor, named name: String
  ) throws(TensorFileError.Problem) -> Int {
    var last = tensor.offset
    for (length, stride) in zip(tensor.shape, tensor.strides) {
      let (way, overflow) = stride.multipliedReportingOverflow(by: length - 1)
      let (sum, carry) = last.addingReportingOverflow(way)
      guard !overflow && !carry else { throw .shapeOverflow(tensor: name) }
      last = sum
    }
    return last
  }
}

extension PyTorchArchive {
  /// The tensors of a section, or of the usual one, in the file's order, each of them checked.
  func tensors(
    in section: String?
  ) throws(TensorFileError.Problem) -> [(name: String, entry: PyTorchEntry)] {
    var result: [(name: String, entry: PyTorchEntry)] = []
    for (name, index) in try PyTorchNames(of: value, in: objects, section: section).tensors {
      result.append((name, try PyTorchEntry(objects.tensors[index], named: name, in: self)))
    }
    return result
  }
}
