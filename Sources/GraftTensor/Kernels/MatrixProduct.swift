import CGraftKernels

/// A factor of a matrix product: element (i, j) is `base[i * rowStride + j * columnStride]`.
struct MatrixOperand {
  var base: UnsafePointer<Float>
  var rowStride: Int
  var columnStride: Int
}

/// How a matrix product is cut up. Sizes are in elements.
enum GemmBlocking {
  /// The most of k handled at a time. A panel of B, 288 × nr floats, is then 18 KiB (AVX2) or 36 KiB (AVX-512) and stays in
  /// the first-level cache while the panels of A pass by it. 288 = 9 · 32 divides the k of most 3 × 3 convolutions.
  static let depth = 288

  /// How much of k to handle at a time: blocks of nearly equal length, at most ``depth``.
  static func depth(of k: Int) -> Int {
    let blocks = (k + depth - 1) / depth
    return (k + blocks - 1) / blocks
  }

  /// Rows of A whose panels are in use together: 64 × ``depth`` floats are 72 KiB, a small part of a second-level
  /// cache, which also has to hold the panel of B and what passes through.
  static let rows = 64

  /// The most columns (rows) of B (A) that are packed for all threads at once: 2048 × ``depth`` floats are 2.25 MiB, a share of the
  /// last-level cache.
  static let shared = 2048

  /// Multiply-adds that are worth handing to another thread: some ten microseconds.
  static let smallestPart = 1 << 18

  /// Up to this many rows of A, going through B once for each is cheaper than packing it.
  static let fewRows = 3

  /// Up to this many multiply-adds, packing costs more than it gains.
  static let direct = 1 << 16
}

/// One matrix product, checked and ready to run. See `Documentation/Kernels.md` for the panels.
struct MatrixProduct {
  let m: Int
  let n: Int
  let k: Int
  let a: MatrixOperand
  let b: MatrixOperand
  let c: UnsafeMutablePointer<Float>
  let cRowStride: Int
  let accumulate: Bool
  let kernels: UnsafePointer<graft_kernel_table>

  /// Multiplies where one side is a vector, or next to one, and both sides have their rows along k: a dot product
  /// for each element. Returns false if that is not so.
  func multiplyAsRows() -> Bool {
    if n == 1 && a.columnStride == 1 && b.rowStride == 1 {
      parallelFor(m, grain: max(1, GemmBlocking.smallestPart / k)) { range in
        kernels.pointee.gemv_rows(
          range.count, k, a.base + range.lowerBound * a.rowStride, a.rowStride, b.base,
          c + range.lowerBound * cRowStride, cRowStride, accumulate ? 1 : 0)
      }
      return true
    }
    if m <= GemmBlocking.fewRows && a.columnStride == 1 && b.rowStride == 1 {
      parallelFor(n, grain: max(1, GemmBlocking.smallestPart / (m * k))) { range in
        for row in 0..<m {
          kernels.pointee.gemv_rows(
            range.count, k, b.base + range.lowerBound * b.columnStride, b.columnStride,
            a.base + row * a.rowStride, c + row * cRowStride + range.lowerBound, 1, accumulate ? 1 : 0)
        }
      }
      return true
    }
    return false
  }

  /// Multiplies without packing where that is cheaper: little work, or so few rows that each element of B
  /// would be packed to be used only once or twice. Returns false if packing is better or B's rows are not contiguous.
  func multiplyDirectly() -> Bool {
    let width = kernels.pointee.nr
    let few = m <= 2 * kernels.pointee.mr && n >= width
    guard b.columnStride == 1 && (few || m * n * k <= GemmBlocking.direct) else { return false }
    // Parts are whole tiles wide, so that the same columns are computed the same way in any part.
    let tiles = (n + width - 1) / width
    parallelFor(tiles, grain: max(1, GemmBlocking.smallestPart / (m * width * k))) { range in
      let first = range.lowerBound * width
      kernels.pointee.gemm_direct(
        k, a.base, a.rowStride, a.columnStride, b.base + first, b.rowStride, c + first, cRowStride,
        m, min(n, range.upperBound * width) - first, accumulate ? 1 : 0)
    }
    return true
  }
}
