import Foundation
import Graft

/// Photographs of a folder that has a folder for each class, decoded once and kept in memory, each in its own proportions.
struct Photographs: SampleSource {
  /// The names of the classes, in the order of their numbers.
  let classNames: [String]
  private let images: [Tensor<UInt8>]
  private let labels: [Int]

  /// Reads `folder/CLASS/*.jpg` and makes images smaller whose shorter side has more than `shortSide` pixels.
  init(_ folder: ImageFolder, shortSide: Int) throws {
    var folder = folder
    folder.decoding.sufficientShortSide = shortSide
    classNames = folder.classNames
    labels = folder.labels
    images = try (0..<folder.count).map { index in
      let image = try folder.image(at: index)
      let size = ImageSize(of: image)
      guard min(size.height, size.width) > shortSide else { return image }
      let smaller = size.scaled(shorterSide: shortSide)
      return image.resized(to: smaller)
    }
  }

  var count: Int { images.count }

  func sample(at index: Int) -> StoredSample { StoredSample(image: images[index], label: labels[index]) }
}

/// A folder of photographs, to learn from and to judge by.
struct PhotographTask {
  /// What is learned from: varied anew in every epoch.
  let training: Photographs
  /// The same, each prepared as those that the result is judged by: what a head alone learns from.
  let still: LabeledDataset
  /// What the result is judged by, prepared.
  let validation: LabeledDataset
  /// The files of ``validation``.
  let validationFiles: [URL]

  /// Reads the folders `train` and `val`.
  init(_ folder: URL, for preprocessing: ImagePreprocessing)
    throws
  {
    let learned = try ImageFolder(contentsOf: folder.appendingPathComponent("train"))
    let judged = try ImageFolder(
      contentsOf: folder.appendingPathComponent("val"), classNames: learned.classNames)
    training = try Photographs(learned, shortSide: preprocessing.shortSide * 5 / 4)
    still = try PhotographTask.prepared(learned, preprocessing)
    validation = try PhotographTask.prepared(judged, preprocessing)
    validationFiles = judged.files
  }

  /// What a network makes of what it is judged by: of each photograph and its mirror image.
  func evaluation(of model: any TransferableModel) -> Evaluation {
    evaluate(model, on: validation, batchSize: 32, views: PhotographTask.views)
  }

  /// How photographs are looked at when they are judged.
  static let views = TestTimeAugmentation.mirrored

  private static func prepared(
    _ folder: ImageFolder, _ preprocessing: ImagePreprocessing
  ) throws -> LabeledDataset {
    try folder.loaded { preprocessing.cropped($0) }.dataset.normalized(by: preprocessing.normalization)
  }
}
