import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct ImageWritingTests {
  @Test(arguments: [1, 3]) func portableMapsComeBack(channels: Int) throws {
    let image = randomImage([channels, 5, 7], seed: 1)
    let decoding = channels == 1 ? ImageDecoding.gray : .rgb
    #expect(try Tensor(image: image.portableMapData(), decodedBy: decoding) == image)
  }

  @Test(.enabled(if: ImageFormat.png.isReadable, "built without the trait ImageFiles"), arguments: [1, 3])
  func pngComesBack(channels: Int) throws {
    // The second is so large that zlib makes several blocks.
    for shape in [[channels, 5, 7], [channels, 300, 200]] as [Shape] {
      let image = randomImage(shape, seed: 2)
      let decoding = channels == 1 ? ImageDecoding.gray : .rgb
      #expect(try Tensor(image: image.pngData(), decodedBy: decoding) == image)
      // A view, whose elements do not lie in a row.
      let turned = image.permuted([0, 2, 1])
      #expect(try Tensor(image: turned.pngData(), decodedBy: decoding) == turned)
    }
  }

  /// The chunks of a file of one pixel, to the byte; only how zlib compresses is its own affair.
  @Test func pngIsWellFormed() throws {
    let data = [UInt8](Tensor<UInt8>(shape: [1, 1, 2], scalars: [0, 255]).pngData())
    let header: [UInt8] = [
      0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 2, 0, 0,
      0, 1, 8, 0,
      0, 0, 0, 0xD1, 0x49, 0x20, 0x56,
    ]
    // The sums as Python's zlib.crc32 gives them.
    #expect(Array(data.prefix(header.count)) == header)
    #expect(data.suffix(12) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
  }

  @Test func shapesThatAreNoImageTrap() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<UInt8>.zeros([2, 4, 4]).pngData()
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("pngData: [2, 4, 4] is not an image"))
    await #expect(processExitsWith: .failure) { _ = ImageDecoding(maximumPixels: 0) }
  }
}
