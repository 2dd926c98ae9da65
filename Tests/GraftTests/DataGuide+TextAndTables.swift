import Foundation
import Graft

// The code of Documentation/Data.md about texts and tables.

private func readTexts(tsv: URL, jsonLines: URL) throws {
  let training = try TextDataset(contentsOf: tsv, format: .tsv(hasHeader: false), text: "0", label: "1")
  let test = try TextDataset(
    contentsOf: jsonLines, format: .jsonLines, text: "review", label: "verdict",
    classNames: training.classNames)
  print(training, test)
}

private func learnFromTexts(
  training: TextDataset, tokenizer: any Tokenizer, model: SentenceEncoder, optimizer: inout AdamW,
  generator: inout RandomGenerator
) {
  let encoded = training.encoded(by: tokenizer, truncation: .toLength(128))
  for indices in encoded.lengthBatches(of: 32).shuffled(using: &generator) {
    let batch = encoded.batch(indices)
    let (loss, gradients) = valueAndGradients { softmaxCrossEntropy(model(batch.texts), batch.labels) }
    optimizer.update(with: gradients)
    print(loss)
  }
}

private func varyTexts(training: TextDataset, epoch: Int) {
  let synonyms: Synonyms = ["film": ["movie", "picture"], "good": ["fine"]]
  let eda = EasyDataAugmentation(synonyms: synonyms, rate: 0.05)
  let varied = training.augmented(by: eda.applied(withProbability: 0.8), seed: 1, epoch: epoch)
  print(varied)
}

private func variations() -> TextAugmentationChain {
  let augmentation =
    WordDeletion(probability: 0.1) + WordMasking(probability: 0.1).applied(withProbability: 0.5)
  return augmentation
}

private func maskTokens(
  texts: [String], tokenizer: any Tokenizer, languageModel: BERTMaskedLanguageModel,
  generator: inout RandomGenerator
) -> Variable {
  let masking = TokenMasking(for: tokenizer)
  let masked = masking(tokenizer.encodeBatch(texts), using: &generator)
  let loss = softmaxCrossEntropy(languageModel(masked.texts), masked.labels, ignoring: -100)
  return loss
}

private func lookAtTable(csv: URL) throws {
  let table = try DataTable(contentsOf: csv)
  print(try TableReport(of: table, target: "Survived"))
}

private func dropRows(of table: DataTable) throws {
  let zeros = MissingValues(in: ["glucose": ["0"], "insulin": ["0"]])
  let complete = try table.droppingRows(missingIn: ["glucose"], markedBy: zeros)
  print(complete.rows.count)
}

private func prepareTable(trainingTable: DataTable, testTable: DataTable) throws {
  let preparation = TablePreparation(
    [
      .impute(.median, flagging: true), .clip(to: .quantiles(0.01...0.99)), .standardize(),
      .impute(.category("missing")), .oneHot(unseen: .zeros),
    ], excluding: ["Survived", "PassengerId"], kinds: ["Pclass": .categorical])
  let fitted = try preparation.fitted(to: trainingTable)
  let trainingData = try LabeledDataset(trainingTable, target: "Survived", preparedBy: fitted)
  let testData = try LabeledDataset(
    testTable, target: "Survived", preparedBy: fitted, classNames: trainingData.classNames)
  print(testData)
}

private func savePreparation(_ fitted: FittedTablePreparation, to file: URL) throws {
  try fitted.save(to: file)
  let loaded = try FittedTablePreparation(contentsOf: file)
  print(loaded.outputNames)
}

private func compareTables(trainingTable: DataTable, testTable: DataTable) throws {
  let drift = try DriftReport(of: testTable, against: trainingTable)
  for column in drift.drifted(above: 0.25) { print(column.name, column.stability ?? 0) }
}

private func readRowByRow(largeFile: URL, epochs: Int) throws {
  let beginning = try TableRows(contentsOf: largeFile, format: .csv(), columns: ["text", "label"])
  for _ in 0..<epochs {
    var rows = beginning
    while let row = try rows.next() { print(row.line, row.fields) }
  }
}
