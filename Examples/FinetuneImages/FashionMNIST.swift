import ExampleSupport
import Foundation
import Graft

/// Fashion-MNIST as a network for colour images wants it: three equal channels, of 32×32 or the network's own size.
struct FashionMNIST {
  static let classNames = [
    "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
  ]

  /// What may be learned from.
  let training: LabeledDataset
  /// What the result is measured on.
  let test: LabeledDataset

  /// Reads the four IDX files of a folder, plain or compressed.
  init(folder: URL, for network: NamedModel) throws {
    training = try FashionMNIST.read(folder, parts: ["train"], for: network)
    test = try FashionMNIST.read(folder, parts: ["t10k", "test"], for: network)
  }

  private static func read(
    _ folder: URL, parts: [String], for network: NamedModel
  ) throws -> LabeledDataset {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() else {
      throw Mistake("\(folder.path) is not a folder that can be read")
    }
    func file(_ kind: String) throws -> URL {
      guard
        let name = names.first(where: { name in
          name.contains("-\(kind)-") && parts.contains { name.hasPrefix($0) }
        })
      else {
        throw Mistake("\(folder.path) has no file \(parts.joined(separator: "… or "))…-\(kind)-…")
      }
      return folder.appendingPathComponent(name)
    }
    let images = try Tensor<UInt8>(idx: file("images"))
    let labels = try Tensor<UInt8>(idx: file("labels"))
    // 28×28 gray gets a margin, or another size as if each image were a channel; then three equal channels.
    let gray =
      network.side.map { images.resized(to: ImageSize(side: $0)) } ?? images.padded([(0, 0), (2, 2), (2, 2)])
    let (count, height, width) = (gray.shape[0], gray.shape[1], gray.shape[2])
    return try LabeledDataset(
      images: gray.expandingAxis(at: 1).broadcast(to: [count, 3, height, width]).contiguous(),
      labels: Tensor<Int32>(labels), classNames: classNames
    ).normalized(by: network.normalization)
  }
}
