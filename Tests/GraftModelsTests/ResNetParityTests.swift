import Foundation
import GraftAutograd
import GraftModels
import GraftNN
import GraftTensor
import Testing

/// ResNets against PyTorch: inference, and everything that one training step produces.
///
/// The truth was computed in float64, beside PyTorch's own float32 run. We are allowed ten times PyTorch's float32 error, plus
/// 1e-5 for where it happened to be lucky: both sum thousands of products in some order of their own, and rounding
/// errors of two orders differ by a small factor. A wrong rule, stride or statistic is off by 1e-2 and more.
@Suite struct ResNetParityTests {
  @Test func resNet18() throws {
    try check(ResNet(.resNet18, classes: 10), against: "resnet18")
  }

  @Test func resNet50() throws {
    try check(ResNet(.resNet50, classes: 10), against: "resnet50")
  }

  @Test func resNet20() throws {
    try check(CIFARResNet(.resNet20, classes: 10), against: "resnet20")
  }

  /// The same step with the kernels of each instruction set that this machine has, not of the best alone.
  @Test(arguments: Kernels.available.indices)
  func resNet20OnEveryInstructionSet(index: Int) throws {
    try Kernels.using(Kernels.available[index]) {
      try check(CIFARResNet(.resNet20, classes: 10), against: "resnet20")
    }
  }

  private func check(_ model: any TransferableModel, against name: String) throws {
    let fixture = try ResNetFixture(named: name)
    let numbers = HashedNumbers(salt: fixture.salt)
    numbers.fill(model, lastScale: fixture.lastScale)
    #expect(model.parameterCount == fixture.parameters)
    let shape: Shape = [fixture.batch, 3, fixture.side, fixture.side]
    let images = numbers.centred("input", shape, scale: 12.0.squareRoot())
    let labels = Tensor<Int32>((0..<fixture.batch).map { Int32($0 % fixture.classes) })

    let inference = model(images).value
    #expect(
      relativeError(inference.scalars, fixture.inference) < allowance(fixture.inferenceFloat32Error))

    var logits: Tensor<Float>?
    let (loss, gradients) = valueAndGradients {
      let output = model(images)
      logits = output.value
      return softmaxCrossEntropy(output, labels)
    }
    let training = try #require(logits).scalars
    #expect(relativeError(training, fixture.training) < allowance(fixture.trainingFloat32Error))
    #expect(abs(Double(loss) - fixture.loss) < 1e-5 * abs(fixture.loss))

    let state = Dictionary(uniqueKeysWithValues: model.state.map { ($0.path, $0) })
    #expect(gradients.count == fixture.gradients.count)
    for digest in fixture.gradients {
      let parameter = try #require(state[digest.path]?.parameter)
      let gradient = try #require(gradients[parameter], "no gradient for \(digest.path)")
      digest.check(gradient.scalars, numbers, allowance: allowance(digest.float32Error))
    }
    for digest in fixture.statistics {
      let buffer = try #require(state[digest.path]?.buffer as? Buffer<Float>)
      digest.check(buffer.value.scalars, numbers, allowance: allowance(digest.float32Error))
    }
  }

  private func allowance(_ float32Error: Double) -> Double { 10 * float32Error + 1e-5 }
}

/// What `Fixtures/make_resnet.py` wrote.
private struct ResNetFixture: Decodable {
  let salt: Int, side: Int, batch: Int, classes: Int, parameters: Int
  let lastScale: String
  let inference: [Double], training: [Double]
  let inferenceFloat32Error: Double, trainingFloat32Error: Double
  let loss: Double
  let gradients: [Digest], statistics: [Digest]

  /// A tensor in short: its norm, its projection on hashed numbers, and eight of its entries.
  struct Digest: Decodable {
    let path: String
    let norm: Double, projection: Double
    let picks: [Double]
    let float32Error: Double

    /// Compares a tensor with the digest; `allowance` is relative to the norm.
    func check(_ values: [Float], _ numbers: HashedNumbers, allowance: Double) {
      let exact = values.map(Double.init)
      let direction = numbers.uniform("projection." + path, exact.count).map { Double($0) - 0.5 }
      let length = exact.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let along = zip(exact, direction).reduce(0) { $0 + $1.0 * $1.1 }
      let reach = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(length - norm) <= allowance * norm, "norm of \(path)")
      #expect(abs(along - projection) <= allowance * norm * reach, "projection of \(path)")
      let positions = numbers.uniform("picks." + path, 8).map { Int(Double($0) * Double(exact.count)) }
      for (position, pick) in zip(positions, picks) {
        #expect(abs(exact[position] - pick) <= allowance * norm, "entry \(position) of \(path)")
      }
    }
  }

  init(named name: String) throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name).json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(ResNetFixture.self, from: Data(contentsOf: url))
  }
}

private func relativeError(_ values: [Float], _ truth: [Double]) -> Double {
  let difference = zip(values, truth).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
  return (difference / truth.reduce(0) { $0 + $1 * $1 }).squareRoot()
}
