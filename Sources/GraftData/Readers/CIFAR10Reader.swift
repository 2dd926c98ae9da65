import Foundation
import GraftTensor

extension LabeledDataset {
  /// The classes of CIFAR-10 in the order of their numbers.
  public static let cifar10ClassNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// Images `[3, 32, 32]` from CIFAR-10's binary files, plain or compressed with gzip (Krizhevsky: *Learning
  /// Multiple Layers of Features from Tiny Images*, 2009).
  ///
  /// A file is a sequence of records of 3,073 bytes: the label, then the red, the green and the blue plane.
  ///
  /// - Parameters:
  ///   - files: The files, whose records follow each other in this order.
  ///   - maximumBytes: What is accepted at most of each file; by default 1 GiB.
  /// - Throws: ``DataError`` if a file can't be read, does not consist of whole records, or has a label above 9.
  public init(cifar10 files: [URL], maximumBytes: Int = 1 << 30) throws {
    var records = CIFAR10Records()
    for file in files {
      let bytes = try BoundedFile.readDecompressed(file, atMost: maximumBytes)
      try records.append(bytes, name: file.path)
    }
    try self.init(
      images: Tensor(shape: [records.labels.count, 3, 32, 32], scalars: records.pixels),
      labels: Tensor(records.labels), classNames: LabeledDataset.cifar10ClassNames)
  }
}

/// The content of files read so far.
struct CIFAR10Records {
  private(set) var labels: [Int32] = []
  private(set) var pixels: [UInt8] = []

  private static let pixelCount = 3 * 32 * 32
  private static let recordSize = 1 + pixelCount

  mutating func append(_ bytes: [UInt8], name: String) throws(DataError) {
    let size = CIFAR10Records.recordSize
    guard !bytes.isEmpty, bytes.count % size == 0 else {
      throw DataError(
        .truncated, file: name, at: .byte(bytes.count / size * size),
        "\(bytes.count) bytes are not a whole number of records of \(size)",
        advice: "Use the binary version of CIFAR-10, and fetch the file again")
    }
    for record in 0..<(bytes.count / size) {
      let label = bytes[record * size]
      guard label < 10 else {
        throw DataError(
          .labelOutOfRange, file: name, at: .sample(record), "label \(label) is not one of 10 classes",
          advice: "Check that this is CIFAR-10 in its binary version; CIFAR-100 has other records")
      }
      labels.append(Int32(label))
      pixels += bytes[(record * size + 1)..<((record + 1) * size)]
    }
  }
}
