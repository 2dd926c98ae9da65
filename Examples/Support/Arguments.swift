import Foundation

/// What is wrong with a command line, or with what it names.
package struct Mistake: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// The words of a command line, taken one after the other.
package struct Arguments {
  private var rest: ArraySlice<String>

  package init(_ words: [String]) { rest = words[...] }

  /// The next option; `nil` at the end.
  package mutating func next() -> String? { rest.popFirst() }

  /// The word after an option.
  package mutating func value(of option: String) throws -> String {
    guard let value = rest.popFirst() else { throw Mistake("\(option) needs a value") }
    return value
  }

  /// The file or folder after an option.
  package mutating func file(of option: String) throws -> URL {
    URL(fileURLWithPath: try value(of: option))
  }

  /// The positive whole number after an option.
  package mutating func number(of option: String) throws -> Int {
    let text = try value(of: option)
    guard let number = Int(text), number > 0 else {
      throw Mistake("\(option) needs a positive number, not \(text)")
    }
    return number
  }

  /// The number in a range after an option.
  package mutating func number<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    of option: String, in range: ClosedRange<Number>
  ) throws -> Number {
    let text = try value(of: option)
    guard let number = Number(text), range.contains(number) else {
      throw Mistake("\(option) needs a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
    }
    return number
  }
}

/// Runs an example: prints how it is used if that is asked for, or if nothing is said and the example needs something; an error goes to the
/// standard error stream, and the exit code is 1.
package func runExample(
  _ name: String, usage: String, needsArguments: Bool = true, _ body: ([String]) throws -> Void
) {
  let words = Array(CommandLine.arguments.dropFirst())
  if words.isEmpty && needsArguments || words.contains("--help") || words.contains("-h") {
    print(usage)
    return
  }
  do {
    try body(words)
  } catch {
    FileHandle.standardError.write(Data("\(name): \(error)\n".utf8))
    exit(1)
  }
}
