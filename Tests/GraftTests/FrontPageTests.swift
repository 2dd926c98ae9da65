import Foundation
import Graft
import Testing

@Suite struct FrontPageTests {
  /// The README's loop, on noise: the file it writes holds an adapted network.
  @Test func frontPageRuns() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let pretrained = folder.appendingPathComponent("pretrained.safetensors")
    let adapted = folder.appendingPathComponent("adapted.safetensors")
    try ResNet(.resNet18, classes: 1000, seed: 1).save(to: pretrained)

    var generator = RandomGenerator(seed: 2)
    let images = Tensor<Float>.normal([4, 3, 32, 32], using: &generator)
    let data = try LabeledDataset(
      inputs: images, labels: Tensor<Int32>([0, 1, 2, 36]), classNames: (0..<37).map { "class \($0)" })
    try frontPage(
      url: pretrained, adapted: adapted, training: data, validation: data, augmentation: HorizontalFlip(),
      epochs: 2, seed: 3)

    let before = try Checkpoint(contentsOf: pretrained)
    let after = try Checkpoint(contentsOf: adapted)
    // Epoch 0 trains the head, epoch 1 thaws layer4: the head has 37 outputs, layer4 moved, layer3 kept its bits.
    #expect(after.entry("fc.weight")?.shape == [37, 512])
    for (path, moves) in [
      ("layer4.1.conv2.weight", true), ("layer4.1.bn2.running_mean", true), ("layer3.1.conv2.weight", false),
      ("layer3.1.bn2.running_mean", false), ("bn1.running_var", false),
    ] {
      let same = try before.tensor(path, as: Float.self) == after.tensor(path, as: Float.self)
      #expect(same != moves, "\(path)")
    }
  }
}
