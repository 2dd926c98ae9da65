import Foundation
import GraftTensor
import Testing

@testable import GraftData

/// A smooth picture, another one for each seed: a few waves over each channel.
func picture(_ seed: UInt64, channels: Int = 3, height: Int = 48, width: Int = 40) -> Tensor<UInt8> {
  var generator = RandomGenerator(seed: seed)
  let waves = (0..<6).map { _ in (0..<3).map { _ in Double(generator.integer(below: 1000)) / 1000 } }
  var pixels: [UInt8] = []
  for channel in 0..<channels {
    for row in 0..<height {
      for column in 0..<width {
        let (x, y) = (Double(column) / Double(width), Double(row) / Double(height))
        var value = 128.0
        for wave in waves {
          let turns: Double = 4 * (wave[0] - 0.5) * x + 4 * (wave[1] - 0.5) * y + wave[2]
          value += 20 * cos(2 * Double.pi * (turns + 0.1 * Double(channel)))
        }
        pixels.append(UInt8(max(0, min(255, value))))
      }
    }
  }
  return Tensor(shape: [channels, height, width], scalars: pixels)
}

@Suite struct ImageFingerprintTests {
  private func changed(_ image: Tensor<UInt8>, _ change: (Int, Int) -> Int) -> Tensor<UInt8> {
    let pixels = image.scalars.enumerated().map {
      UInt8(max(0, min(255, change($0.offset, Int($0.element)))))
    }
    return Tensor(shape: image.shape, scalars: pixels)
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func copiesLookAlike(_ seed: UInt64) {
    let image = picture(seed)
    let own = ImageFingerprint(image)
    var generator = RandomGenerator(seed: seed, stream: 1)
    let copies = [
      changed(image) { $1 * 115 / 100 }, changed(image) { $1 - 12 },
      changed(image) { _, value in value + generator.integer(below: 17) - 8 },
      image.resized(to: ImageSize(height: 31, width: 26)),
      image.resized(to: ImageSize(height: 120, width: 100)),
    ]
    for copy in copies {
      let other = ImageFingerprint(copy)
      #expect(own.distance(to: other) <= 8 && own.correlation(with: other) >= 0.98)
      #expect(NearDuplicates.groups(of: [own, other]).groupCount == 1)
    }
    // Other pictures, mirrored ones included, do not.
    for unlike in [ImageFingerprint(picture(seed + 100)), ImageFingerprint(image.flipped(along: [2]))] {
      #expect(own.distance(to: unlike) > 8 || own.correlation(with: unlike) < 0.98)
    }
  }

  @Test func flatAndTinyImages() {
    let flat = [10, 200].map { ImageFingerprint(Tensor<UInt8>(repeating: $0, shape: [3, 20, 30])) }
    #expect(flat[0].hash == 0 && flat[0] == flat[1] && flat[0].correlation(with: flat[1]) == 1)
    let point = ImageFingerprint(Tensor<UInt8>(repeating: 7, shape: [1, 1, 1]))
    #expect(point == flat[0])
    #expect(ImageFingerprint(picture(1)).correlation(with: flat[0]) == 0)
    #expect(ImageFingerprint(picture(1)).correlation(with: ImageFingerprint(picture(1))) == 1)
  }

  /// The averages are those of exact arithmetic: an image whose sides are multiples of 32 has plain means, and the
  /// fingerprint of it equals that of its enlargement by whole pixels.
  @Test func averagesAreExact() {
    let small = picture(4, channels: 1, height: 32, width: 32)
    let pixels = small.scalars
    let large = Tensor<UInt8>(
      shape: [1, 96, 64], scalars: (0..<(96 * 64)).map { pixels[$0 / 64 / 3 * 32 + $0 % 64 / 2] })
    let odd = Tensor<UInt8>(
      shape: [1, 33, 32], scalars: (0..<(33 * 32)).map { pixels[min($0 / 32, 31) * 32 + $0 % 32] })
    #expect(ImageFingerprint(small) == ImageFingerprint(large))
    #expect(ImageFingerprint(small).distance(to: ImageFingerprint(odd)) <= 8)
  }
}

/// Photographs that are not part of the package.
@Suite(.enabled(if: realData != nil, "the folder ../shared/data is missing"))
struct RealDuplicateTests {
  @Test func differentPhotographsAreNotTakenForCopies() throws {
    let file = try #require(realData).appending(path: "cifar10/test_1000.bin")
    let dataset = try LabeledDataset(cifar10: [file]).subset(at: 0..<300)
    guard case .bytes(let images) = dataset.storage else { return }
    var fingerprints = (0..<300).map { ImageFingerprint(images.select($0)) }
    #expect(NearDuplicates.groups(of: fingerprints).groupCount == 300)
    // A darker copy of one of them.
    let darker = Tensor<UInt8>(
      shape: [3, 32, 32], scalars: images.select(17).scalars.map { UInt8(Int($0) * 9 / 10) })
    fingerprints.append(ImageFingerprint(darker))
    let groups = NearDuplicates.groups(of: fingerprints)
    #expect(groups.groupCount == 300 && groups.numbers[300] == groups.numbers[17])
  }
}

@Suite struct HammingPairTests {
  @Test(arguments: [0, 1, 3, 4, 8, 11])
  func bandsFindWhatComparisonFinds(_ distance: Int) {
    var generator = RandomGenerator(seed: UInt64(distance))
    // Families of words that differ in few bits, so that there are pairs at all distances.
    let words = (0..<20).flatMap { _ in
      let centre = generator.next()
      return (0..<8).map { _ in
        (0..<generator.integer(below: 8)).reduce(centre) { word, _ in
          word ^ 1 << UInt64(generator.integer(below: 64))
        }
      }
    }
    func sorted(_ visit: ((Int, Int) -> Void) -> Void) -> [[Int]] {
      var pairs: [[Int]] = []
      visit { pairs.append([$0, $1]) }
      return pairs.sorted { $0.lexicographicallyPrecedes($1) }
    }
    let pairs = HammingPairs(words, within: distance)
    let compared = sorted(pairs.visitByComparison)
    #expect(sorted(pairs.visitByBands) == compared)
    #expect(!compared.isEmpty)
  }
}

@Suite struct TextDuplicateTests {
  @Test func whatDoesNotCount() {
    let texts = [
      "The film was good.", "the  FILM, was good!", "The film was\ngood", "The film was not good.",
      "\u{FF34}he film was good",
      "Straße", "STRASSE", "caf\u{E9}", "cafe\u{301}", "cafe", "!!!", "? ?", "! !!", "", "  ", "it's", "it s",
      "its", "20 %", "20",
    ]
    let groups = NearDuplicates.groups(ofTexts: texts)
    #expect(
      groups.numbers == [0, 0, 0, 1, 0, 2, 2, 3, 3, 4, 5, 6, 7, 8, 8, 9, 9, 10, 11, 11])
  }
}

@Suite struct SampleGroupsTests {
  @Test func numbersFollowTheFirstOccurrence() {
    let groups = SampleGroups(["b", "a", "b", "c"])
    #expect(groups.numbers == [0, 1, 0, 2] && groups.groupCount == 3)
    #expect(groups.members == [[0, 2], [1], [3]])
    #expect(SampleGroups([Int]()).members.isEmpty)
  }

  @Test func pairsChain() {
    let groups = SampleGroups(count: 6, joining: [(4, 1), (2, 4), (5, 5)])
    #expect(groups.numbers == [0, 1, 1, 2, 1, 3])
    let merged = SampleGroups(["x", "y", "z", "x", "u", "v"]).merged(with: groups)
    #expect(merged.numbers == [0, 1, 1, 0, 1, 2])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func mergingKeepsTogetherWhatEitherDoes(_ seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    let (a, b) = (
      SampleGroups((0..<40).map { _ in generator.integer(below: 25) }),
      SampleGroups((0..<40).map { _ in generator.integer(below: 25) })
    )
    let merged = a.merged(with: b)
    #expect(merged == b.merged(with: a) && merged == merged.merged(with: a) && a.merged(with: a) == a)
    for group in a.members + b.members { #expect(Set(group.map { merged.numbers[$0] }).count == 1) }
  }
}
