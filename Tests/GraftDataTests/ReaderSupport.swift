import CZlib
import Foundation
import GraftTensor

@testable import GraftData

/// The bytes as a gzip file of one member.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1024)
  let written = input.withUnsafeMutableBufferPointer { source in
    output.withUnsafeMutableBufferPointer { target in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      stream.next_out = target.baseAddress
      stream.avail_out = UInt32(target.count)
      precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
      return target.count - Int(stream.avail_out)
    }
  }
  return Array(output.prefix(written))
}

/// An IDX file of unsigned bytes, its elements counting up.
func idx(_ shape: [UInt32], type: UInt8 = 8, count: Int? = nil) -> [UInt8] {
  let elements = count ?? Int(shape.reduce(1, *))
  return [0, 0, type, UInt8(shape.count)]
    + shape.flatMap { length in (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } }
    + (0..<elements).map { UInt8(truncatingIfNeeded: $0) }
}

/// Calls `body` with the path of a file of these bytes, which is removed afterwards.
func withFile<Result>(_ bytes: [UInt8], _ body: (URL) throws -> Result) throws -> Result {
  let file = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString)")
  try Data(bytes).write(to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  return try body(file)
}

/// The fault that `body` reports, `nil` if it succeeds.
func fault(_ body: () throws -> Void) throws -> DataError? {
  do { try body() } catch let error as DataError { return error }
  return nil
}

/// Calls `read` with many damaged versions of `bytes`: bytes changed, removed, added, the end cut off, parts repeated.
///
/// It may succeed or throw a ``DataError``, nothing else.
func fuzz(_ bytes: [UInt8], rounds: Int, seed: UInt64, _ read: ([UInt8]) throws -> Void) throws {
  var generator = RandomGenerator(seed: seed)
  for _ in 0..<rounds {
    var damaged = bytes
    for _ in 0...generator.integer(below: 4) {
      let place = generator.integer(below: damaged.count + 1)
      // Mostly near the beginning, where headers are.
      let early = min(place, generator.integer(below: 48))
      switch generator.integer(below: 6) {
      case 0: damaged.removeLast(damaged.count - place)
      case 1: damaged.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
      case 2 where place < damaged.count: damaged.remove(at: place)
      case 3 where place < damaged.count: damaged[place] = UInt8(truncatingIfNeeded: generator.next())
      case 4: damaged += damaged.prefix(place)
      default:
        let values: [UInt8] = [0, 1, 8, 0x22, 0x2C, 0x0A, 0x0D, 0x7F, 0x80, 0xFF]
        if early < damaged.count { damaged[early] = values[generator.integer(below: values.count)] }
      }
    }
    _ = try fault { try read(damaged) }
  }
}
