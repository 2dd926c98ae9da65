import GraftTensor

/// What is wrong with data from outside, where, and what to do about it.
public struct DataError: GraftError, Hashable {
  /// The kind of fault, for programs that react to it.
  public enum Kind: String, Sendable, Hashable {
    /// The file does not exist or may not be read.
    case unreadable
    /// The content breaks the rules of its format.
    case malformed
    /// The content ends early.
    case truncated
    /// The content is larger than the reader was told to accept.
    case tooLarge
    /// The content is valid, but of a form that the reader does not know.
    case unsupported
    /// A label is not one of the classes.
    case labelOutOfRange
    /// There are not as many labels as inputs.
    case countMismatch
    /// A class has fewer samples than were asked for.
    case tooFewSamples
    /// Inputs that have to be of one shape are not.
    case shapeMismatch
    /// A file or folder could not be written, or is there already.
    case unwritable
  }

  /// A place in a file.
  public enum Place: Sendable, Hashable {
    /// A line of a text file, from 1.
    case line(Int)
    /// A distance from the beginning of a binary file (after decompression), from 0.
    case byte(Int)
    /// A sample or record, from 0.
    case sample(Int)
  }

  /// The kind of fault.
  public let kind: Kind

  /// The file, where there is one.
  public let file: String?

  /// Where in the file or data set the fault lies, where that is known.
  public let place: Place?

  /// What is wrong.
  public let problem: String

  /// What to do about it.
  public let advice: String

  init(_ kind: Kind, file: String? = nil, at place: Place? = nil, _ problem: String, advice: String) {
    self.kind = kind
    self.file = file
    self.place = place
    self.problem = problem
    self.advice = advice
  }

  /// The same fault, known to be in a file.
  func located(in file: String) -> DataError {
    DataError(kind, file: self.file ?? file, at: place, problem, advice: advice)
  }
}

extension DataError {
  /// `file, line 3: what is wrong. What to do.`
  public var description: String {
    let position: String? =
      switch place {
      case .line(let line): "line \(line)"
      case .byte(let byte): "byte \(byte)"
      case .sample(let sample): "sample \(sample)"
      case nil: nil
      }
    let location = [file, position].compactMap { $0 }.joined(separator: ", ")
    return (location.isEmpty ? "" : location + ": ") + problem + ". " + advice + "."
  }
}
