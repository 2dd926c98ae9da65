import ExampleSupport
import Foundation
import Graft

/// How text becomes tokens.
enum TextCode {
  /// A token for each of these code points, and token 0 for all others.
  case characters([Unicode.Scalar])
  /// The tokens of a tokenizer.
  case tokenizer(any Tokenizer)

  private static let unknown: Unicode.Scalar = "\u{FFFD}"

  /// A token for each code point that occurs in the texts.
  init(charactersOf texts: [String]) {
    let known = Set(texts.flatMap(\.unicodeScalars)).subtracting([TextCode.unknown])
    self = .characters([TextCode.unknown] + known.sorted())
  }

  /// How many tokens there are.
  var count: Int {
    switch self {
    case .characters(let scalars): return scalars.count
    case .tokenizer(let tokenizer): return tokenizer.vocabularySize
    }
  }

  func encode(_ text: String) -> [Int32] {
    switch self {
    case .characters(let scalars):
      let numbers = Dictionary(uniqueKeysWithValues: scalars.enumerated().map { ($1, Int32($0)) })
      return text.unicodeScalars.map { numbers[$0] ?? 0 }
    case .tokenizer(let tokenizer): return tokenizer.encode(text, addingSpecialTokens: false).ids
    }
  }

  func decode(_ tokens: [Int32]) -> String {
    switch self {
    case .characters(let scalars):
      var text = String.UnicodeScalarView()
      text.append(contentsOf: tokens.map { scalars[Int($0)] })
      return String(text)
    case .tokenizer(let tokenizer): return tokenizer.decode(tokens)
    }
  }
}

/// A text in two parts: one to learn from, its end to judge by.
struct Split {
  let training: [Int32]
  let validation: [Int32]
  /// How many code points the second part has: what bits are counted for.
  let validationLength: Int

  /// Keeps the last tenth of a text to judge by.
  init(_ text: String, name: String, code: TextCode) throws {
    let scalars = Array(text.unicodeScalars)
    let end = scalars.count * 9 / 10
    func part(_ range: Range<Int>) -> String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[range])
      return String(view)
    }
    training = code.encode(part(0..<end))
    validation = code.encode(part(end..<scalars.count))
    validationLength = scalars.count - end
    guard training.count > Training.window, validation.count > 1 else {
      throw Mistake("\(name) has \(scalars.count) characters; that is too short to learn from")
    }
  }
}
