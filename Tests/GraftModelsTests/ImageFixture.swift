import Foundation
import GraftAutograd
import GraftNN
import GraftTensor
import Testing

/// What PyTorch computes with an image model: `Fixtures/image_fixtures.py` wrote it.
///
/// The truth was computed in float64, beside PyTorch's own float32 run. We are allowed ten times PyTorch's float32 error, plus
/// 1e-5 for where it happened to be lucky: both sum thousands of products in some order of their own, and rounding
/// errors of two orders differ by a small factor. A wrong rule, stride or statistic is off by 1e-2 and more.
struct ImageFixture: Decodable {
  let salt: Int, side: Int, batch: Int, classes: Int, parameters: Int
  let inference: [Double], training: [Double]
  let inferenceFloat32Error: Double, trainingFloat32Error: Double
  let loss: Double
  let gradients: [TensorDigest], statistics: [TensorDigest]

  /// How the paths end whose scales are small; `nil` for none.
  let lastScale: String?
  /// By which channels of a convolution its weights are scaled. The older files do not say: by its outputs.
  let fan: Fan?
  /// Biases are within half of it from zero. Default: 0.2.
  let spread: Double?
  /// By how many 4096ths the shifts of norms are moved, by their paths, so that no activation is near the kink of a ReLU.
  let moves: [String: [Int]]?
  /// The share of auxiliary heads in the loss, for a model that has some.
  let auxiliaryWeight: Float?
  /// What comes out for images of a second size.
  let other: OtherSize?

  enum Fan: String, Decodable { case inputs, outputs }

  struct OtherSize: Decodable {
    let height: Int, width: Int
    let inference: [Double]
    let float32Error: Double
  }

  init(named name: String) throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name).json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(ImageFixture.self, from: Data(contentsOf: url))
  }

  /// Holds a model against the fixture: number of parameters, inference at every size, one training step.
  ///
  /// The model's values are replaced, and its dropout has to be off: two libraries can't draw the same masks.
  /// - Parameter trainingOutputs: the logits while training, then those of the auxiliary heads. Default: the model's output.
  func check(
    _ model: any TransferableModel, trainingOutputs: ((Variable) -> [Variable])? = nil
  ) throws {
    let numbers = HashedNumbers(salt: salt)
    fill(model, with: numbers)
    #expect(model.parameterCount == parameters)
    let images = numbers.centred("input", [batch, 3, side, side], scale: 12.0.squareRoot())
    let labels = Tensor<Int32>((0..<batch).map { Int32($0 % classes) })

    checkLogits(model(images).value, inference, allowance(inferenceFloat32Error))
    if let other {
      let images = numbers.centred(
        "other input", [batch, 3, other.height, other.width], scale: 12.0.squareRoot())
      checkLogits(model(images).value, other.inference, allowance(other.float32Error))
    }

    var logits: Tensor<Float>?
    let (loss, gradients) = valueAndGradients {
      let outputs = trainingOutputs?(Variable(images)) ?? [model(images)]
      logits = outputs[0].value
      return outputs.dropFirst().reduce(softmaxCrossEntropy(outputs[0], labels)) {
        $0 + softmaxCrossEntropy($1, labels) * (auxiliaryWeight ?? 0)
      }
    }
    checkLogits(try #require(logits), training, allowance(trainingFloat32Error))
    #expect(abs(Double(loss) - self.loss) < 1e-5 * abs(self.loss))

    let state = Dictionary(uniqueKeysWithValues: model.state.map { ($0.path, $0) })
    #expect(gradients.count == self.gradients.count)
    for digest in self.gradients {
      let parameter = try #require(state[digest.path]?.parameter, "no parameter \(digest.path)")
      let gradient = try #require(gradients[parameter], "no gradient for \(digest.path)")
      digest.check(gradient.scalars, numbers, allowance: allowance(digest.float32Error))
    }
    for digest in statistics {
      let buffer = try #require(state[digest.path]?.buffer as? Buffer<Float>, "no buffer \(digest.path)")
      digest.check(buffer.value.scalars, numbers, allowance: allowance(digest.float32Error))
    }
  }

  private func allowance(_ float32Error: Double) -> Double { 10 * float32Error + 1e-5 }

  private func checkLogits(_ logits: Tensor<Float>, _ truth: [Double], _ allowance: Double) {
    #expect(logits.shape == [batch, classes])
    let difference = zip(logits.scalars, truth).reduce(0) {
      $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
    }
    #expect((difference / truth.reduce(0) { $0 + $1 * $1 }).squareRoot() < allowance)
  }

  /// Fills every floating-point entry of a model as the fixture's script does.
  private func fill(_ model: any Module, with numbers: HashedNumbers) {
    for entry in model.state {
      switch entry.content {
      case .parameter(let parameter): parameter.value = value(entry.path, entry.shape, numbers)
      case .buffer(let buffer as Buffer<Float>): buffer.value = value(entry.path, entry.shape, numbers)
      case .buffer: continue
      }
    }
  }

  private func value(_ path: String, _ shape: Shape, _ numbers: HashedNumbers) -> Tensor<Float> {
    if shape.rank == 4 {
      let channels = fan == .inputs ? shape[1] : shape[0]
      let scale = (24 / Double(channels * shape[2] * shape[3])).squareRoot()
      return numbers.centred(path, shape, scale: scale)
    }
    if shape.rank == 2 {
      return numbers.centred(path, shape, scale: (12 / Double(shape[1])).squareRoot())
    }
    if path.hasSuffix("running_var") { return numbers.centred(path, shape, scale: 0.4, offset: 1) }
    if path.hasSuffix(".bias") {
      let bias = numbers.centred(path, shape, scale: spread ?? 0.2)
      return moves?[path].map { bias + Tensor($0.map { Float($0) / 4096 }) } ?? bias
    }
    guard path.hasSuffix(".weight") else { return numbers.centred(path, shape, scale: 0.2) }
    let isSmall = lastScale.map { path.hasSuffix($0) } ?? false
    return numbers.centred(path, shape, scale: 0.2, offset: isSmall ? 0.3 : 1)
  }
}

/// A tensor in short: its norm, its projection on hashed numbers, and eight of its entries.
struct TensorDigest: Decodable {
  let path: String
  let norm: Double, projection: Double
  let picks: [Double]
  let float32Error: Double

  /// Compares a tensor with the digest; `allowance` is relative to the norm.
  func check(_ values: [Float], _ numbers: HashedNumbers, allowance: Double) {
    let direction = numbers.uniform("projection." + path, values.count)
    var (square, along, directionSquare) = (0.0, 0.0, 0.0)
    values.withUnsafeBufferPointer { values in
      direction.withUnsafeBufferPointer { direction in
        var index = 0
        while index < values.count {
          let (value, weight) = (Double(values[index]), Double(direction[index]) - 0.5)
          square += value * value
          along += value * weight
          directionSquare += weight * weight
          index &+= 1
        }
      }
    }
    let (length, reach) = (square.squareRoot(), directionSquare.squareRoot())
    #expect(abs(length - norm) <= allowance * norm, "norm of \(path)")
    #expect(abs(along - projection) <= allowance * norm * reach, "projection of \(path)")
    let positions = numbers.uniform("picks." + path, 8).map { Int(Double($0) * Double(values.count)) }
    for (position, pick) in zip(positions, picks) {
      #expect(abs(Double(values[position]) - pick) <= allowance * norm, "entry \(position) of \(path)")
    }
  }
}
