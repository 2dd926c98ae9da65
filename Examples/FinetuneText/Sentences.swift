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
        throw Options.Mistake(
          description:
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

  /// The sentences in an order of their own for each epoch, in batches of like length, so that little of a batch is padding.
  func shuffledBatches(of size: Int, using generator: inout RandomGenerator) -> [[Int]] {
    let order = (0..<count).shuffled(using: &generator)
    // Sorting a stretch of many batches leaves enough chance in what meets in one.
    let stretch = 16 * size
    let batches = stride(from: 0, to: count, by: stretch).flatMap { start in
      let sorted = order[start..<min(start + stretch, count)].sorted {
        encodings[$0].count < encodings[$1].count
      }
      return stride(from: 0, to: sorted.count, by: size).map {
        Array(sorted[$0..<min($0 + size, sorted.count)])
      }
    }
    return batches.shuffled(using: &generator)
  }

  /// The sentences in batches of like length, in a fixed order.
  func sortedBatches(of size: Int) -> [[Int]] {
    let sorted = (0..<count).sorted { encodings[$0].count < encodings[$1].count }
    return stride(from: 0, to: count, by: size).map { Array(sorted[$0..<min($0 + size, count)]) }
  }
}
