import Foundation
import GraftTensor

/// Named arrays in one file, as NumPy's `savez` and `savez_compressed` write them: a zip archive of NPY files.
///
/// ```swift
/// let file = try NPZFile(contentsOf: url)
/// let images: Tensor<UInt8> = try file.tensor("x_train")           // [n, height, width]
/// let data = try LabeledDataset(images: images.expandingAxis(at: 1), labels: file.tensor("y_train"))
/// ```
///
/// Entries are inflated as they are asked for, each time anew, never to more bytes than the archive announces.
public struct NPZFile: Sendable {
  /// The names of the arrays, without `.npy`, in the file's order.
  public let names: [String]

  private let path: String
  private let bytes: [UInt8]
  private let entries: [String: Entry]

  private typealias Entry = (range: Range<Int>, isDeflated: Bool, byteCount: Int, checksum: UInt32)

  /// Reads a file and checks what its directory says.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - maximumBytes: What is accepted at most: of the file, and of all arrays together when they are inflated.
  ///     Default: 4 GiB.
  /// - Throws: ``DataError`` if the file can't be read or is too large; `TensorFileError` if it is no zip archive, is
  ///   damaged, or holds something else than NPY files.
  public init(contentsOf file: URL, maximumBytes: Int = 1 << 32) throws {
    let bytes = try BoundedFile.read(file, atMost: maximumBytes)
    try self.init(bytes, name: file.path, maximumBytes: maximumBytes)
  }

  init(_ bytes: [UInt8], name: String, maximumBytes: Int) throws {
    var names: [String] = []
    var entries: [String: Entry] = [:]
    var (total, overflows) = (0, false)
    do {
      for entry in try bytes.withUnsafeBytes({ try ZipArchive($0, acceptsDeflated: true) }).entries {
        guard entry.name.hasSuffix(".npy") else {
          throw TensorFileError.Problem.notTensors("a zip archive that holds \"\(entry.name.prefix(100))\"")
        }
        (total, overflows) = total.addingReportingOverflow(entry.byteCount)
        guard !overflows, total <= maximumBytes else {
          throw DataError(
            .tooLarge, file: name, "the arrays have more than \(maximumBytes) bytes",
            advice: "The file is damaged; raise maximumBytes if that much is intended")
        }
        let array = String(entry.name.dropLast(4))
        names.append(array)
        entries[array] = (entry.bytes, entry.isDeflated, entry.byteCount, entry.checksum)
      }
    } catch let problem as TensorFileError.Problem {
      throw TensorFileError(file: name, problem)
    }
    self.names = names
    self.entries = entries
    self.bytes = bytes
    path = name
  }

  /// An array with elements of the type that it is stored with; `Float` for half precision.
  ///
  /// - Throws: `TensorFileError` if there is none of this name, or if it is no NPY file or holds elements of a type
  ///   that Graft does not know; ``DataError`` if its bytes are damaged.
  public func anyTensor(_ name: String) throws -> AnyTensor {
    guard let entry = entries[name] else {
      throw TensorFileError(file: path, .noSuchTensor(name, available: names))
    }
    let content = try inflated(entry, name)
    do {
      return try AnyTensor(npy: content)
    } catch {
      throw TensorFileError(file: "\(path), array \(name)", error)
    }
  }

  /// An array with elements of the type asked for, converted where nothing can be lost, as by
  /// `SafetensorsFile.tensor(_:as:)`.
  ///
  /// - Throws: What ``anyTensor(_:)`` throws, and `TensorFileError` if the elements can't be converted so.
  public func tensor<Scalar: TensorScalar>(
    _ name: String, as type: Scalar.Type = Scalar.self
  ) throws -> Tensor<Scalar> {
    let stored = try anyTensor(name)
    guard let tensor = stored.converted(to: type) else {
      throw TensorFileError(
        file: path, .inconvertible(tensor: name, stored: stored.elementType, requested: Scalar.elementType))
    }
    return tensor
  }

  /// The content of an entry, which has to be as long as announced and to have the announced check sum.
  private func inflated(_ entry: Entry, _ name: String) throws(DataError) -> [UInt8] {
    let stored = bytes[entry.range]
    let content =
      entry.isDeflated
      ? try Deflate.inflated(stored, as: .bare, stoppingAfter: entry.byteCount + 1, name: path)
      : Array(stored)
    guard content.count == entry.byteCount, Deflate.checksum(content[...]) == entry.checksum else {
      throw DataError(
        .malformed, file: path, at: .byte(entry.range.lowerBound),
        "the bytes of array \(name) are not those that were written", advice: "Fetch the file again")
    }
    return content
  }
}
