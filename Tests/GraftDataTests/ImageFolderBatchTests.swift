import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct ImageFolderBatchTests {
  /// Calls `body` with a folder of two classes of portable pixel maps of several sizes; the file `broken` is none.
  private func withPictures(broken: Int?, _ body: (URL) throws -> Void) throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for (number, name) in ["ants", "bees"].enumerated() {
      let folder = root.appending(path: name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for image in 0..<6 {
        let (width, height) = (8 + image, 12 - image)
        let pixels = (0..<(3 * width * height)).map { UInt8(truncatingIfNeeded: $0 * (7 + image) + number) }
        let isBroken = 6 * number + image == broken
        let bytes = Array((isBroken ? "P6\n" : "P6\n\(width) \(height)\n255\n").utf8) + pixels
        try Data(isBroken ? Array(bytes.prefix(8)) : bytes).write(to: folder.appending(path: "\(image).ppm"))
      }
    }
    try body(root)
  }

  @Test func filesBecomeBatches() throws {
    try withPictures(broken: nil) { root in
      let folder = try ImageFolder(contentsOf: root)
      let augmentation = PaddedCrop(padding: 2) + HorizontalFlip()
      func run(_ workers: Int) throws -> [LabeledBatch] {
        var result: [LabeledBatch] = []
        let same = folder.mappingImages { $0.slice(0..<6, along: 1).slice(0..<8, along: 2) }
        try same.batches(
          of: 5, epoch: 1, shuffledBy: 2, augmentedBy: augmentation, normalizedBy: .imageNet, workers: workers
        ).forEachBatch { result.append($0) }
        return result
      }
      let here = try run(0)
      #expect(here.map(\.inputs.shape) == [[5, 3, 6, 8], [5, 3, 6, 8], [2, 3, 6, 8]])
      #expect(here.flatMap { $0.labels.scalars } == here.flatMap(\.indices).map { $0 < 6 ? 0 : 1 })
      for workers in [1, 2, 4] {
        #expect(try run(workers).map { bits($0.inputs) } == here.map { bits($0.inputs) })
      }
    }
  }

  @Test func brokenFilesStopOrAreSkipped() throws {
    try withPictures(broken: 7) { root in
      var folder = try ImageFolder(contentsOf: root)
      var iterator = folder.batches(of: 1, workers: 2).makeIterator()
      for index in 0..<7 { #expect(try iterator.next()?.indices == [index]) }
      let error = #expect(throws: DataError.self) { try iterator.next() }
      #expect(error?.file?.hasSuffix("bees/1.ppm") == true)
      folder.brokenFiles = .skip
      let batches = folder.batches(of: 1, workers: 2)
      var seen: [Int] = []
      try batches.forEachBatch { seen += $0.indices }
      #expect(seen == (0..<12).filter { $0 != 7 })
      #expect(batches.skipped.map(\.index) == [7])
    }
  }
}
