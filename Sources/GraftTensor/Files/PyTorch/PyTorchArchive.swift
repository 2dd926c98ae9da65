/// What a file of PyTorch's holds: the value that was saved, and where the storages lie.
struct PyTorchArchive {
  let value: PickleValue
  let objects: PickleObjects
  /// Where each storage's elements lie in the file, by its key.
  let storages: [String: Range<Int>]
  let fileByteCount: Int

  /// Reads a file in the format of PyTorch 1.6 and later, a zip archive, or the one before, a stream of pickles.
  ///
  /// Throws if it is anything else.
  init(_ file: UnsafeRawBufferPointer) throws(TensorFileError.Problem) {
    switch FileKind(file) {
    case .zip: self = try PyTorchArchive(zip: file)
    case .pickle: self = try PyTorchArchive(stream: file)
    case let kind: throw .notPyTorch(kind.description)
    }
  }

  private init(
    value: PickleValue, objects: PickleObjects, storages: [String: Range<Int>], fileByteCount: Int
  ) {
    self.value = value
    self.objects = objects
    self.storages = storages
    self.fileByteCount = fileByteCount
  }

  /// A zip archive of `NAME/data.pkl`, which has the value, `NAME/data/KEY` for each storage, and `NAME/byteorder`.
  private init(zip file: UnsafeRawBufferPointer) throws(TensorFileError.Problem) {
    let entries = try ZipArchive(file).entries
    let pickles = entries.filter {
      $0.name.hasSuffix("/data.pkl") && $0.name.split(separator: "/").count == 2
    }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw .notPyTorch("a zip archive of something else")
    }
    let folder = pickle.name.dropLast("data.pkl".count)
    if let order = entries.first(where: { $0.name == folder + "byteorder" }) {
      guard file[order.bytes].elementsEqual("little".utf8) else { throw .bigEndian }
    }
    var storages: [String: Range<Int>] = [:]
    let prefix = folder + "data/"
    for entry in entries where entry.name.hasPrefix(prefix) {
      storages[String(entry.name.dropFirst(prefix.count))] = entry.bytes
    }
    // The pickle must not read on into the next entry.
    let range = UnsafeRawBufferPointer(rebasing: file[..<pickle.bytes.upperBound])
    var reader = PickleReader(ByteReader(range), at: pickle.bytes.lowerBound)
    let value = try reader.read()
    self.init(value: value, objects: reader.objects, storages: storages, fileByteCount: file.count)
  }

  /// The numbers with which every stream begins: 0x1950A86A20F9469CFC6C, little-endian, and the version.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  private static let version = 1001

  /// A stream of pickles: magic number, version, machine, the value, the storages' keys; then for each key the number of
  /// elements, 64 bits, and the elements.
  private init(stream file: UnsafeRawBufferPointer) throws(TensorFileError.Problem) {
    let bytes = ByteReader(file)
    var offset = 0
    func next() throws(TensorFileError.Problem) -> (value: PickleValue, objects: PickleObjects) {
      var reader = PickleReader(bytes, at: offset)
      let value = try reader.read()
      offset = reader.offset
      return (value, reader.objects)
    }
    guard case .largeInteger(let digits) = try next().value, file[digits].elementsEqual(Self.magic) else {
      throw .notPyTorch("a Python pickle of something else")
    }
    guard case .integer(let found) = try next().value, found == Self.version else {
      throw .notPyTorch("an unknown version of PyTorch's format")
    }
    let machine = try next()
    guard Self.isLittleEndian(machine.value, machine.objects) else { throw .bigEndian }
    let (value, objects) = try next()
    let keys = try next()
    guard let names = keys.objects.elements(of: keys.value) else {
      throw .malformedPickle(offset: offset, "expected a list of storages")
    }
    let strides = Dictionary(objects.storages.map { ($0.key, $0.stride) }) { first, _ in first }
    var storages: [String: Range<Int>] = [:]
    for name in names {
      guard case .text(let key) = name, let stride = strides[key] else {
        throw .malformedPickle(offset: offset, "a storage that no tensor uses")
      }
      let (length, overflow) = try bytes.offset(at: offset).multipliedReportingOverflow(by: stride)
      offset += 8
      guard !overflow, length <= bytes.count - offset else { throw .tooShort(byteCount: bytes.count) }
      guard storages.updateValue(offset..<(offset + length), forKey: key) == nil else {
        throw .duplicateName(key)
      }
      offset += length
    }
    guard offset == bytes.count else {
      throw .dataLengthMismatch(expected: offset, found: bytes.count)
    }
    self.init(value: value, objects: objects, storages: storages, fileByteCount: file.count)
  }

  /// Whether the description of a machine says so.
  private static func isLittleEndian(_ machine: PickleValue, _ objects: PickleObjects) -> Bool {
    guard case .dictionary(let index) = machine else { return false }
    return objects.dictionaries[index].contains { key, value in
      guard case .text("little_endian") = key, case .boolean(true) = value else { return false }
      return true
    }
  }
}
