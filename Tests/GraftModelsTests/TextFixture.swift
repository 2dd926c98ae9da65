import Foundation
import GraftAutograd
import GraftData
import GraftModels
import GraftNN
import GraftTensor
import Testing

/// A small model as the transformers package saved it, with what it computes: `Fixtures/make_text_models.py`.
struct TextFixture {
  let folder: URL
  let expected: SafetensorsFile

  init(_ name: String) throws {
    folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/text/\(name)")
    expected = try SafetensorsFile(contentsOf: folder.appendingPathComponent("expected.safetensors"))
  }

  var checkpoint: Checkpoint {
    get throws { try Checkpoint(contentsOf: folder.appendingPathComponent("model.safetensors")) }
  }

  func configuration<C: Decodable>(as type: C.Type = C.self) throws -> C {
    try JSONDecoder().decode(C.self, from: Data(contentsOf: folder.appendingPathComponent("config.json")))
  }

  /// Batch `a`, of 2 texts of 7 tokens, or `b`, of 3 texts of 16, 9 and 1.
  func batch(_ name: String) throws -> TokenBatch {
    let mask = try expected.tensor("\(name).mask", as: UInt8.self)
    return try TokenBatch(
      ids: expected.tensor("\(name).ids", as: Int32.self),
      typeIDs: expected.tensor("\(name).types", as: Int32.self), mask: mask .== 1)
  }

  /// Holds a model against the outputs for both batches, where tokens are shown if it judges tokens.
  func check(_ output: (TokenBatch) -> Variable) throws {
    for name in ["a", "b"] {
      let batch = try batch(name)
      let wanted = try expected.tensor("\(name).output", as: Float.self)
      let found = output(batch).value
      try #require(found.shape == wanted.shape, "\(folder.lastPathComponent) \(name)")
      let error = largestDifference(found, wanted, where: wanted.rank == 3 ? batch.mask : nil)
      #expect(error <= tolerance(for: wanted), "\(folder.lastPathComponent) \(name): off by \(error)")
    }
  }

  /// Holds the gradients of a cross entropy for batch `b`, with labels 0, 1, 2 … in turn, against the expected ones.
  func checkGradients(of model: some TextModel, mapping: KeyMapping) throws {
    let batch = try batch("b")
    let (loss, gradients) = valueAndGradients {
      // Dropout would make it another function; its own test is elsewhere.
      withMode(.inference) {
        var output = model(batch)
        if output.shape.rank == 3 {
          let shown = batch.mask.scalars.indices.filter { batch.mask.scalars[$0] }.map(Int32.init)
          output = output.reshaped(to: [-1, output.shape[2]]).gather(rows: Tensor(shown))
        }
        let labels = (0..<output.shape[0]).map { Int32($0 % output.shape[1]) }
        return softmaxCrossEntropy(output, Tensor(labels))
      }
    }
    let wantedLoss = try expected.tensor("loss", as: Float.self).scalar
    #expect(abs(loss - wantedLoss) < 1e-5 * abs(wantedLoss))
    // The expected gradients have the names and layouts of the file: they load as weights would.
    let prefix = "gradient."
    let names = expected.names.filter { $0.hasPrefix(prefix) }
    let before = model.checkpoint()
    let tensors = try names.map { try (String($0.dropFirst(prefix.count)), expected.anyTensor($0)) }
    try model.load(Checkpoint(Dictionary(uniqueKeysWithValues: tensors)), mapping: mapping)
    let wanted = model.state.compactMap { entry in entry.parameter.map { (entry.path, $0, $0.value) } }
    try model.load(before)
    for (path, parameter, wanted) in wanted {
      let found = try #require(gradients[parameter], "\(path) has no gradient")
      let error = largestDifference(found, wanted)
      #expect(error <= tolerance(for: wanted), "\(path): off by \(error) of \(tolerance(for: wanted))")
    }
    #expect(gradients.count == wanted.count)
  }

  /// A tenth of what is allowed between libraries, 10⁻⁴ of the scale of the output: the models have two layers whose sums have at most 20 terms,
  /// and PyTorch's own results in single precision are off by about 10⁻⁶ of it.
  private func tolerance(for wanted: Tensor<Float>) -> Float {
    1e-5 * max(wanted.abs().max().scalar, 1e-2)
  }
}

/// The largest difference of two tensors of the same shape; of `[n, length, width]` where the mask shows.
func largestDifference(
  _ left: Tensor<Float>, _ right: Tensor<Float>, where mask: Tensor<Bool>? = nil
) -> Float {
  var difference = (left - right).abs()
  if let mask {
    difference = difference.replacing(
      with: 0, where: (.!mask).expandingAxis(at: -1).broadcast(to: difference.shape))
  }
  return difference.max().scalar
}
