import Foundation

/// Memory straight from the system: the one place that knows about page sizes and huge pages.
enum Pages {
  /// What the start of each allocation is aligned to, and the granule of large ones: one huge page.
  static let hugePageBytes = 2 << 20

  /// What the start of a small block inside a slab is aligned to: a cache line, and the widest vector.
  static let blockAlignment = 64

  /// Maps `bytes` (a multiple of the huge page) of zeroed memory, on huge pages where the system grants them.
  ///
  /// Touching a fresh huge page costs a small fraction of touching the 512 ordinary pages it stands for.
  static func map(bytes: Int) -> UnsafeMutableRawPointer {
    var address: UnsafeMutableRawPointer?
    let status = posix_memalign(&address, hugePageBytes, bytes)
    guard status == 0, let address else {
      fatalError("Graft: the system has no \(bytes) bytes of memory left")
    }
    #if os(Linux)
      // 14 is MADV_HUGEPAGE. It is advice: where the kernel refuses, ordinary pages serve.
      _ = madvise(address, bytes, 14)
    #endif
    return address
  }

  /// Gives memory that came from ``map(bytes:)`` back to the system.
  static func unmap(_ address: UnsafeMutableRawPointer) {
    free(address)
  }
}
