import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct ImageFormatTests {
  @Test func isToldByTheFirstBytes() throws {
    #expect(try ImageFormat(recognizing: [0xFF, 0xD8, 0xFF]) == .jpeg)
    #expect(try ImageFormat(recognizing: Array("P6 1 1".utf8)) == .portableMap)
    #expect(ImageFormat.portableMap.isReadable)
    #expect(ImageFormat.png.isReadable == ImageFormat.jpeg.isReadable)
    for (bytes, kind, word) in [
      (Array("GIF89a".utf8), DataError.Kind.unsupported, "GIF"), ([], .truncated, "empty"),
      (Array("RIFF....WEBPVP8 ".utf8), .unsupported, "WebP"), ([0, 0, 0, 0], .malformed, "neither"),
    ] {
      let error = try fault { _ = try Tensor<UInt8>(image: Data(bytes)) }
      #expect(error?.kind == kind && error?.problem.contains(word) == true, "\(word)")
    }
  }

  /// Without the trait a file of these formats is told from damaged ones, and the error says what to do.
  @Test(.enabled(if: !ImageFormat.jpeg.isReadable), arguments: ["ycc420.jpg", "rgb8.png"])
  func saysHowToTurnTheTraitOn(name: String) throws {
    let error = try fault { _ = try Tensor<UInt8>(image: ImageFixture.folder.appending(path: name)) }
    #expect(error?.kind == .unsupported && error?.file?.hasSuffix(name) == true)
    #expect(error?.advice.contains("traits: [\"ImageFiles\"]") == true)
  }
}

@Suite(.enabled(if: ImageFormat.jpeg.isReadable, "built without the trait ImageFiles"))
struct ImageFileTests {
  private func largestDifference(_ first: Tensor<UInt8>, _ second: Tensor<UInt8>) -> Int {
    zip(first.scalars, second.scalars).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }

  /// PNG is lossless: every byte is Pillow's. JPEG decoders may round otherwise: libjpeg promises one level for the
  /// transform, and from chroma to colours a level becomes 1.8 at most. Levels that are wrong by mistake (of chroma,
  /// of inverted inks, of the upsampling) differ by tens in these files.
  private func tolerance(_ name: String) -> Int { name.hasSuffix(".png") ? 0 : 3 }

  @Test func givesPillowsPixels() throws {
    let expected = try ImageFixture.expected()
    let names = try ImageFixture.names(".png", ".jpg").filter { $0 != "large.jpg" }
    #expect(names.count == 39)
    let over = ImageDecoding.Alpha.over(red: 250, green: 130, blue: 7)
    for name in names {
      let file = ImageFixture.folder.appending(path: name)
      let rgb = try expected.tensor(name + " rgb", as: UInt8.self)
      let gray = try expected.tensor(name + " gray", as: UInt8.self)
      for (decoding, pixels) in [(ImageDecoding.rgb, rgb), (.gray, gray)] {
        let image = try Tensor<UInt8>(image: file, decodedBy: decoding)
        #expect(image.shape == pixels.shape, "\(name)")
        #expect(largestDifference(image, pixels) <= tolerance(name), "\(name)")
      }
      let blended = try Tensor<UInt8>(image: file, decodedBy: ImageDecoding(alpha: over))
      let paper =
        expected.names.contains(name + " over") ? try expected.tensor(name + " over", as: UInt8.self) : rgb
      #expect(largestDifference(blended, paper) <= tolerance(name), "\(name)")
    }
  }

  @Test(arguments: [87, 43, 40, 21, 10, 5]) func decodesToAPart(side: Int) throws {
    let pixels = try ImageFixture.expected().tensor("large.jpg \(side)", as: UInt8.self)
    let image = try Tensor<UInt8>(
      image: ImageFixture.folder.appending(path: "large.jpg"),
      decodedBy: ImageDecoding(sufficientShortSide: side))
    #expect(image.shape == pixels.shape && min(image.shape[1], image.shape[2]) >= side)
    #expect(largestDifference(image, pixels) <= 3)
  }

  @Test func orientationCanBeLeft() throws {
    let upright = try Tensor<UInt8>(image: ImageFixture.folder.appending(path: "turned1.jpg"))
    for number in 1...8 {
      let file = ImageFixture.folder.appending(path: "turned\(number).jpg")
      #expect(try Tensor(image: file, decodedBy: ImageDecoding(appliesOrientation: false)) == upright)
      let turned = try Tensor<UInt8>(image: file)
      #expect((turned == upright) == (number == 1))
    }
  }

  @Test(arguments: ["ycc420.jpg", "rgb8.png"]) func keepsToLimits(name: String) throws {
    let file = ImageFixture.folder.appending(path: name)
    let count = try ImageFixture.bytes(name).count
    for (decoding, expected) in [
      (ImageDecoding(maximumPixels: 246), DataError.Kind.tooLarge), (ImageDecoding(maximumPixels: 1073), nil),
      (ImageDecoding(maximumBytes: count - 1), .tooLarge), (ImageDecoding(maximumBytes: count), nil),
    ] {
      let error = try fault { _ = try Tensor<UInt8>(image: file, decodedBy: decoding) }
      #expect(error?.kind == expected && error?.file == (expected == nil ? nil : file.path))
    }
  }

  /// Every file that lacks a part of its pixels is refused, wherever it ends.
  @Test func refusesWhatEndsEarly() throws {
    for name in try ImageFixture.names(".png", ".jpg") {
      let bytes = try ImageFixture.bytes(name)
      // Behind the pixels come the end marker (2 bytes) or the chunk IEND (12).
      let end = bytes.count - (name.hasSuffix(".png") ? 12 : 2)
      for end in [end - 1, end - 2, end - 5] + stride(from: 8, to: end, by: bytes.count / 40) {
        let error = try fault { _ = try Tensor<UInt8>(image: Data(bytes[..<end])) }
        #expect([.truncated, .malformed].contains(error?.kind), "\(name) cut at \(end)")
      }
    }
  }

  /// A missing end marker does no harm, nor do bytes that nobody reads.
  @Test func acceptsWhatIsMerelyUntidy() throws {
    for name in ["gray.jpg", "ycc420.jpg", "rgb8.png"] {
      let bytes = try ImageFixture.bytes(name)
      let whole = try Tensor<UInt8>(image: Data(bytes))
      #expect(try Tensor(image: Data(bytes + [1, 2, 3])) == whole)
      #expect(try Tensor(image: Data(bytes.dropLast(name.hasSuffix(".png") ? 12 : 2))) == whole)
    }
    #expect(
      try fault { _ = try Tensor<UInt8>(image: Data(ImageFixture.bytes("progressive.jpg").dropLast(2))) }?
        .kind == .truncated)
  }

  /// Lossless, arithmetically coded, and of 12 bits, going by the header.
  @Test func refusesOtherKindsOfJPEG() throws {
    let bytes = try ImageFixture.bytes("ycc420.jpg")
    let frame = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xFF, 0xC0, 0, 17, 8]) })
    for (place, value) in [(1, 0xC3), (1, 0xC9), (4, 12)] as [(Int, UInt8)] {
      var other = bytes
      other[frame + place] = value
      #expect(try fault { _ = try Tensor<UInt8>(image: Data(other)) }?.kind == .unsupported)
    }
  }

  /// Headers that promise more than the file can hold are refused before memory is taken.
  @Test func refusesLiesAboutTheSize() throws {
    var png = try ImageFixture.bytes("gray8.png")
    png.replaceSubrange(16..<24, with: [0, 0, 0x20, 0, 0, 0, 0x20, 0])
    png = withRightChecksums(png)
    let short = try fault { _ = try Tensor<UInt8>(image: Data(png)) }
    #expect(short?.kind == .truncated && short?.problem.contains("packed") == true)
    var jpeg = try ImageFixture.bytes("ycc420.jpg")
    let frame = try #require(jpeg.indices.first { jpeg[$0...].starts(with: [0xFF, 0xC0, 0, 17, 8]) })
    jpeg.replaceSubrange((frame + 5)..<(frame + 9), with: [0x20, 0, 0x20, 0])
    let blocks = try fault { _ = try Tensor<UInt8>(image: Data(jpeg)) }
    #expect(blocks?.kind == .truncated && blocks?.problem.contains("blocks") == true)
    jpeg.replaceSubrange((frame + 5)..<(frame + 9), with: [0xFF, 0xDC, 0xFF, 0xDC])
    #expect(try fault { _ = try Tensor<UInt8>(image: Data(jpeg)) }?.kind == .tooLarge)
  }

  /// A progressive file whose first scan, a coarse image, comes again and again.
  @Test func boundsTheNumberOfScans() throws {
    let bytes = try ImageFixture.bytes("progressive.jpg")
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xFF, 0xDA]) })
    // Within a scan 0xFF is followed by 0.
    let end = try #require(
      (start + 2..<bytes.count - 1).first { bytes[$0] == 0xFF && bytes[$0 + 1] != 0 })
    let scan = Array(bytes[start..<end])
    for (count, kind) in [(80, nil), (100, DataError.Kind.tooLarge)] {
      let many = bytes[..<end] + Array(repeating: scan, count: count).joined() + bytes[end...]
      #expect(try fault { _ = try Tensor<UInt8>(image: Data(many)) }?.kind == kind)
    }
  }
}

@Suite struct ImageOrientationTests {
  /// A TIFF block with this orientation.
  private func block(_ orientation: UInt8, big: Bool) -> [UInt8] {
    let entry: [UInt8] =
      big
      ? [1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0] : [0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
    return big
      ? [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1] + entry : [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0] + entry
  }

  @Test func isReadInBothByteOrders() {
    for number in 0...9 {
      for big in [false, true] {
        #expect(
          ImageOrientation(exif: block(UInt8(number), big: big)[...]) == ImageOrientation(rawValue: number))
      }
    }
    #expect(ImageOrientation(exif: []) == nil)
  }

  /// Every place of the upright image is written once.
  @Test(arguments: ImageOrientation.allCases) func fillsTheImage(orientation: ImageOrientation) {
    let stored = ImageSize(height: 3, width: 5)
    let placement = orientation.placement(of: stored)
    var places: Set<Int> = []
    for row in 0..<3 {
      for column in 0..<5 {
        places.insert(placement.first + row * placement.rowStep + column * placement.columnStep)
      }
    }
    #expect(places == Set(0..<15))
  }

  /// Damaged metadata say nothing, and are never read beyond their end.
  @Test func damageNeverCrashes() throws {
    for big in [false, true] {
      let content = Array("Exif\0\0".utf8) + block(6, big: big)
      let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xFF, 0xE1, 0, UInt8(content.count + 2)] + content + [0xFF, 0xDA]
      #expect(ImageOrientation(jpeg: jpeg) == .turnedLeft)
      try fuzz(jpeg, rounds: 2000, seed: 4) { _ = ImageOrientation(jpeg: $0) }
      for end in jpeg.indices { _ = ImageOrientation(jpeg: Array(jpeg[..<end])) }
    }
    try fuzz(ImageFixture.bytes("rgb8_turned.png"), rounds: 1000, seed: 5) { _ = ImageOrientation(png: $0) }
  }
}
