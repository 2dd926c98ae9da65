import ExampleSupport
import Foundation

/// A text, and the smaller one that a network adapts to.
struct Texts {
  /// What is learned first.
  let general: String
  /// What is adapted to; `nil` for nothing.
  let special: (name: String, text: String)?

  init(_ file: URL, target: Options.Target) throws {
    let text = try Texts.read(file)
    switch target {
    case .nothing:
      general = text
      special = nil
    case .named(let name) where FileManager.default.fileExists(atPath: name):
      general = text
      special = (URL(fileURLWithPath: name).lastPathComponent, try Texts.read(URL(fileURLWithPath: name)))
    case .named(let name):
      let speeches = text.components(separatedBy: "\n\n")
      let own = speeches.filter { $0.hasPrefix(name + ":\n") }
      guard !own.isEmpty else {
        throw Mistake("--adapt: \(name) is no file, and there is no speech of \(name) in \(file.path)")
      }
      general = speeches.filter { !$0.hasPrefix(name + ":\n") }.joined(separator: "\n\n")
      special = (name, own.joined(separator: "\n\n"))
    }
  }

  private static func read(_ file: URL) throws -> String {
    guard let data = FileManager.default.contents(atPath: file.path) else {
      throw Mistake("\(file.path) can't be read")
    }
    guard let text = String(data: data, encoding: .utf8) else { throw Mistake("\(file.path) is not UTF-8") }
    return text.replacingOccurrences(of: "\r\n", with: "\n")
  }
}
