/// The block sizes of the memory pool: multiples of a granule up to four, from there four to each doubling, so that at most a
/// fifth of a block is wasted, or less than a granule where that is more.
///
/// Small classes are made of cache lines and end below one huge page; large ones are made of huge pages.
enum SizeClass {
  /// Small blocks are carved from slabs of this many bytes.
  static let slabBytes = 4 * Pages.hugePageBytes

  /// The first class whose blocks are mapped on their own. The class before it has 7/8 of a huge page.
  static let firstLarge = 55

  /// The last class has 2⁴⁸ bytes, 256 TiB: more than any machine has.
  static let count = firstLarge + 4 * 26

  private static let smallGranule = Pages.blockAlignment
  private static let largestSmall = Pages.hugePageBytes / 8 * 7

  /// The size of a class's blocks.
  static func bytes(of index: Int) -> Int {
    index < firstLarge
      ? smallGranule * granules(ofStep: index) : Pages.hugePageBytes * granules(ofStep: index - firstLarge)
  }

  /// The first class that holds `bytes`.
  static func index(forBytes bytes: Int) -> Int {
    bytes <= largestSmall
      ? step(forGranules: (bytes + smallGranule - 1) / smallGranule)
      : firstLarge + step(forGranules: (bytes + Pages.hugePageBytes - 1) / Pages.hugePageBytes)
  }

  /// 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20 …
  private static func granules(ofStep step: Int) -> Int {
    step < 4 ? step + 1 : (5 + step & 3) << (step >> 2 - 1)
  }

  /// The first step with at least `count` granules.
  private static func step(forGranules count: Int) -> Int {
    guard count > 4 else { return max(count - 1, 0) }
    // The two bits below the highest count the steps of this doubling that do not suffice.
    let doublings = Int.bitWidth - 1 - (count - 1).leadingZeroBitCount
    return (doublings - 1) << 2 + ((count - 1) >> (doublings - 2)) & 3
  }
}
