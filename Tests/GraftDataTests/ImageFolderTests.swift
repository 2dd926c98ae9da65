import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct ImageFolderTests {
  private func image(_ seed: Int, _ shape: Shape = [3, 2, 3]) -> [UInt8] {
    portableMap(randomImage(shape, seed: UInt64(seed)))
  }

  /// Two classes whose names and files do not come sorted, beside what is to be passed over.
  private func files() -> [String: [UInt8]] {
    [
      "bees/2.ppm": image(2), "bees/10.PPM": image(10), "ants b/deep/er/5.ppm": image(5),
      "ants b/4 a.Ppm": image(4),
      "ants b/.hidden.ppm": image(6), ".cache/1.ppm": image(7), "loose.ppm": image(8), "bees/notes.txt": [1],
    ]
  }

  @Test func listsClassesAndFilesInOrder() throws {
    try withFolder(files()) { url in
      let folder = try ImageFolder(contentsOf: url)
      #expect(folder.classNames == ["ants b", "bees"])
      #expect(folder.files.map(\.lastPathComponent) == ["4 a.Ppm", "5.ppm", "10.PPM", "2.ppm"])
      #expect(folder.labels == [0, 0, 1, 1] && folder.count == 4 && folder.classFrequencies == [2, 2])
      #expect(try folder.image(at: 2) == randomImage([3, 2, 3], seed: 10))
      let part = folder.subset(at: [3, 0])
      #expect(part.labels == [1, 0] && part.files == [folder.files[3], folder.files[0]])
      #expect(part.classNames == folder.classNames)
    }
  }

  @Test func takesClassesFromElsewhere() throws {
    try withFolder(files()) { url in
      let folder = try ImageFolder(contentsOf: url, classNames: ["wasps", "bees", "ants b"])
      #expect(folder.labels == [2, 2, 1, 1] && folder.classFrequencies == [0, 2, 2])
      let error = try fault { _ = try ImageFolder(contentsOf: url, classNames: ["bees"]) }
      #expect(error?.kind == .labelOutOfRange && error?.file?.hasSuffix("ants b") == true)
    }
  }

  @Test func followsLinksToClassesAndFilesAlone() throws {
    try withFolder(files()) { url in
      let manager = FileManager.default
      try manager.createSymbolicLink(
        at: url.appending(path: "wasps"), withDestinationURL: url.appending(path: "bees"))
      try manager.createSymbolicLink(
        at: url.appending(path: "bees/3.ppm"), withDestinationURL: url.appending(path: "loose.ppm"))
      try manager.createSymbolicLink(at: url.appending(path: "bees/round"), withDestinationURL: url)
      let folder = try ImageFolder(contentsOf: url)
      #expect(folder.classNames == ["ants b", "bees", "wasps"] && folder.classFrequencies == [2, 3, 3])
      #expect(try folder.image(at: 4) == randomImage([3, 2, 3], seed: 8))
    }
  }

  @Test func takesFilesFromATable() throws {
    try withFolder(files()) { url in
      let table = try DataTable(text: "path,kind\nbees/2.ppm,bee\nloose.ppm,ant\nbees/10.PPM,bee\n")
      let folder = try ImageFolder(table, files: "path", target: "kind", in: url)
      #expect(folder.classNames == ["ant", "bee"] && folder.labels == [1, 0, 1])
      #expect(try folder.image(at: 1) == randomImage([3, 2, 3], seed: 8))
      let gap = try DataTable(text: "path,kind\nbees/2.ppm,bee\n,ant\n")
      let error = try fault { _ = try ImageFolder(gap, files: "path", target: "kind", in: url) }
      #expect(error?.place == .line(3))
    }
  }

  @Test func refusesWhatHoldsNoImages() throws {
    try withFolder(["a/1.txt": [1], "2.ppm": image(1)]) { url in
      let empty = try fault { _ = try ImageFolder(contentsOf: url) }
      #expect(empty?.kind == .unreadable && empty?.file == url.path)
      let missing = try fault { _ = try ImageFolder(contentsOf: url.appending(path: "none")) }
      #expect(missing?.kind == .unreadable && missing?.file?.hasSuffix("none") == true)
    }
    let file = URL(filePath: "1.ppm")
    #expect(
      try fault { _ = try ImageFolder(files: [file], labels: [], classNames: ["a"]) }?.kind == .countMismatch)
    let label = try fault { _ = try ImageFolder(files: [file], labels: [1], classNames: ["a"]) }
    #expect(label?.kind == .labelOutOfRange && label?.place == .sample(0))
  }

  @Test func loadsIntoMemoryWithAnyNumberOfThreads() throws {
    var files: [String: [UInt8]] = [:]
    for number in 0..<100 {
      files["class \(number % 3)/\(1000 + number).ppm"] = image(number, [3, 3, 2 + number % 2])
    }
    try withFolder(files) { url in
      let folder = try ImageFolder(contentsOf: url)
      let loaded = try [1, 2, 4].map { threads in
        try ComputeThreads.withCount(threads) { try folder.loaded { $0.slice(0..<2, along: 2) } }
      }
      #expect(loaded[0].kept == Array(0..<100) && loaded[0].skipped.isEmpty)
      #expect(
        loaded[0].dataset.map(\.label) == folder.labels && loaded[0].dataset.classNames == folder.classNames)
      #expect(
        loaded[0].dataset[60].input == Tensor<Float>(try folder.image(at: 60).slice(0..<2, along: 2)) / 255)
      for other in loaded.dropFirst() { #expect(other.dataset.inputs == loaded[0].dataset.inputs) }
      // Without preparation the shapes differ.
      let shapes = try fault { _ = try folder.loaded() }
      #expect(shapes?.kind == .countMismatch && shapes?.file == folder.files[1].path)
    }
  }

  @Test func stopsAtBrokenFilesOrSkipsThem() throws {
    var files: [String: [UInt8]] = [:]
    for number in 0..<40 { files["a/\(100 + number).ppm"] = image(number) }
    files["a/107.ppm"] = Array("P6 9 9 255 short".utf8)
    files["a/123.ppm"] = []
    try withFolder(files) { url in
      var folder = try ImageFolder(contentsOf: url)
      for threads in [1, 4] {
        // The first one, whichever thread is faster.
        let error = try ComputeThreads.withCount(threads) { try fault { _ = try folder.loaded() } }
        #expect(error?.file == folder.files[7].path && error?.kind == .truncated)
      }
      folder.brokenFiles = .skip
      let loaded = try folder.loaded()
      #expect(loaded.dataset.count == 38 && loaded.kept == (0..<40).filter { $0 != 7 && $0 != 23 })
      #expect(loaded.skipped.map(\.file) == [7, 23].map { folder.files[$0].path })
      let none = try fault { _ = try folder.subset(at: [23]).loaded() }
      #expect(none?.kind == .tooFewSamples && none?.advice.contains("123.ppm") == true)
      // What preparation throws is not the file's fault.
      struct Mine: Error {}
      #expect(throws: Mine.self) { try folder.loaded { _ in throw Mine() } }
    }
  }
}

/// Photographs that are not part of the package.
@Suite(
  .enabled(
    if: realData != nil && ImageFormat.jpeg.isReadable,
    "the folder ../shared/data is missing, or built without the trait ImageFiles"))
struct RealImageFolderTests {
  @Test func hymenoptera() throws {
    let url = try #require(realData).appending(path: "hymenoptera")
    let training = try ImageFolder(
      contentsOf: url.appending(path: "train"), decoding: ImageDecoding(sufficientShortSide: 64))
    #expect(training.classNames == ["ants", "bees"] && training.count == 162)
    let validation = try ImageFolder(contentsOf: url.appending(path: "val"), classNames: training.classNames)
    #expect(validation.count == 88)
    let loaded = try training.loaded { $0.resized(to: ImageSize(side: 8)) }
    #expect(loaded.dataset.count == 162 && loaded.dataset.inputShape == [3, 8, 8])
    // Photographs, not noise: darker than white, lighter than black, each of them other than the rest.
    let images = loaded.dataset.map(\.input.scalars)
    #expect(images.allSatisfy { (0.02...0.98).contains($0.reduce(0, +) / 192) })
    #expect(Set(images).count > 155)
  }
}
