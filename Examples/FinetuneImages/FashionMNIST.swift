import ExampleSupport
import Foundation
import Graft

/// Fashion-MNIST as a network for small colour images wants it: 32×32, three equal channels.
struct FashionMNIST {
  static let classNames = [
    "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
  ]

  /// What may be learned from.
  let training: LabeledDataset
  /// What the result is measured on.
  let test: LabeledDataset

  /// Reads the four IDX files of a folder, plain or compressed.
  init(folder: URL) throws {
    training = try FashionMNIST.read(folder, parts: ["train"])
    test = try FashionMNIST.read(folder, parts: ["t10k", "test"])
  }

  private static func read(_ folder: URL, parts: [String]) throws -> LabeledDataset {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
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
    // 28×28 gray becomes 32×32 in three equal channels.
    let count = images.shape[0]
    let padded = images.padded([(0, 0), (2, 2), (2, 2)]).expandingAxis(at: 1)
    return try LabeledDataset(
      images: padded.broadcast(to: [count, 3, 32, 32]).contiguous(), labels: Tensor<Int32>(labels),
      classNames: classNames
    ).normalized(by: .imageNet)
  }
}
