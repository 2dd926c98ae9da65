import GraftTensor

/// Takes a JSON value of a file apart and says where it is not as it should be.
struct JSONReader {
  let value: JSONValue
  let file: String?

  /// Where the value stands in the file: `model.vocab`, say; empty for the whole.
  let path: String

  /// Reads a file's text.
  init(_ bytes: [UInt8], file: String?) throws(DataError) {
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw DataError(
        .malformed, file: file, at: .byte(error.offset), "the text is not JSON: \(error.problem)",
        advice: "Take the file again from where it was published")
    }
    self.file = file
    path = ""
  }

  private init(_ value: JSONValue, file: String?, path: String) {
    self.value = value
    self.file = file
    self.path = path
  }

  /// The value of a member of an object; `nil` if there is none, or it is `null`.
  subscript(name: String) -> JSONReader? {
    get throws(DataError) {
      let found = try members.filter { $0.name.utf8.elementsEqual(name.utf8) }
      guard found.count < 2 else { throw fault("has \"\(name)\" twice") }
      guard let value = found.first?.value else { return nil }
      if case .null = value { return nil }
      return JSONReader(value, file: file, path: path.isEmpty ? name : "\(path).\(name)")
    }
  }

  /// The value of a member that has to be there.
  func member(_ name: String) throws(DataError) -> JSONReader {
    guard let member = try self[name] else { throw fault("has no \"\(name)\"") }
    return member
  }

  var members: [(name: String, value: JSONValue)] {
    get throws(DataError) {
      guard case .object(let members) = value else { throw fault("is not an object") }
      return members
    }
  }

  var elements: [JSONReader] {
    get throws(DataError) {
      guard case .array(let elements) = value else { throw fault("is not an array") }
      return elements.enumerated().map { JSONReader($1, file: file, path: "\(path)[\($0)]") }
    }
  }

  var string: String {
    get throws(DataError) {
      guard case .string(let string) = value else { throw fault("is not a string") }
      return string
    }
  }

  var integer: Int {
    get throws(DataError) {
      guard case .integer(let integer) = value else { throw fault("is not a whole number") }
      return integer
    }
  }

  var bool: Bool {
    get throws(DataError) {
      guard case .bool(let bool) = value else { throw fault("is not true or false") }
      return bool
    }
  }

  /// The members of an object whose values are ids.
  func vocabularyEntries() throws(DataError) -> [Vocabulary.Entry] {
    var entries: [Vocabulary.Entry] = []
    for (name, value) in try members {
      guard case .integer(let id) = value else {
        throw fault("gives the token \"\(name)\" something that is not a whole number")
      }
      entries.append(Vocabulary.Entry(token: name, id: id))
    }
    guard !entries.isEmpty else { throw fault("has no tokens") }
    return entries
  }

  /// An error that says what is wrong with this value.
  func fault(
    _ problem: String, kind: DataError.Kind = .malformed,
    advice: String = "Take the file again from where it was published"
  ) -> DataError {
    DataError(kind, file: file, "\(path.isEmpty ? "the JSON value" : path) \(problem)", advice: advice)
  }
}
