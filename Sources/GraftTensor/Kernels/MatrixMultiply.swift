import CGraftKernels

/// C = A B, or C += A B: A is m × k, B is k × n, C is m × n with contiguous rows.
///
/// Element (i, p) of A is `a[i * aRowStride + p * aColumnStride]`, so a transposed operand is one with its
/// strides exchanged; B likewise. Row i of C starts at `c + i * cRowStride`. C must not overlap A or B.
///
/// The result depends on the arguments and the instruction set, not on the number of threads: every
/// element of C is computed by one thread, as a sum over p in ascending order, in blocks that
/// depend on k alone.
package func gemm(
  m: Int, n: Int, k: Int,
  a: UnsafePointer<Float>, aRowStride: Int, aColumnStride: Int,
  b: UnsafePointer<Float>, bRowStride: Int, bColumnStride: Int,
  c: UnsafeMutablePointer<Float>, cRowStride: Int, accumulate: Bool
) {
  if m == 0 || n == 0 { return }
  if k == 0 {
    if !accumulate {
      for i in 0..<m { (c + i * cRowStride).update(repeating: 0, count: n) }
    }
    return
  }
  let product = MatrixProduct(
    m: m, n: n, k: k,
    a: MatrixOperand(base: a, rowStride: aRowStride, columnStride: aColumnStride),
    b: MatrixOperand(base: b, rowStride: bRowStride, columnStride: bColumnStride),
    c: c, cRowStride: cRowStride, accumulate: accumulate, kernels: Kernels.current)
  if product.multiplyAsRows() || product.multiplyDirectly() { return }
  product.multiplyPacked()
}

/// `count` products of one shape: product i uses `a + i * aStride`, `b + i * bStride` and `c + i * cStride`.
/// The rest is as for ``gemm(m:n:k:a:aRowStride:aColumnStride:b:bRowStride:bColumnStride:c:cRowStride:accumulate:)``.
///
/// Small products run side by side, large ones one after the other with all threads on each.
package func gemmBatched(
  count: Int, m: Int, n: Int, k: Int,
  a: UnsafePointer<Float>, aStride: Int, aRowStride: Int, aColumnStride: Int,
  b: UnsafePointer<Float>, bStride: Int, bRowStride: Int, bColumnStride: Int,
  c: UnsafeMutablePointer<Float>, cStride: Int, cRowStride: Int, accumulate: Bool
) {
  // A product this large keeps every thread busy by itself.
  let large = 1 << 24
  let work = max(1, m * n * max(k, 1))
  let partition =
    work >= large
    ? Partition(count: 1, grain: 1)
    : Partition(count: count, grain: max(1, GemmBlocking.smallestPart / work))
  parallelFor(partition) { part, range in
    for i in work >= large ? 0..<count : range {
      gemm(
        m: m, n: n, k: k,
        a: a + i * aStride, aRowStride: aRowStride, aColumnStride: aColumnStride,
        b: b + i * bStride, bRowStride: bRowStride, bColumnStride: bColumnStride,
        c: c + i * cStride, cRowStride: cRowStride, accumulate: accumulate)
    }
  }
}

/// The same as ``gemm(m:n:k:a:aRowStride:aColumnStride:b:bRowStride:bColumnStride:c:cRowStride:accumulate:)`` by the
/// definition, summed in `Double`: what the fast one is tested against.
package func gemmReference(
  m: Int, n: Int, k: Int,
  a: UnsafePointer<Float>, aRowStride: Int, aColumnStride: Int,
  b: UnsafePointer<Float>, bRowStride: Int, bColumnStride: Int,
  c: UnsafeMutablePointer<Float>, cRowStride: Int, accumulate: Bool
) {
  for i in 0..<m {
    for j in 0..<n {
      var sum = accumulate ? Double(c[i * cRowStride + j]) : 0
      for p in 0..<k {
        sum +=
          Double(a[i * aRowStride + p * aColumnStride]) * Double(b[p * bRowStride + j * bColumnStride])
      }
      c[i * cRowStride + j] = Float(sum)
    }
  }
}
