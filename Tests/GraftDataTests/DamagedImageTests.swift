import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// Whatever bytes an image file has, reading it gives pixels or a ``DataError``, and takes no more than in proportion
/// to it.
@Suite(.enabled(if: ImageFormat.jpeg.isReadable, "built without the trait ImageFiles"))
struct DamagedImageTests {
  /// How many pixels a byte of a complete file can stand for: deflate makes at most 1032 bytes of one, each up to
  /// eight pixels; a JPEG's block of 64 takes a bit at least.
  private func mostPixels(_ bytes: [UInt8]) -> Int {
    bytes.starts(with: [0xFF, 0xD8]) ? 64 * 8 * (bytes.count + 1) : 8 * 1033 * bytes.count
  }

  /// Pixels that come twice the same, whatever was in the memory before, or the fault.
  private func read(_ bytes: [UInt8], _ decoding: ImageDecoding) throws -> DataError? {
    try fault {
      let image = try Tensor<UInt8>(image: Data(bytes), decodedBy: decoding)
      #expect(image.count <= decoding.channels.count * mostPixels(bytes))
      // The pool hands out this memory again.
      do { _ = Tensor<UInt8>(repeating: 0xA5, shape: image.shape) }
      #expect(try Tensor<UInt8>(image: Data(bytes), decodedBy: decoding) == image)
    }
  }

  @Test(arguments: [".png", ".jpg"]) func damageNeverCrashes(suffix: String) throws {
    let limit = 1 << 20
    let decodings = [
      ImageDecoding(maximumPixels: limit),
      ImageDecoding(channels: .gray, alpha: .overWhite, maximumPixels: limit),
      ImageDecoding(sufficientShortSide: 8, maximumPixels: limit),
    ]
    var kinds: [DataError.Kind?: Int] = [:]
    for (number, name) in try ImageFixture.names(suffix).enumerated() {
      var round = 0
      try fuzz(ImageFixture.bytes(name), rounds: 120, seed: UInt64(number)) { bytes in
        // Half of the PNG files with check sums that hide the damage.
        let bytes = suffix == ".png" && round % 2 == 0 ? withRightChecksums(bytes) : bytes
        let error = try read(bytes, decodings[round % decodings.count])
        #expect((error?.description.utf8.count ?? 0) < 1000)
        kinds[error?.kind, default: 0] += 1
        round += 1
      }
    }
    // Several outcomes have to occur for the test to mean anything.
    #expect(kinds[nil, default: 0] > 20 && kinds[.malformed, default: 0] > 100, "\(kinds)")
    #expect(kinds[.truncated, default: 0] > 20, "\(kinds)")
  }
}
