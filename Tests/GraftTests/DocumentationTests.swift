import Foundation
import Testing

/// Every block of Swift in the README and the guides stands in a file of this folder, so it compiles.
@Suite struct DocumentationTests {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let root = tests.deletingLastPathComponent().deletingLastPathComponent()

  @Test(arguments: [
    "README.md", "Documentation/FineTuning.md", "Documentation/Models.md", "Documentation/Data.md",
    "Documentation/Measuring.md", "Documentation/Tuning.md",
  ])
  func blocksCompile(page: String) throws {
    let sources = try FileManager.default.contentsOfDirectory(atPath: Self.tests.path)
      .filter { $0.hasSuffix(".swift") }
      .map { condensed(try String(contentsOf: Self.tests.appendingPathComponent($0), encoding: .utf8)) }
    let blocks = swiftBlocks(
      of: try String(contentsOf: Self.root.appendingPathComponent(page), encoding: .utf8))
    #expect(!blocks.isEmpty)
    for block in blocks {
      let wanted = condensed(block)
      #expect(sources.contains { $0.contains(wanted) }, "not compiled by any test:\n\(block)")
    }
  }

  /// What stands between "```swift" and "```"; manifests, which are no code of this package, are left out.
  private func swiftBlocks(of page: String) -> [String] {
    var blocks: [String] = []
    var current: [Substring]?
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "```swift" {
        current = []
      } else if line == "```", let block = current {
        blocks.append(block.joined(separator: "\n"))
        current = nil
      } else {
        current?.append(line)
      }
    }
    return blocks.filter { !$0.contains(".package(") }
  }

  /// The text without white space and imports, so that indentation and line breaks don't matter.
  private func condensed(_ text: String) -> String {
    text.split(separator: "\n").filter { !$0.hasPrefix("import ") }.joined()
      .filter { !$0.isWhitespace }
  }
}
