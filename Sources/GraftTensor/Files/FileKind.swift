import Foundation

/// What a file is, going by its first bytes; whatever its name says.
package enum FileKind: Equatable, CustomStringConvertible {
  /// A safetensors file.
  case safetensors
  /// A zip archive: PyTorch's since 1.6, and many others.
  case zip
  /// A Python pickle: PyTorch's before 1.6, and others.
  case pickle
  /// JSON text that begins with an object.
  case json
  /// Something that holds no tensors that Graft can read: what it is, and what to do.
  case other(String)
  /// None of the kinds that are known.
  case unknown

  /// What the first bytes of kinds that are mistaken for weights look like, and what to do.
  private static let others: [(beginning: [UInt8], description: String)] = [
    (
      Array("version https://git-lfs".utf8),
      "a Git LFS pointer, not the file itself: run `git lfs pull`, or download it from its page"
    ),
    ([0x1F, 0x8B], "compressed with gzip: unpack it first"),
    (Array("BZh".utf8), "compressed with bzip2: unpack it first"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed with xz: unpack it first"),
    ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd: unpack it first"),
    ([0x93] + Array("NUMPY".utf8), "an NPY file with one array: read it with AnyTensor(npy:)"),
    ([0x89] + Array("HDF".utf8), "an HDF5 file, of Keras perhaps: save the weights as safetensors"),
    (Array("GGUF".utf8), "a GGUF file: download the model's safetensors files"),
    (
      Array("Entry not found".utf8),
      "the server's answer that there is no such file: check the address that it was fetched from"
    ),
    (
      Array("Access to model".utf8),
      "the server's answer that access is restricted: log in where it was fetched from"
    ),
  ]

  /// Looks at the beginning of a file.
  package init(contentsOf url: URL) throws {
    let file = try MappedFile(contentsOf: url)
    self = withExtendedLifetime(file) { FileKind(file.bytes) }
  }

  /// Looks at the beginning of a file's bytes.
  init(_ file: UnsafeRawBufferPointer) {
    if Self.isSafetensors(file) {
      self = .safetensors
    } else if file.starts(with: [0x50, 0x4B, 0x03, 0x04]) || file.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      self = .zip
    } else if file.count >= 2, file[0] == 0x80, (2...5).contains(file[1]) {
      self = .pickle
    } else if let other = Self.others.first(where: { file.starts(with: $0.beginning) }) {
      self = .other(other.description)
    } else if file.count >= 262, file[257..<262].elementsEqual("ustar".utf8) {
      self = .other(
        "a tar archive, as PyTorch wrote before 0.1.10: load it in PyTorch and save it again")
    } else {
      self = Self.text(file)
    }
  }

  /// Whether there is the length of a header, and the header begins as it must.
  private static func isSafetensors(_ file: UnsafeRawBufferPointer) -> Bool {
    guard file.count >= 9, file[8] == UInt8(ascii: "{") else { return false }
    return UInt64(littleEndian: file.loadUnaligned(as: UInt64.self)) <= SafetensorsHeader.maximumByteCount
  }

  /// What kind of text it is, if any that is known.
  private static func text(_ file: UnsafeRawBufferPointer) -> FileKind {
    let beginning = file.prefix(1024).drop { [0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF].contains($0) }
    if beginning.first == UInt8(ascii: "{") { return .json }
    let word = String(decoding: beginning.prefix(9), as: UTF8.self).lowercased()
    if word.hasPrefix("<!doctype") || word.hasPrefix("<html") {
      return .other("an HTML page: it was fetched from the address of a page instead of the file's own")
    }
    if word.hasPrefix("<?xml") || word.hasPrefix("<error") {
      return .other("an XML text, a server's error message perhaps: look into it, and fetch the file again")
    }
    return .unknown
  }

  /// What it is, to follow "it is".
  package var description: String {
    switch self {
    case .safetensors: return "a safetensors file"
    case .zip: return "a zip archive"
    case .pickle: return "a Python pickle"
    case .json: return "JSON text"
    case .other(let description): return description
    case .unknown: return "nothing known, going by its first bytes; it may be damaged: fetch it again"
    }
  }
}
