import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct ImageResizingTests {
  /// Every byte is Pillow's: `Fixtures/make_resized_images.py`.
  @Test func givesPillowsBytes() throws {
    let file = try SafetensorsFile(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/resized_images.safetensors"))
    let image = try file.tensor("image", as: UInt8.self)
    let filters: [String: ResamplingFilter] = [
      "nearest": .nearest, "bilinear": .bilinear, "bicubic": .bicubic,
    ]
    let names = file.names.filter { $0 != "image" }
    #expect(names.count == 3 * 9)
    for name in names {
      let filter = try #require(filters[String(name.prefix { $0 != " " })])
      let expected = try file.tensor(name, as: UInt8.self)
      let size = ImageSize(of: expected)
      #expect(image.resized(to: size, by: filter) == expected, "\(name)")
      // A view is as good as an image, and a window as good as its part of the whole.
      let padded = Tensor.concatenated([image, image], along: 2).slice(53..<106, along: 2)
      #expect(padded.resized(to: size, by: filter) == expected, "\(name)")
      let window = (rows: size.height / 3..<size.height, columns: 0..<(size.width + 1) / 2)
      let part = expected.slice(window.rows, along: 1).slice(window.columns, along: 2)
      #expect(image.resized(to: size, keeping: window, by: filter) == part, "\(name)")
    }
  }

  /// At a third of the size the triangle reaches three pixels each way.
  @Test func filtersAreStretchedWhereAnImageShrinks() {
    let taps = ResamplingTaps(of: ResampledAxis(from: 30, to: 10), outputs: 1..<2, filter: .bilinear).axis
    #expect(taps.starts == [2] && taps.counts == [6])
    let ninth = Double(1 << 22) / 9
    let expected = [1, 2, 3, 2, 1, 0].map { Int32((ninth * $0).rounded()) }
    #expect(Array(taps.weights.prefix(6)) == expected)
  }

  @Test func anImageWithoutPixelsStops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<UInt8>.zeros([3, 0, 5]).resized(to: ImageSize(side: 2))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("not an image") && message.contains("[3, 0, 5]"))
  }
}
