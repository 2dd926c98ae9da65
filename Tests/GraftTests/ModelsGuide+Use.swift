import Foundation
import Graft

// The blocks of "Using one" in `Documentation/Models.md`. That they compile is the test.

func classifyPhotograph(weights: URL, image: Tensor<UInt8>) throws -> Tensor<Float> {
  let model = SqueezeNet(.squeezeNet11, classes: 1000)
  try model.load(Checkpoint(contentsOf: weights))
  let input = SqueezeNet.Configuration.squeezeNet11.preprocessing.prepared(image)
  let probabilities = model(input.expandingAxis(at: 0)).value.softmax(along: 1)
  return probabilities
}

func sortTexts(
  folder: URL, texts: [String], labels: Tensor<Int32>, adapted: URL
) throws -> (Float, LoadReport) {
  let (model, report) = try BERTClassifier.pretrained(PretrainedFolder(folder), classes: 3)
  let tokenizer = try loadTokenizer(from: folder)
  model.freeze(.backbone)
  var optimizer = AdamW(learningRate: 1e-3)
  let batch = tokenizer.encodeBatch(texts, truncation: .toLength(128))
  let (loss, gradients) = valueAndGradients { softmaxCrossEntropy(model(batch), labels) }
  optimizer.update(with: gradients)
  try model.savePublished(to: adapted)  // the transformers package loads it
  return (loss, report)
}

func compareAndContinue(
  sentenceModel: URL, languageModel: URL, texts: [String]
) throws -> Tensor<Float> {
  let (encoder, _) = try SentenceEncoder.pretrained(PretrainedFolder(sentenceModel))
  let vectors = encoder(try loadTokenizer(from: sentenceModel).encodeBatch(texts)).value
  let similarities = vectors.matmul(vectors.transposed())

  let (writer, _) = try GPT2LanguageModel.pretrained(PretrainedFolder(languageModel))
  let words = try loadTokenizer(from: languageModel)
  let continuation = writer.generate(
    40, after: words.encode("Once upon a time").ids, sampler: TokenSampler(temperature: 0.8, topK: 40))
  print(words.decode(continuation))
  return similarities
}
