import ExampleSupport
import Foundation
import Graft

/// A data set to adapt networks to, in the size that each of them wants.
struct Samples {
  let training: LabeledDataset
  let test: LabeledDataset

  /// Reads the data for images of `side`×`side`.
  init(_ data: Options.Data, side: Int) throws {
    switch data {
    case .idx(let learned, let judged):
      training = try Samples.gray(learned, side: side)
      test = try Samples.gray(judged, side: side)
    case .photographs(let folder):
      let learned = try ImageFolder(contentsOf: folder.appendingPathComponent("train"))
      let judged = try ImageFolder(
        contentsOf: folder.appendingPathComponent("val"), classNames: learned.classNames)
      let preprocessing = ImagePreprocessing(
        shortSide: side * 8 / 7, cropSide: side, filter: .bilinear, normalization: .imageNet)
      training = try learned.loaded { preprocessing.cropped($0) }.dataset
      test = try judged.loaded { preprocessing.cropped($0) }.dataset
    }
  }

  /// Gray images in three equal channels.
  private static func gray(_ files: (images: URL, labels: URL), side: Int) throws -> LabeledDataset {
    let images = try Tensor<UInt8>(idx: files.images).resized(to: ImageSize(side: side))
    let colour = images.expandingAxis(at: 1).broadcast(to: [images.shape[0], 3, side, side]).contiguous()
    return try LabeledDataset(images: colour, labels: Tensor<Int32>(Tensor<UInt8>(idx: files.labels)))
  }
}
