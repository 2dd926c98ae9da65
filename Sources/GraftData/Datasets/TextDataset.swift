import Foundation
import GraftTensor

/// Texts with a class each.
///
/// ```swift
/// let training = try TextDataset(contentsOf: file, format: .tsv(hasHeader: false), text: "0", label: "1")
/// let encoded = training.encoded(by: tokenizer, truncation: .toLength(128))
/// for indices in encoded.lengthBatches(of: 32).shuffled(using: &generator) {
///   let batch = encoded.batch(indices)
///   …
/// }
/// ```
public struct TextDataset: Sendable, Hashable {
  /// The texts.
  public let texts: [String]

  /// The class of each text.
  public let labels: [Int32]

  /// The names of the classes, in the order of their numbers.
  public let classNames: [String]

  /// Texts with the numbers of their classes.
  ///
  /// - Throws: ``DataError`` if there is not one label for each text, or if a label is not a class.
  public init(texts: [String], labels: [Int32], classNames: [String]) throws {
    guard texts.count == labels.count else {
      throw DataError(
        .countMismatch, "\(texts.count) texts with \(labels.count) labels",
        advice: "There has to be one label for each text")
    }
    if let sample = labels.firstIndex(where: { $0 < 0 || Int($0) >= classNames.count }) {
      throw DataError(
        .labelOutOfRange, at: .sample(sample),
        "label \(labels[sample]) is not one of \(classNames.count) classes",
        advice: "Classes are numbered from 0; check that class names and labels belong together")
    }
    self.init(checked: texts, labels, classNames)
  }

  private init(checked texts: [String], _ labels: [Int32], _ classNames: [String]) {
    self.texts = texts
    self.labels = labels
    self.classNames = classNames
  }
}

extension TextDataset {
  /// The texts in one column of a table and the classes in another.
  ///
  /// - Parameters:
  ///   - table: the table; without a header its columns are called "0", "1", …
  ///   - text: the column of the texts.
  ///   - label: the column of the classes.
  ///   - classNames: the fields that are classes 0, 1, … By default those that occur, in order of number if they all are numbers,
  ///     else of text. Pass the training set's for a table to be evaluated, which may lack a class.
  /// - Throws: ``DataError`` with the line if a class is missing or unknown, or if there is no such column.
  public init(_ table: DataTable, text: String, label: String, classNames: [String]? = nil) throws {
    let texts = try table.strings(in: text)
    let (labels, names) = try table.classes(in: label, named: classNames)
    self.init(checked: texts, labels, names)
  }

  /// Reads a file of comma- or tab-separated values or of JSON lines, plain or compressed with gzip; see
  /// ``init(_:text:label:classNames:)``.
  ///
  /// - Throws: ``DataError`` with the line also if the file can't be read or breaks the rules.
  public init(
    contentsOf file: URL, format: TableFormat = .csv(), text: String, label: String,
    classNames: [String]? = nil, maximumBytes: Int = 1 << 30
  ) throws {
    let table = try DataTable(
      contentsOf: file, format: format, columns: [text, label], maximumBytes: maximumBytes)
    try self.init(table, text: text, label: label, classNames: classNames)
  }

  /// The number of classes, those without a text included.
  public var classCount: Int { classNames.count }

  /// The texts at some positions, in that order.
  ///
  /// Traps at a position outside the data set.
  public func subset(at indices: some Sequence<Int>) -> TextDataset {
    let kept = Array(indices)
    for index in kept {
      require(texts.indices.contains(index), "TextDataset: text \(index) is not one of \(texts.count)")
    }
    return TextDataset(checked: kept.map { texts[$0] }, kept.map { labels[$0] }, classNames)
  }

  /// The texts varied at random, their classes as they are.
  ///
  /// The variation of a text depends on the seed, the epoch and its position alone.
  public func augmented(
    by augmentation: some TextAugmentation, seed: UInt64, epoch: Int = 0
  ) -> TextDataset {
    require(epoch >= 0, "augmented: epoch \(epoch) is negative")
    let varied = texts.enumerated().map { index, text in
      var generator = RandomGenerator(seed: seed, for: .augmentation, epoch: epoch, sample: index)
      return augmentation(text, using: &generator)
    }
    return TextDataset(checked: varied, labels, classNames)
  }

  /// The texts as a model reads them.
  ///
  /// - Parameters:
  ///   - tokenizer: the model's.
  ///   - truncation: what becomes of texts that are too long.
  public func encoded(by tokenizer: some Tokenizer, truncation: Truncation = .none) -> EncodedTexts {
    EncodedTexts(
      encodings: texts.map { tokenizer.encode($0, truncation: truncation) }, labels: labels,
      classNames: classNames,
      paddingID: tokenizer.specialTokens.padding ?? tokenizer.specialTokens.endOfText ?? 0)
  }
}

/// A text with its class.
public struct LabeledText: Sendable, Hashable {
  /// The text.
  public let text: String

  /// The number of the class.
  public let label: Int
}

extension TextDataset: RandomAccessCollection {
  /// 0.
  public var startIndex: Int { 0 }
  /// The number of texts.
  public var endIndex: Int { texts.count }

  /// One text. Traps if there is none at this position.
  public subscript(index: Int) -> LabeledText {
    LabeledText(text: texts[index], label: Int(labels[index]))
  }
}

extension TextDataset: CustomStringConvertible {
  /// In short: `6920 texts, 2 classes`.
  public var description: String { "\(count) texts, \(classCount) classes" }
}
