import Foundation
import Graft

/// A user's program: it reaches everything the front page needs from outside the package.
@main
struct App {
  final class Network: TransferableModel {
    let conv: Conv2D
    let norm = BatchNorm2D(4)
    var pooling: any Layer = GlobalAveragePool2D()
    var head: any Layer

    init(seed: UInt64) {
      var generator = RandomGenerator(seed: seed)
      conv = Conv2D(1, 4, kernel: 3, padding: 1, using: &generator)
      head = Linear(4, 2, using: &generator)
    }

    func features(_ input: Variable) -> Variable { norm(conv(input)).relu() }
    var featureCount: Int { 4 }
    var stages: [Stage] { [Stage("features", .backbone), Stage("head", .head)] }
  }

  static func main() throws {
    var generator = RandomGenerator(seed: 1)
    let images = Tensor<Float>.normal([32, 1, 8, 8], using: &generator)
    let labels = Tensor<Int32>((0..<32).map { Int32($0 % 2) })
    let data = try LabeledDataset(inputs: images, labels: labels)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }

    let model = Network(seed: 2)
    try model.save(to: file)
    try model.load(Checkpoint(contentsOf: file))
    model.replaceHead(classes: 2, seed: 3)
    model.freeze(.backbone)
    let frozen = model.conv.weight.value
    var optimizer = AdamW(learningRate: 1e-2, weightDecay: 0.01)
    for epoch in 0..<2 {
      for batch in data.batches(of: 8, epoch: epoch, shuffledBy: 4) {
        let (_, gradients) = valueAndGradients(using: &generator) {
          softmaxCrossEntropy(model(batch.images), batch.labels)
        }
        optimizer.update(with: gradients.clipped(toNorm: 1))
      }
    }
    guard model.conv.weight.value == frozen else { fatalError("a frozen parameter moved") }
    print(evaluate(model, on: data))

    try checkImageFiles(areRead: !CommandLine.arguments.contains("--without-image-files"))
  }

  /// JPEG and PNG files come back where the package's trait is on; elsewhere the error says how to turn it on.
  static func checkImageFiles(areRead: Bool) throws {
    guard ImageFormat.jpeg.isReadable == areRead else {
      fatalError("the trait ImageFiles did not get through")
    }
    guard areRead else {
      do {
        let image = try Tensor<UInt8>(image: Data([0xFF, 0xD8, 0xFF, 0xE0]))
        fatalError("four bytes of a JPEG file became an image of shape \(image.shape)")
      } catch let error as DataError
        where error.kind == .unsupported && error.advice.contains("trait ImageFiles")
      {
        return print(error)
      }
    }
    let picture = Tensor<UInt8>(shape: [1, 2, 3], scalars: [0, 50, 100, 150, 200, 250])
    guard try Tensor(image: picture.pngData(), decodedBy: .gray) == picture else {
      fatalError("a PNG file came back otherwise")
    }
  }
}
