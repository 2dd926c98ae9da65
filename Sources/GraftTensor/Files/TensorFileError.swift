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
    /// A file of JSON text is longer than anyone needs.
    case textTooLong(byteCount: Int)
    /// A file is not JSON, or JSON that is nested too deeply or has two equal keys, at a byte of the file.
    case malformedJSON(offset: Int, String)
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
    /// The file is none that PyTorch wrote; what it is.
    case notPyTorch(String)
    /// The file holds no tensors at all that Graft could read, going by its first bytes; what it is.
    case notTensors(String)
    /// A zip archive breaks the rules of its format at a byte of the file.
    case malformedArchive(offset: Int, String)
    /// An entry of a zip archive is compressed or encrypted, which PyTorch's never are.
    case compressedEntry(String)
    /// A pickle is not one of a file of tensors, at a byte of the file.
    case malformedPickle(offset: Int, String)
    /// A pickle mentions a Python function or class that no tensor needs. It was not looked up, let alone called.
    case refusedGlobal(String)
    /// A pickle holds more than any file of tensors.
    case tooManyObjects(limit: Int)
    /// Dictionaries are nested more deeply than in any file of tensors.
    case nestedTooDeeply(limit: Int)
    /// The file was written on a machine that stores the highest byte of a number first.
    case bigEndian
    /// A tensor has elements beyond the end of its storage; how many the storage would have to have.
    case outsideStorage(tensor: String, needed: Int, found: Int)
    /// A tensor repeats elements so often that it is larger than its file.
    case repeatedElements(tensor: String, byteCount: Int, fileByteCount: Int)
    /// There are no tensors in what was saved.
    case noTensors
    /// There are no tensors under the key that was asked for.
    case noSuchSection(String)
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
