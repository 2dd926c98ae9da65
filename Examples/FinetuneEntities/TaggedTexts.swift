import ExampleSupport
import Foundation
import Graft

/// Sentences with a tag for each word, encoded.
struct TaggedTexts {
  let sentences: [TaggedSentence]
  let encodings: [Encoding]
  private let labels: [[Int32]]
  private let padding: Int32

  /// Encodes sentences whose tags have these numbers.
  init(_ sentences: [TaggedSentence], numbers: [String: Int32], tokenizer: any Tokenizer) throws {
    self.sentences = sentences
    encodings = sentences.map { tokenizer.encode(words: $0.words, truncation: .toLength(128)) }
    labels = try zip(sentences, encodings).map { sentence, encoding in
      let tags = try sentence.tags.map { tag in
        guard let number = numbers[tag] else {
          throw Mistake("the tag \(tag) does not occur in the training split")
        }
        return number
      }
      return encoding.tokenLabels(tags)
    }
    padding = tokenizer.specialTokens.padding ?? 0
  }

  func batches(of size: Int) -> LengthBatches { LengthBatches(encodings.map(\.count), of: size) }

  /// The given sentences and a label for each of their tokens, `[n, length]`: -100 for those that speak for no word.
  func batch(_ indices: [Int]) -> (texts: TokenBatch, labels: Tensor<Int32>) {
    let texts = TokenBatch(indices.map { encodings[$0] }, paddingID: padding)
    let length = texts.ids.shape[1]
    let rows = indices.flatMap { index in
      labels[index] + Array(repeating: -100, count: length - labels[index].count)
    }
    return (texts, Tensor(shape: [indices.count, length], scalars: rows))
  }
}

/// The three splits of a task, and the tags that occur in the first of them.
struct Task {
  let training: TaggedTexts
  let validation: TaggedTexts
  let test: TaggedTexts
  let tags: [String]

  init(folder: URL, tokenizer: any Tokenizer) throws {
    let splits = try [
      ["train.conll", "wnut17train.conll"], ["dev.conll", "emerging.dev.conll"],
      ["test.conll", "emerging.test.annotated"],
    ].map { try Task.sentences(in: folder, names: $0) }
    tags = Set(splits[0].flatMap(\.tags)).sorted { ($0 == "O" ? "" : $0) < ($1 == "O" ? "" : $1) }
    if let odd = tags.first(where: { EntityTag($0) == nil }) {
      throw Mistake("\(odd) is not a tag; tags are O, and B- or I- followed by a type")
    }
    let numbers = Dictionary(uniqueKeysWithValues: tags.enumerated().map { ($1, Int32($0)) })
    let texts = try splits.map { try TaggedTexts($0, numbers: numbers, tokenizer: tokenizer) }
    (training, validation, test) = (texts[0], texts[1], texts[2])
  }

  private static func sentences(in folder: URL, names: [String]) throws -> [TaggedSentence] {
    let files = names.map { folder.appendingPathComponent($0) }
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      throw Mistake("\(folder.path) has no \(names.joined(separator: " or "))")
    }
    return try TaggedSentence.read(conll: file)
  }
}
