import Foundation
import Graft
import Testing

/// What Documentation/Data.md says of image files.
@Suite struct DataGuideImageTests {
  private let pixels = Tensor<UInt8>(shape: [3, 2, 2], scalars: (0..<12).map { UInt8(20 * $0) })

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["ants", "bees"] {
      let members = folder.appending(path: name)
      try FileManager.default.createDirectory(at: members, withIntermediateDirectories: true)
      try pixels.portableMapData().write(to: members.appending(path: "1.ppm"))
    }
    try body(folder)
  }

  @Test func oneFile() throws {
    try withFolder { folder in
      let (file, copy) = (folder.appending(path: "ants/1.ppm"), folder.appending(path: "copy.png"))
      let photograph = try Tensor<UInt8>(image: file)  // [3, height, width], upright
      let scan = try Tensor<UInt8>(image: file, decodedBy: .gray)  // [1, height, width]
      let logo = try Tensor<UInt8>(image: file, decodedBy: ImageDecoding(alpha: .overWhite))
      let preview = try Tensor<UInt8>(image: file, decodedBy: ImageDecoding(sufficientShortSide: 256))
      try photograph.pngData().write(to: copy)
      #expect(photograph == pixels && logo == pixels && preview == pixels && scan.shape == [1, 2, 2])
      #expect(FileManager.default.fileExists(atPath: copy.path))
    }
  }

  @Test func aFolderPerClass() throws {
    try withFolder { training in
      let validation = training
      let folder = try ImageFolder(contentsOf: training)  // training/ants/1.jpg, training/bees/2.png, …
      print(folder.classNames, folder.classFrequencies)
      let images = try folder.loaded { $0.resized(to: ImageSize(side: 224)) }
      let other = try ImageFolder(contentsOf: validation, classNames: folder.classNames)
      #expect(images.dataset.inputShape == [3, 224, 224] && other.labels == [0, 1])

      try Data("P6".utf8).write(to: training.appending(path: "bees/2.ppm"))
      let tolerant = try ImageFolder(contentsOf: training, brokenFiles: .skip)
      let kept = try tolerant.loaded { $0.resized(to: ImageSize(side: 224)) }
      for error in kept.skipped { print(error) }  // path, byte, what is wrong, what to do
      #expect(kept.dataset.count == 2 && kept.skipped.count == 1)
    }
  }
}

/// The block on arrays, which needs a file that NumPy wrote; `NPZTests` has the same calls on one.
func readArrays(npz: URL) throws -> LabeledDataset {
  let arrays = try NPZFile(contentsOf: npz)  // numpy.savez(..., x_train=..., y_train=...)
  let digits = try LabeledDataset(
    images: arrays.tensor("x_train", as: UInt8.self).expandingAxis(at: 1), labels: arrays.tensor("y_train"))
  return digits
}
