import Foundation
import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor

/// Convolution, batch norm and rectifier.
final class TinyBlock: Layer {
  var conv: Conv2D
  var norm: BatchNorm2D

  init(_ inputs: Int, _ outputs: Int, using generator: inout RandomGenerator) {
    conv = Conv2D(inputs, outputs, kernel: 3, padding: 1, bias: false, using: &generator)
    norm = BatchNorm2D(outputs)
  }

  func forward(_ input: Variable) -> Variable { norm(conv(input)).relu() }
}

/// A network of three stages that a test can train in an instant: two blocks and a head.
final class TinyNet: StagewiseModel {
  var stem: TinyBlock
  var body: TinyBlock
  var dropout: Dropout
  var pooling: any Layer = GlobalAveragePool2D()
  var head: any Layer
  /// What inputs are multiplied by: a setting that is in no layer.
  var inputScale: Float = 1

  let featureCount = 5

  init(classes: Int = 3, dropout: Float = 0, seed: UInt64 = 1) {
    var generator = RandomGenerator(seed: seed)
    stem = TinyBlock(3, 4, using: &generator)
    body = TinyBlock(4, 5, using: &generator)
    self.dropout = Dropout(dropout)
    head = Linear(5, classes, using: &generator)
  }

  func applyStage(_ index: Int, to input: Variable) -> Variable {
    index == 0 ? stem(inputScale * input) : dropout(body(input))
  }

  var stages: [Stage] {
    [Stage("stem", .path("stem")), Stage("body", .path("body")), Stage("head", .head)]
  }
}

/// Images of 6×6 whose brightest channel is their class, with noise.
func colouredImages(_ count: Int = 24, seed: UInt64 = 5) throws -> LabeledDataset {
  var generator = RandomGenerator(seed: seed)
  var images = Tensor<Float>.normal([count, 3, 6, 6], mean: 0, standardDeviation: 0.5, using: &generator)
    .scalars
  let labels = (0..<count).map { Int32($0 % 3) }
  for sample in 0..<count {
    let start = (sample * 3 + Int(labels[sample])) * 36
    for pixel in start..<(start + 36) { images[pixel] += 1 }
  }
  return try LabeledDataset(
    inputs: Tensor(shape: [count, 3, 6, 6], scalars: images), labels: Tensor(labels),
    classNames: ["red", "green", "blue"])
}

/// The bits of every parameter and buffer that a selection names.
func bits(of model: any Module, _ selection: Selection = .all) throws -> [String: String] {
  var result: [String: String] = [:]
  for entry in try selection.resolve(in: model) {
    var fingerprint = Fingerprint()
    fingerprint.combine(entry.anyValue)
    result[entry.path] = fingerprint.description
  }
  return result
}

/// One epoch of plain training; returns the mean loss.
@discardableResult
func trainEpoch(
  _ model: some Layer, _ optimizer: inout some Optimizer, on dataset: LabeledDataset, epoch: Int = 0
) -> Float {
  var generator = RandomGenerator(seed: 9, stream: UInt64(epoch))
  var total: Float = 0
  let batches = dataset.batches(of: 8, epoch: epoch, shuffledBy: 3, prefetch: 0)
  for batch in batches {
    let (loss, gradients) = valueAndGradients(using: &generator) {
      softmaxCrossEntropy(model(batch.inputs), batch.labels)
    }
    optimizer.update(with: gradients)
    total += loss
  }
  return total / Float(batches.count)
}

/// A directory of its own that is gone after the test.
func withTemporaryDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("graft-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try await body(url)
}
