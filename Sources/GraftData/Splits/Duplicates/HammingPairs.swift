import GraftTensor

/// All pairs of 64-bit words that differ in few bits.
///
/// Of two words that differ in d bits, one of four bands of 16 bits differs in at most d / 4 of them. So words are
/// looked up, band by band, under each value that is so near: Norouzi, Punjani, Fleet: *Fast Search in Hamming Space with
/// Multi-Index Hashing*, 2012. With a distance of 8 that is 548 look-ups for a word, whatever their number; below some
/// thousand words comparing all is quicker.
struct HammingPairs {
  private let words: [UInt64]
  private let distance: Int

  /// The differences of two bands that are near: all words with at most distance / 4 bits.
  private let probes: [UInt16]

  /// - Parameters:
  ///   - words: What is compared. Equal words make a pair for each two of them, so give each once.
  ///   - distance: In how many bits a pair differs at most.
  init(_ words: [UInt64], within distance: Int) {
    require((0...15).contains(distance), "HammingPairs: distance \(distance) does not lie in 0...15")
    self.words = words
    self.distance = distance
    probes = (0..<16).reduce([0]) { masks, bit in
      masks + masks.filter { $0.nonzeroBitCount < distance / 4 }.map { $0 | 1 << UInt16(bit) }
    }
  }

  /// Calls `body` with each pair once, the smaller position first; in an order that follows from the words.
  func visit(_ body: (Int, Int) -> Void) {
    words.count > 8 * 4 * probes.count ? visitByBands(body) : visitByComparison(body)
  }

  func visitByComparison(_ body: (Int, Int) -> Void) {
    for first in words.indices {
      for second in (first + 1)..<max(words.count, first + 1) where isNear(first, second) {
        body(first, second)
      }
    }
  }

  func visitByBands(_ body: (Int, Int) -> Void) {
    for band in 0..<4 {
      let holders = BandTable(words.map { Self.band(band, of: $0) })
      for (first, word) in words.enumerated() {
        let own = Self.band(band, of: word)
        for probe in probes {
          for place in holders.places(of: own ^ probe) {
            let second = holders.positions[place]
            if second > first && isNear(first, second) && !isNear(first, second, inBandsBefore: band) {
              body(first, second)
            }
          }
        }
      }
    }
  }

  private func isNear(_ first: Int, _ second: Int) -> Bool {
    (words[first] ^ words[second]).nonzeroBitCount <= distance
  }

  /// Whether an earlier band has already led to this pair.
  private func isNear(_ first: Int, _ second: Int, inBandsBefore band: Int) -> Bool {
    (0..<band).contains { Self.band($0, of: words[first] ^ words[second]).nonzeroBitCount <= distance / 4 }
  }

  private static func band(_ band: Int, of word: UInt64) -> UInt16 {
    UInt16(truncatingIfNeeded: word >> UInt64(16 * band))
  }
}

/// The positions at which each of 65,536 values occurs, side by side. A dictionary would be ten times slower.
private struct BandTable {
  /// All positions, in order of their values.
  let positions: [Int]

  /// Where the positions of each value begin, and of the last one end.
  private let starts: [Int]

  init(_ values: [UInt16]) {
    var starts = Array(repeating: 0, count: 65_537)
    for value in values { starts[Int(value) + 1] += 1 }
    for value in 0..<65_536 { starts[value + 1] += starts[value] }
    var next = starts
    var positions = Array(repeating: 0, count: values.count)
    for (position, value) in values.enumerated() {
      positions[next[Int(value)]] = position
      next[Int(value)] += 1
    }
    self.positions = positions
    self.starts = starts
  }

  func places(of value: UInt16) -> Range<Int> { starts[Int(value)]..<starts[Int(value) + 1] }
}
