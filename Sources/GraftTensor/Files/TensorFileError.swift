/// Why a file of tensors could not be read or written.
public struct TensorFileError: GraftError, Hashable {
  /// The path of the file.
  public let file: String

  /// What is wrong with it.
  public let problem: Problem

  /// What can be wrong with a file of tensors.
  public enum Problem: Error, Hashable {
    /// The system could not open, read or map the file; its message.
    case unreadable(String)
    /// The system could not write the file; its message. What was there before is unchanged.
    case unwritable(String)
    /// The file has fewer bytes than the format's fixed beginning.
    case tooShort(byteCount: Int)
    /// The file does not begin with the bytes that mark an NPY file.
    case notNPY
    /// The file is of a version of its format that is not known.
    case unsupportedVersion(String)
    /// The header claims to be longer than anyone needs.
    case headerTooLong(byteCount: UInt64)
    /// The header claims to be longer than the file.
    case headerBeyondFile(headerByteCount: UInt64, fileByteCount: Int)
    /// The header breaks the rules of its format at a byte of the file.
    case malformedHeader(offset: Int, String)
    /// Two tensors, or two keys, have one name.
    case duplicateName(String)
    /// A tensor to be written has a name that the format keeps for itself.
    case reservedName(String)
    /// A tensor's elements are of a kind that Graft does not know, under the format's name for it.
    case unsupportedElementType(tensor: String, String)
    /// A tensor has more axes than ``Shape/maximumRank``.
    case unsupportedRank(tensor: String, Int)
    /// A tensor's number of bytes is beyond what an integer can hold, or one of its axes is longer than a `Shape` allows.
    case shapeOverflow(tensor: String)
    /// A tensor's bytes do not begin where those of the tensor before it end, or end before they begin.
    case misplacedData(tensor: String, begin: Int, end: Int, expectedBegin: Int)
    /// A tensor has a place for more or fewer bytes than its shape needs.
    case sizeMismatch(tensor: String, expected: Int, found: Int)
    /// The tensors need more or fewer bytes than follow the header.
    case dataLengthMismatch(expected: Int, found: Int)
    /// There is no tensor of this name; the names that are there, if few.
    case noSuchTensor(String, available: [String])
    /// A tensor's elements cannot be had as the type asked for without losing something.
    case inconvertible(tensor: String, stored: ElementType, requested: ElementType)
  }

  /// An error in a file.
  public init(file: String, _ problem: Problem) {
    self.file = file
    self.problem = problem
  }
}

extension TensorFileError {
  /// What is wrong, where, and what to do about it.
  public var description: String { "\(file): \(problem)" }
}

extension TensorFileError.Problem: CustomStringConvertible {
  /// What is wrong and what to do about it.
  public var description: String {
    switch self {
    case .unreadable(let message):
      return "cannot be read: \(message). Check that the file exists and that you may read it."
    case .unwritable(let message):
      return "cannot be written: \(message). Check that its folder exists, is writable and has room."
    case .tooShort(let count):
      return "has only \(count) bytes, fewer than any file of this format. \(Self.damaged)"
    case .notNPY:
      return "does not begin like an NPY file. Save the array with numpy.save."
    case .unsupportedVersion(let version):
      return "is of NPY version \(version); known are 1.0, 2.0 and 3.0. Save the array again with numpy.save."
    case .headerTooLong(let count):
      return "claims a header of \(count) bytes; more than 100,000,000 are never right. \(Self.damaged)"
    case .headerBeyondFile(let header, let file):
      return "claims a header of \(header) bytes but has \(file) in all. \(Self.damaged)"
    case .malformedHeader(let offset, let problem):
      return "has a malformed header at byte \(offset): \(problem). \(Self.damaged)"
    case .duplicateName(let name):
      return "names \"\(name)\" twice. Give each tensor its own name."
    case .reservedName(let name):
      return "cannot hold a tensor called \"\(name)\": the format keeps that name for itself. Rename it."
    case .unsupportedElementType(let tensor, let type):
      return
        "holds tensor \"\(tensor)\" with elements of type \(type), which Graft cannot read. Save it as F32."
    case .unsupportedRank(let tensor, let rank):
      return "holds tensor \"\(tensor)\" with \(rank) axes; at most \(Shape.maximumRank) are supported. "
        + "Join some of them before saving."
    case .shapeOverflow(let tensor):
      return
        "gives tensor \"\(tensor)\" a shape of more bytes than can be counted, or with an axis of more than "
        + "\(Shape.maximumLength) elements. \(Self.damaged)"
    case .misplacedData(let tensor, let begin, let end, let expected):
      return
        "puts tensor \"\(tensor)\" at bytes \(begin)..<\(end) of the data, expected from \(expected) on: "
        + "tensors must neither overlap nor leave gaps. \(Self.damaged)"
    case .sizeMismatch(let tensor, let expected, let found):
      return "has \(found) bytes for tensor \"\(tensor)\", whose shape needs \(expected). \(Self.damaged)"
    case .dataLengthMismatch(let expected, let found):
      return "has \(found) bytes of data; its tensors need \(expected). \(Self.damaged)"
    case .noSuchTensor(let name, let available):
      return "holds no tensor \"\(name)\". There are: \(Self.list(available))."
    case .inconvertible(let tensor, let stored, let requested):
      return
        "holds tensor \"\(tensor)\" with \(stored) elements, which cannot become \(requested) without loss. "
        + "Read it as \(stored) and convert it."
    }
  }

  private static let damaged = "It may be damaged or incomplete: fetch or save it again."

  /// The first few names, and how many more there are.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ")
    if names.isEmpty { return "none" }
    return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
  }
}
