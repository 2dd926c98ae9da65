import Foundation
import GraftTensor
import Testing

@testable import GraftData

@Suite struct PortableMapTests {
  private func read(_ text: String, _ binary: [UInt8] = [], _ decoding: ImageDecoding = .rgb) throws
    -> Tensor<
      UInt8
    >
  {
    try Tensor(image: Data(Array(text.utf8) + binary), decodedBy: decoding)
  }

  @Test func readsTextAndBinary() throws {
    let gray = try read("P2 # a comment\n#another\n3 2\n# and one\n15\n0 5 10\n#within\n15 1 2\n", [], .gray)
    // value · 255 / 15
    #expect(gray == Tensor(shape: [1, 2, 3], scalars: [0, 85, 170, 255, 17, 34]))
    let colour = try read("P3\n2 1 255\n1 2 3\n4 5 6")
    #expect(colour == Tensor(shape: [3, 1, 2], scalars: [1, 4, 2, 5, 3, 6]))
    #expect(try read("P6 2 1 255\n", [1, 2, 3, 4, 5, 6]) == colour)
    #expect(try read("P5\t1\r2 255 ", [7, 0x23], .gray).scalars == [7, 0x23])
    // Gray as colour, and colour as gray: 0.299 · 255 = 76.2, 0.587 · 255 = 149.7.
    #expect(try read("P5 1 2 255 ", [7, 9]).scalars == [7, 9, 7, 9, 7, 9])
    #expect(try read("P6 2 1 255 ", [255, 0, 0, 0, 255, 0], .gray).scalars == [76, 150])
  }

  @Test func scalesOtherRangesAsPillowDoes() throws {
    // 1 of 2 is 127.5, which goes to the even 128; 16 bits come with the upper byte first.
    #expect(try read("P5 3 1 2\n", [0, 1, 2], .gray).scalars == [0, 128, 255])
    #expect(try read("P5 2 1 65535\n", [0x80, 0x80, 0xFF, 0xFF], .gray).scalars == [128, 255])
    #expect(try read("P2 2 1 1000\n500 1000", [], .gray).scalars == [128, 255])
  }

  @Test(
    arguments: [
      ("P6", DataError.Kind.truncated, 2), ("P6 2", .truncated, 4), ("P6 2 x", .malformed, 5),
      ("P6 0 3 255 ", .malformed, 6),
      ("P5 1 1 0 a", .malformed, 8), ("P5 1 1 65536 a", .malformed, 7), ("P5 2 2 255 abc", .truncated, 14),
      ("P2 2 2 9 1 2 3", .truncated, 14), ("P2 2 1 9 1 10", .malformed, 11), ("P5 2 1 64 !a", .malformed, 11),
      ("P5 99999999999999999999 1 255 a", .malformed, 3), ("P5 2000000000 2000000000 255 a", .tooLarge, nil),
      ("P5 9000 9000 255 a", .truncated, 18), ("P4 1 1 a", .unsupported, 0), ("P2 1 1 9 -1", .malformed, 9),
    ] as [(String, DataError.Kind, Int?)])
  func refusesBadFiles(_ text: String, _ kind: DataError.Kind, _ place: Int?) throws {
    let error = try fault { _ = try read(text) }
    #expect(
      error?.kind == kind && error?.place == place.map(DataError.Place.byte), "\(text): \(error as Any)")
  }

  @Test func damageNeverCrashes() throws {
    let binary = portableMap(randomImage([3, 5, 4], seed: 1))
    try fuzz(binary, rounds: 3000, seed: 6) { _ = try Tensor<UInt8>(image: Data($0)) }
    try fuzz(Array("P2 3 2\n#c\n15 0 5 10 15 1 2".utf8), rounds: 3000, seed: 7) {
      _ = try Tensor<UInt8>(image: Data($0))
    }
  }
}
