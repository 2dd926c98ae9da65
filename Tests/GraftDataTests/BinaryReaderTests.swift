import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct IDXTests {
  private func read(_ bytes: [UInt8], maximumBytes: Int = 1 << 20) throws -> Tensor<UInt8> {
    try Tensor<UInt8>(idxBytes: bytes, name: "file", maximumBytes: maximumBytes)
  }

  @Test func readsPlainAndCompressedFiles() throws {
    let plain = idx([3, 4, 5])
    for bytes in [plain, gzipped(plain)] {
      let tensor = try withFile(bytes) { try Tensor<UInt8>(idx: $0) }
      #expect(tensor.shape == [3, 4, 5])
      #expect(tensor.scalars == (0..<60).map { UInt8($0) })
      #expect(try read(bytes, maximumBytes: .max) == tensor)
    }
    #expect(try read(idx([0, 28, 28])).shape == [0, 28, 28])
  }

  @Test(
    arguments: [
      ([], DataError.Kind.malformed),
      ([0, 0, 8], .malformed),
      ([1, 0, 8, 1, 0, 0, 0, 0], .malformed),
      ([0, 0, 7, 1, 0, 0, 0, 0], .malformed),
      (idx([2], type: 0x0D, count: 8), .unsupported),
      ([0, 0, 8, 0, 1], .unsupported),
      ([0, 0, 8, 9] + [UInt8](repeating: 0, count: 36), .unsupported),
      ([0, 0, 8, 2, 0, 0, 0, 1, 0, 0], .truncated),
      (idx([2, 3], count: 5), .truncated),
      (idx([2, 3], count: 7), .malformed),
      (idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], count: 0), .tooLarge),
      (idx([0, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], count: 0), .tooLarge),
      (idx([1 << 20, 2], count: 0), .tooLarge),
    ] as [([UInt8], DataError.Kind)])
  func refusesBadFiles(_ bytes: [UInt8], _ kind: DataError.Kind) throws {
    for bytes in [bytes, gzipped(bytes)] {
      let error = try fault { _ = try read(bytes) }
      #expect(error?.kind == kind, "\(bytes)")
      #expect(error?.file == "file")
    }
  }

  @Test func boundsWhatHeadersAnnounce() throws {
    #expect(
      try fault {
        _ = try read(idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], count: 0), maximumBytes: .max)
      }?.kind == .tooLarge)
    // A gzip bomb under a small header stops at the announced size.
    let bomb = gzipped(idx([10]) + [UInt8](repeating: 0, count: 20_000_000))
    #expect(try fault { _ = try read(bomb) }?.kind == .malformed)
  }

  @Test func damageNeverCrashes() throws {
    let plain = idx([4, 5, 5])
    try fuzz(plain, rounds: 3000, seed: 1) { _ = try read($0) }
    try fuzz(gzipped(plain), rounds: 3000, seed: 2) { _ = try read($0) }
  }

  @Test func refusesLabelsOfOtherImages() throws {
    try withFile(idx([4, 2, 2])) { images in
      let few = try withFile(idx([3])) { labels in
        try fault { _ = try LabeledDataset(idxImages: images, labels: labels) }
      }
      #expect(few?.kind == .countMismatch && few?.file != nil)
      let outside = try withFile(idx([4])) { labels in
        try fault { _ = try LabeledDataset(idxImages: images, labels: labels, classNames: ["a", "b", "c"]) }
      }
      #expect(outside?.kind == .labelOutOfRange && outside?.place == .sample(3))
      let dataset = try withFile(gzipped(idx([4]))) { try LabeledDataset(idxImages: images, labels: $0) }
      #expect(dataset.inputShape == [1, 2, 2] && dataset.map(\.label) == [0, 1, 2, 3])
    }
  }

  @Test func reportsFilesThatCannotBeRead() throws {
    let missing = URL(filePath: "/nowhere/images.idx")
    let error = try fault { _ = try Tensor<UInt8>(idx: missing) }
    #expect(error?.kind == .unreadable && error?.file == "/nowhere/images.idx")
    let folder = FileManager.default.temporaryDirectory
    #expect(try fault { _ = try Tensor<UInt8>(idx: folder) }?.kind == .unreadable)
    let large = try withFile(idx([1000])) { file in
      try fault { _ = try Tensor<UInt8>(idx: file, maximumBytes: 500) }
    }
    #expect(large?.kind == .tooLarge)
  }
}

@Suite struct CIFAR10Tests {
  private func record(_ label: UInt8) -> [UInt8] {
    [label] + [UInt8](repeating: 1, count: 1024) + [UInt8](repeating: 2, count: 1024)
      + [UInt8](repeating: label, count: 1024)
  }

  @Test func readsRecordsOfSeveralFiles() throws {
    let dataset = try withFile(record(7) + record(0)) { first in
      try withFile(gzipped(record(9))) { try LabeledDataset(cifar10: [first, $0]) }
    }
    #expect(dataset.count == 3 && dataset.inputShape == [3, 32, 32])
    #expect(dataset.map(\.label) == [7, 0, 9])
    #expect(dataset.classNames[7] == "horse")
    #expect(dataset.inputs.element(0, 0, 31, 31) == Float(1) / 255)
    #expect(dataset.inputs.element(2, 2, 0, 0) == Float(9) / 255)
  }

  @Test func refusesBadFiles() throws {
    var records = CIFAR10Records()
    #expect(try fault { try records.append([], name: "f") }?.kind == .truncated)
    let cut = try fault { try records.append(record(1) + record(2).dropLast(), name: "f") }
    #expect(cut?.kind == .truncated && cut?.place == .byte(3073))
    let label = try fault { try records.append(record(1) + record(10), name: "f") }
    #expect(label?.kind == .labelOutOfRange && label?.place == .sample(1) && label?.file == "f")
  }

  @Test func damageNeverCrashes() throws {
    try fuzz(record(1) + record(2), rounds: 300, seed: 3) {
      var records = CIFAR10Records()
      try records.append($0, name: "f")
    }
  }
}
