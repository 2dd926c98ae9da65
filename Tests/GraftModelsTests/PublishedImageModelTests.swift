import Foundation
import GraftAutograd
import GraftModels
import GraftNN
import GraftTensor
import Testing

private let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("../../../shared/data").standardizedFileURL

private func isThere(_ folder: String) -> Bool {
  FileManager.default.fileExists(atPath: data.appendingPathComponent("\(folder)/model.safetensors").path)
}

private func checkpoint(_ folder: String) throws -> Checkpoint {
  try Checkpoint(contentsOf: data.appendingPathComponent("\(folder)/model.safetensors"))
}

/// Published weights, and what torchvision computes with them in float64 for an image of hashed numbers:
/// `Fixtures/make_published_images.py`. Skipped where the weights are not there.
///
/// As in ``ImageFixture``, ten times PyTorch's float32 error is allowed, and 1e-5; one wrong layer gives an error of about 1.
@Suite struct PublishedImageModelTests {
  private struct Fixture: Decodable {
    let side: Int
    let squeezenet: Output, mobilenet: Output

    struct Output: Decodable {
      let values: [Double]
      let float32Error: Double
    }
  }

  private let fixture: Fixture
  private let image: Tensor<Float>

  init() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/published_images.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    fixture = try decoder.decode(Fixture.self, from: Data(contentsOf: url))
    image = HashedNumbers(salt: 0).centred(
      "input", [1, 3, fixture.side, fixture.side], scale: 12.0.squareRoot())
  }

  @Test(.enabled(if: isThere("squeezenet1_1"), "needs ../shared/data/squeezenet1_1"))
  func squeezeNet() throws {
    let model = SqueezeNet(.squeezeNet11, classes: 1000)
    #expect(try model.load(checkpoint("squeezenet1_1")).isExact)
    check(model(image), fixture.squeezenet)
  }

  @Test(.enabled(if: isThere("mobilenet_v2_035"), "needs ../shared/data/mobilenet_v2_035"))
  func mobileNetsBackbone() throws {
    let model = MobileNetV2(width: 0.35, classes: 7)
    let report = try model.load(checkpoint("mobilenet_v2_035"), allowing: .newHead)
    #expect(report.replaced.map(\.path) == ["classifier.1.weight", "classifier.1.bias"])
    #expect(report.matched.count == 260)
    check(model.pooling(model.features(Variable(image))), fixture.mobilenet)
  }

  private func check(_ output: Variable, _ expected: Fixture.Output) {
    let found = output.value.scalars.map(Double.init)
    #expect(output.shape == [1, expected.values.count])
    let difference = zip(found, expected.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let norm = expected.values.reduce(0) { $0 + $1 * $1 }
    #expect((difference / norm).squareRoot() < 10 * expected.float32Error + 1e-5)
  }
}
