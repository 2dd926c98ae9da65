import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// Readers on published files, which are not part of the package.
@Suite(.enabled(if: realData != nil, "the folder ../shared/data is missing"))
struct RealDataTests {
  private func file(_ path: String) throws -> URL {
    try #require(realData).appending(path: path)
  }

  @Test func mnist() throws {
    let train = try LabeledDataset(
      idxImages: file("mnist/train6k-images-idx3-ubyte.gz"),
      labels: file("mnist/train6k-labels-idx1-ubyte.gz"))
    #expect(train.count == 6000 && train.inputShape == [1, 28, 28] && train.classCount == 10)
    #expect(train.classFrequencies.allSatisfy { $0 > 500 && $0 < 700 })
    let test = try LabeledDataset(
      idxImages: file("mnist/t10k-images-idx3-ubyte.gz"), labels: file("mnist/t10k-labels-idx1-ubyte.gz"))
    // The published test set: its first ten labels, and how often each digit occurs.
    #expect(test.prefix(10).map(\.label) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    #expect(test.classFrequencies == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
  }

  @Test func fashionMNISTIsSortedUntilShuffled() throws {
    let train = try LabeledDataset(
      idxImages: file("fashion_mnist/train900-images-idx3-ubyte.gz"),
      labels: file("fashion_mnist/train900-labels-idx1-ubyte.gz"))
    let labels = train.map(\.label)
    #expect(train.count == 900 && labels == labels.sorted())
    let first = try #require(train.batches(of: 64, shuffledBy: 1).first { _ in true })
    #expect(Set(first.labels.scalars).count > 5)
    let parts = train.stratifiedSplit([0.8, 0.2], seed: 1)
    #expect(parts.map(\.count) == [720, 180])
  }

  @Test func cifar10() throws {
    let test = try LabeledDataset(cifar10: [file("cifar10/test_1000.bin")])
    #expect(test.count == 1000 && test.inputShape == [3, 32, 32])
    let names = try String(contentsOf: file("cifar10/labels.txt"), encoding: .utf8)
    #expect(names.split(whereSeparator: \.isWhitespace).map(String.init) == test.classNames)
    let fitted = Normalization(fittedTo: test.subset(at: 0..<300))
    for channel in 0..<3 {
      // Means of 300 images, whose own means vary by about 0.12.
      #expect(abs(fitted.mean[channel] - Normalization.cifar10.mean[channel]) < 0.04)
      #expect(
        abs(fitted.standardDeviation[channel] - Normalization.cifar10.standardDeviation[channel]) < 0.03)
    }
  }

  @Test func digits() throws {
    let table = try DataTable(contentsOf: file("digits/digits.csv"))
    let digits = try LabeledDataset(table, target: "target").reshapingInputs(to: [1, 8, 8])
    #expect(digits.count == 1797 && digits.classNames == (0..<10).map(String.init))
    #expect(digits.classFrequencies == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    #expect(digits[0].input.scalars.prefix(8) == [0, 0, 5, 13, 9, 1, 0, 0])
  }

  @Test func tables() throws {
    let titanic = try DataTable(contentsOf: file("tabular/titanic.csv"))
    #expect(titanic.columns.count == 12 && titanic.rows.count == 891)
    #expect(try titanic.strings(in: "Age").filter { $0.isEmpty }.count == 177)
    #expect(try titanic.strings(in: "Name")[0] == "Braund, Mr. Owen Harris")
    #expect(try titanic.numbers(in: ["Fare", "Pclass"]).shape == [891, 2])
    #expect(throws: DataError.self) { try titanic.numbers(in: ["Age"]) }

    let pima = try DataTable(
      contentsOf: file("tabular/pima-indians-diabetes.csv"), format: .csv(hasHeader: false))
    let diabetes = try LabeledDataset(pima, target: "8")
    #expect(diabetes.count == 768 && diabetes.inputShape == [8] && diabetes.classFrequencies == [500, 268])

    let houses = try DataTable(contentsOf: file("tabular/house_prices_train.csv"))
    #expect(houses.columns.count == 81 && houses.rows.count == 1460)
    let cancer = try LabeledDataset(
      DataTable(contentsOf: file("tabular/breast_cancer.csv")), target: "target")
    #expect(cancer.count == 569 && cancer.inputShape == [30] && cancer.classFrequencies == [212, 357])

    let sentences = try DataTable(
      contentsOf: file("sst2/dev.tsv"), format: .tsv(hasHeader: false))
    #expect(sentences.rows.count == 872 && sentences.columns.count == 2)
  }

  @Test(arguments: [
    ("wnut17train.conll", 3394, 62730, 1975), ("emerging.dev.conll", 1009, 15733, 836),
    ("emerging.test.annotated", 1287, 23394, 1079),
  ])
  func entities(_ name: String, _ sentences: Int, _ words: Int, _ entities: Int) throws {
    let read = try TaggedSentence.read(conll: file("wnut17/" + name))
    #expect(read.count == sentences)
    #expect(read.reduce(0) { $0 + $1.words.count } == words)
    #expect(read.flatMap(\.tags).filter { $0.hasPrefix("B-") }.count == entities)
  }
}
