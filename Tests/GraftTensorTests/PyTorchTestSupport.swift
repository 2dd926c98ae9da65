import Foundation
import GraftTensor
import Testing

/// Files made by PyTorch; see `Fixtures/make_pytorch_files.py`.
enum PyTorchFixture {
  static func url(_ name: String) -> URL {
    Fixture.folder.deletingLastPathComponent().appendingPathComponent("pytorch/\(name)")
  }

  static func bytes(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: url(name))) }
}

/// The problem that opening a PyTorch file reports, or `nil` if it is fine.
func pyTorchProblem(_ url: URL, section: String? = nil) throws -> TensorFileError.Problem? {
  do {
    _ = try PyTorchFile(contentsOf: url, section: section)
    return nil
  } catch let error as TensorFileError {
    #expect(error.file == url.path)
    return error.problem
  }
}

/// The problem that opening these bytes as a PyTorch file reports.
func pyTorchProblem(_ bytes: [UInt8]) throws -> TensorFileError.Problem? {
  try withTemporaryFile { url in
    try write(bytes, to: url)
    return try pyTorchProblem(url)
  }
}

/// A zip archive, written entry by entry; each can be told to lie.
struct TestArchive {
  var bytes: [UInt8] = []
  var directory: [UInt8] = []
  var count = 0

  /// Adds a stored entry; what the directory says about it can be changed before it is written.
  mutating func add(_ name: String, _ content: [UInt8], _ change: (inout [UInt8]) -> Void = { _ in }) {
    let offset = bytes.count
    let sizes = little(UInt32(content.count)) + little(UInt32(content.count))
    let lengths = little(UInt16(name.utf8.count)) + little(UInt16(0))
    // Version, flags, method, time and date; checksum.
    let head = [UInt8](repeating: 0, count: 10) + little(UInt32(0))
    bytes += little(UInt32(0x0403_4B50)) + head + sizes + lengths + Array(name.utf8) + content
    var header = little(UInt32(0x0201_4B50)) + [0, 0] + head + sizes + lengths
    header += [UInt8](repeating: 0, count: 10) + little(UInt32(offset)) + Array(name.utf8)
    change(&header)
    directory += header
    count += 1
  }

  /// The archive, with its directory; the end record can be changed before it is written.
  func finished(_ change: (inout [UInt8]) -> Void = { _ in }) -> [UInt8] {
    var end = little(UInt32(0x0605_4B50)) + [0, 0, 0, 0] + little(UInt16(count)) + little(UInt16(count))
    end += little(UInt32(directory.count)) + little(UInt32(bytes.count)) + [0, 0]
    change(&end)
    return bytes + directory + end
  }
}

/// The bytes of a number, lowest first.
func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

/// A PyTorch archive with one pickle and one storage of four floats, key 0.
func pyTorchArchive(pickle: [UInt8], storage: [UInt8] = Array(repeating: 0, count: 16)) -> [UInt8] {
  var archive = TestArchive()
  archive.add("x/data.pkl", pickle)
  archive.add("x/data/0", storage)
  return archive.finished()
}

/// Pieces of pickles.
enum Pickle {
  static let start: [UInt8] = [0x80, 2]

  static func text(_ text: String) -> [UInt8] { [0x58] + little(UInt32(text.utf8.count)) + Array(text.utf8) }

  static func integer(_ number: Int) -> [UInt8] { [0x8A, 8] + little(Int64(number)) }

  static func tuple(_ items: [[UInt8]]) -> [UInt8] { [0x28] + items.flatMap(\.self) + [0x74] }

  static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

  static func storage(key: String = "0", type: String = "FloatStorage", count: Int = 4) -> [UInt8] {
    tuple([text("storage"), global("torch", type), text(key), text("cpu"), integer(count)]) + [0x51]
  }

  /// A tensor of a storage.
  static func tensor(
    offset: Int = 0, shape: [Int], strides: [Int], storage: [UInt8] = storage()
  ) -> [UInt8] {
    let arguments = [
      storage, integer(offset), tuple(shape.map(integer)), tuple(strides.map(integer)), [0x89], [0x7D],
    ]
    return global("torch._utils", "_rebuild_tensor_v2") + tuple(arguments) + [0x52]
  }

  /// A whole pickle of a dictionary.
  static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] {
    start + [0x7D, 0x28] + items.flatMap { text($0.0) + $0.1 } + [0x75, 0x2E]
  }
}
