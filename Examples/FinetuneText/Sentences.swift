import ExampleSupport
import Foundation
import Graft

/// Sentences with a label each, encoded.
struct Sentences {
  let encodings: [Encoding]
  let labels: [Int32]
  let padding: Int32

  /// Reads a file that has a sentence, a tab and a label in each line.
  init(_ file: URL, tokenizer: any Tokenizer, limit: Int) throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    var (encodings, labels) = ([Encoding](), [Int32]())
    for (number, line) in text.split(separator: "\n").prefix(limit).enumerated() {
      let fields = line.split(separator: "\t")
      guard fields.count == 2, let label = Int32(fields[1]), (0...1).contains(label) else {
        throw Mistake(
          "\(file.path), line \(number + 1): a sentence, a tab and 0 or 1 are wanted, not \"\(line)\"")
      }
      encodings.append(tokenizer.encode(String(fields[0]), truncation: .toLength(128)))
      labels.append(label)
    }
    self.encodings = encodings
    self.labels = labels
    padding = tokenizer.specialTokens.padding ?? 0
  }

  var count: Int { labels.count }

  /// A batch of the given sentences.
  func batch(_ indices: some Sequence<Int>) -> (texts: TokenBatch, labels: Tensor<Int32>) {
    (TokenBatch(indices.map { encodings[$0] }, paddingID: padding), Tensor(indices.map { labels[$0] }))
  }

  /// The sentences in batches of like length.
  func batches(of size: Int) -> LengthBatches { LengthBatches(encodings.map(\.count), of: size) }
}
