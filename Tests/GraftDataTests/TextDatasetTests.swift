import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct TextDatasetTests {
  private let reviews = """
    {"review": "Fine.", "verdict": "good"}
    {"review": "Not \\"fine\\"", "verdict": "bad", "stars": 1}
    {"review": "", "verdict": "good"}

    """

  @Test func columnsBecomeTextsAndClasses() throws {
    let table = try DataTable(text: reviews, format: .jsonLines)
    let dataset = try TextDataset(table, text: "review", label: "verdict")
    #expect(dataset.texts == ["Fine.", "Not \"fine\"", ""])
    #expect(dataset.labels == [1, 0, 1] && dataset.classNames == ["bad", "good"])
    #expect(dataset[1] == LabeledText(text: "Not \"fine\"", label: 0))
    #expect(dataset.description == "3 texts, 2 classes")
    let part = dataset.subset(at: [2, 1])
    #expect(part.texts == ["", "Not \"fine\""] && part.labels == [1, 0] && part.classCount == 2)
    let others = try TextDataset(
      table, text: "review", label: "verdict", classNames: ["good", "fair", "bad"])
    #expect(others.labels == [0, 2, 0])
    let file = try withFile(Array("a \"b\tneg\nc\tpos\n".utf8)) { file in
      try TextDataset(contentsOf: file, format: .tsv(hasHeader: false), text: "0", label: "1")
    }
    #expect(file.texts == ["a \"b", "c"] && file.classNames == ["neg", "pos"])
  }

  @Test func faultsTellTheLine() throws {
    let table = try DataTable(text: reviews, format: .jsonLines)
    let unknown = try fault {
      _ = try TextDataset(table, text: "review", label: "verdict", classNames: ["good"])
    }
    #expect(unknown?.place == .line(2))
    #expect(try fault { _ = try TextDataset(table, text: "review", label: "stars") }?.place == .line(1))
    #expect(try fault { _ = try TextDataset(table, text: "title", label: "stars") } != nil)
    let two = try fault { _ = try TextDataset(texts: ["a"], labels: [0, 1], classNames: ["x", "y"]) }
    #expect(two?.kind == .countMismatch)
    let third = try fault { _ = try TextDataset(texts: ["a"], labels: [2], classNames: ["x", "y"]) }
    #expect(third?.kind == .labelOutOfRange)
  }

  @Test func batchesHoldEncodedTexts() throws {
    let tokenizer = try TokenizerFixture.tokenizer("uncased")
    let dataset = try TextDataset(
      texts: ["the quick brown fox", "the", "a dog"], labels: [0, 1, 1], classNames: ["x", "y"])
    let encoded = dataset.encoded(by: tokenizer, truncation: .toLength(5))
    #expect(encoded.count == 3 && encoded.encodings[0].count == 5)
    let order = encoded.lengthBatches(of: 2).sorted()
    #expect(order.map(\.count) == [2, 1] && order[0].contains(1))
    let batch = encoded.batch([1, 0])
    #expect(batch.count == 2 && batch.labels.scalars == [1, 0] && batch.indices == [1, 0])
    #expect(batch.texts.ids == TokenBatch([encoded.encodings[1], encoded.encodings[0]]).ids)
    #expect(batch.texts.ids.shape == [2, 5])
  }

  @Test func variationsDependOnSeedEpochAndPosition() throws {
    let text = "one two three four five six seven eight"
    let dataset = try TextDataset(
      texts: Array(repeating: text, count: 20), labels: Array(repeating: 1, count: 20),
      classNames: ["x", "y"])
    let varied = dataset.augmented(by: WordSwap(rate: 0.5), seed: 3)
    #expect(varied == dataset.augmented(by: WordSwap(rate: 0.5), seed: 3))
    #expect(varied.labels == dataset.labels && varied.classNames == dataset.classNames)
    #expect(Set(varied.texts).count > 15)
    #expect(varied != dataset.augmented(by: WordSwap(rate: 0.5), seed: 4))
    #expect(varied != dataset.augmented(by: WordSwap(rate: 0.5), seed: 3, epoch: 1))
    let part = dataset.subset(at: 0..<5).augmented(by: WordSwap(rate: 0.5), seed: 3)
    #expect(part.texts == Array(varied.texts.prefix(5)))
  }
}
