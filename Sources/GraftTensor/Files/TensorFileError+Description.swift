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
    case .textTooLong(let count):
      return "has \(count) bytes of JSON; more than \(JSONFile.maximumByteCount) are never right. "
        + Self.damaged
    case .malformedJSON(let offset, let problem):
      return "is no proper JSON at byte \(offset): \(problem). \(Self.damaged)"
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
    case .notPyTorch(let found): return "is no file that torch.save wrote: it is \(found)."
    case .notTensors(let found): return "holds no weights: it is \(found)."
    case .malformedArchive(let offset, let problem):
      return "is a malformed zip archive at byte \(offset): \(problem). \(Self.damaged)"
    case .compressedEntry(let name):
      return "is a zip archive with the compressed or encrypted entry \(name.quotedForMessage), "
        + "which PyTorch never writes. Save it again with torch.save."
    case .malformedPickle(let offset, let problem):
      return "has a pickle that is not one of tensors, at byte \(offset): \(problem). "
        + "Save model.state_dict() with torch.save, or as safetensors."
    case .refusedGlobal(let name):
      return
        "asks for Python's \(name.quotedForMessage), which no file of weights needs and which was not run. "
        + "If you trust the file, load it in PyTorch and save its state_dict() alone."
    case .tooManyObjects(let limit):
      return "describes more than \(limit) things, more than any file of tensors of its size. \(Self.damaged)"
    case .nestedTooDeeply(let limit):
      return "nests dictionaries more than \(limit) deep. Save model.state_dict() alone."
    case .bigEndian:
      return "has numbers with the highest byte first. Save it again on a little-endian machine."
    case .outsideStorage(let tensor, let needed, let found):
      return "gives tensor \"\(tensor)\" elements up to number \(needed) of a storage of \(found). "
        + Self.damaged
    case .repeatedElements(let tensor, let byteCount, let fileByteCount):
      return
        "gives tensor \"\(tensor)\" \(byteCount) bytes by repeating elements, and has \(fileByteCount) in all. "
        + "Save a copy: tensor.clone()."
    case .noTensors:
      return "holds no tensors. Save model.state_dict() with torch.save, or as safetensors."
    case .noSuchSection(let section):
      return "holds no tensors under the key \(section.quotedForMessage)."
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
