/// The block sizes of the memory pool: four to each doubling, so that at most a fifth of a block is wasted, or less than
/// what sizes are rounded to (64 bytes; one huge page for large blocks) where that is more.
///
/// Small classes run from 64 bytes to below one huge page; from there on every class is a multiple of a huge page.
enum SizeClass {
  /// Small blocks are carved from slabs of this many bytes.
  static let slabBytes = 4 * Pages.hugePageBytes

  private static let smallest = Pages.blockAlignment
  private static let stepsPerDoubling = 4
  /// 64 B · 2^42 = 256 TiB: more than any machine has.
  static let count = 42 * stepsPerDoubling

  /// The first class whose blocks are mapped on their own: 2 MiB = 64 B · 2^15.
  static let firstLarge = 15 * stepsPerDoubling

  /// The size of a class's blocks. Below 256 bytes quarter steps would break the alignment of 64; those round up.
  static func bytes(of index: Int) -> Int {
    let base = smallest << (index / stepsPerDoubling)
    let exact = base + base / stepsPerDoubling * (index % stepsPerDoubling)
    let granule = index >= firstLarge ? Pages.hugePageBytes : Pages.blockAlignment
    return (exact + granule - 1) / granule * granule
  }

  /// The first class that holds `bytes`.
  static func index(forBytes bytes: Int) -> Int {
    guard bytes > smallest else { return 0 }
    let doublings = Int.bitWidth - 1 - (bytes - 1).leadingZeroBitCount
    var index = (doublings - 6) * stepsPerDoubling
    if doublings >= 8 && bytes < Pages.hugePageBytes {
      // No class is rounded up here: the two bits below the highest count the steps that do not suffice.
      return index + ((bytes - 1) >> (doublings - 2)) & 3 + 1
    }
    while Self.bytes(of: index) < bytes { index += 1 }
    return index
  }
}
