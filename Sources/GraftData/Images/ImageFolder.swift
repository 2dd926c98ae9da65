import Foundation
import GraftTensor

/// Image files with a class each; nothing is decoded until it is asked for.
///
/// ```swift
/// let folder = try ImageFolder(contentsOf: url)             // url/ants/1.jpg, url/bees/2.jpg, …
/// let images = try folder.loaded { image in                 // decoded on all threads
///   image.resized(to: ImageSize(side: 224))
/// }
/// let parts = images.dataset.stratifiedSplit([0.8, 0.2], seed: 1)
/// ```
///
/// It is a value; a subset keeps the classes and their numbers.
public struct ImageFolder: Sendable {
  /// What becomes of a file that can't be decoded.
  public enum BrokenFiles: Sendable, Hashable {
    /// Its error is thrown.
    case stop
    /// It is left out, and its error kept for a report.
    case skip
  }

  /// The names of the classes, in the order of their numbers.
  public let classNames: [String]

  /// The files, as ``image(at:)`` counts them.
  public private(set) var files: [URL]

  /// The number of the class of each file.
  public private(set) var labels: [Int]

  /// How files become pixels.
  public var decoding: ImageDecoding

  /// What becomes of a file that can't be decoded.
  public var brokenFiles: BrokenFiles

  /// Files with their classes.
  ///
  /// - Parameters:
  ///   - files: The files; they are not touched.
  ///   - labels: The number of the class of each.
  ///   - classNames: The names of the classes.
  ///   - decoding: How files become pixels. Default: upright, in RGB.
  ///   - brokenFiles: What becomes of a file that can't be decoded. Default: its error is thrown.
  /// - Throws: ``DataError`` if there is not one label for each file, or if a label is not a class.
  public init(
    files: [URL], labels: [Int], classNames: [String], decoding: ImageDecoding = .rgb,
    brokenFiles: BrokenFiles = .stop
  ) throws {
    guard files.count == labels.count else {
      throw DataError(
        .countMismatch, "\(files.count) files do not fit \(labels.count) labels",
        advice: "There has to be one label for each file")
    }
    if let sample = labels.firstIndex(where: { !classNames.indices.contains($0) }) {
      throw DataError(
        .labelOutOfRange, file: files[sample].path, at: .sample(sample),
        "label \(labels[sample]) is not one of \(classNames.count) classes",
        advice: "Classes are numbered from 0; check that class names and labels belong together")
    }
    self.files = files
    self.labels = labels
    self.classNames = classNames
    self.decoding = decoding
    self.brokenFiles = brokenFiles
  }
}

extension ImageFolder {
  /// The number of files.
  public var count: Int { files.count }

  /// The number of files of each class.
  public var classFrequencies: [Int] {
    var counts = Array(repeating: 0, count: classNames.count)
    for label in labels { counts[label] += 1 }
    return counts
  }

  /// The pixels of one file, `[channels, height, width]`, decoded anew each time.
  ///
  /// Traps if there is no such file.
  /// - Throws: ``DataError`` with the path if the file can't be read or decoded, whatever ``brokenFiles`` says.
  public func image(at index: Int) throws -> Tensor<UInt8> {
    require(files.indices.contains(index), "ImageFolder: file \(index) is not one of \(count)")
    return try Tensor(image: files[index], decodedBy: decoding)
  }

  /// The files at some positions, in that order.
  ///
  /// Traps at a position outside the folder.
  public func subset(at indices: some Sequence<Int>) -> ImageFolder {
    var result = self
    let kept = Array(indices)
    for index in kept {
      require(files.indices.contains(index), "ImageFolder: file \(index) is not one of \(count)")
    }
    (result.files, result.labels) = (kept.map { files[$0] }, kept.map { labels[$0] })
    return result
  }
}

extension ImageFolder: CustomStringConvertible {
  /// In short: `244 image files, 2 classes`.
  public var description: String { "\(count) image files, \(classNames.count) classes" }
}
