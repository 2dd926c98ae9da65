import Foundation
import Graft
import Testing

private let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("../../../shared/data").standardizedFileURL
private let weights = data.appendingPathComponent("resnet_cifar10/resnet20.safetensors")

/// A network that nobody here made, on images that nobody here chose. Skipped where the files are not there.
@Suite struct PublishedWeightsTests {
  /// PyTorch gets 915 of the 1,000 test images right with these weights, at a mean loss of 0.3842.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: weights.path),
      "needs ../shared/data/resnet_cifar10 and cifar10"))
  func resNet20HasItsPublishedAccuracy() throws {
    let model = CIFARResNet(.resNet20, classes: 10)
    let report = try model.load(Checkpoint(contentsOf: weights))
    #expect(report.matched.count == 97)
    let images = try LabeledDataset(cifar10: [data.appendingPathComponent("cifar10/test_1000.bin")])
    let result = evaluate(model, on: images.normalized(by: .imageNet), batchSize: 50)
    #expect(result.accuracy == 0.915)
    #expect(abs(result.logLoss - 0.3842) < 0.0001)
  }
}
