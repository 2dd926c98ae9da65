import Foundation
import GraftTensor

@testable import GraftData

/// A data set of `count` images [1, 2, 3] whose pixels tell the sample they belong to; sample i is of class i % classes.
func numberedImages(_ count: Int, classes: Int = 3) throws -> LabeledDataset {
  let pixels = (0..<count).flatMap { sample in (0..<6).map { UInt8((sample * 6 + $0) % 256) } }
  return try LabeledDataset(
    images: Tensor(shape: [count, 1, 2, 3], scalars: pixels),
    labels: Tensor((0..<count).map { Int32($0 % classes) }))
}

/// Random images with random classes.
func randomImages(_ shape: Shape, classes: Int, seed: UInt64) throws -> LabeledDataset {
  var generator = RandomGenerator(seed: seed)
  return try LabeledDataset(
    images: Tensor(
      shape: shape,
      scalars: (0..<shape.elementCount).map { _ in UInt8(truncatingIfNeeded: generator.next()) }),
    labels: Tensor((0..<shape[0]).map { _ in Int32(generator.integer(below: classes)) }),
    classNames: (0..<classes).map(String.init))
}

/// The folder of real data beside the package, where it exists.
let realData: URL? = {
  let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  // A worktree may lie one level deeper.
  for path in ["../shared/data", "../../shared/data"] {
    let folder = root.appending(path: path).standardizedFileURL
    if FileManager.default.fileExists(atPath: folder.path) { return folder }
  }
  return nil
}()

/// The bits of all elements: equality that tells −0 from 0 and NaN from NaN.
func bits(_ tensor: Tensor<Float>) -> [UInt32] { tensor.scalars.map(\.bitPattern) }
