import CGraftKernels

/// C = A B, or C += A B: A is m × k, B is k × n, C is m × n with contiguous rows.
///
/// Element (i, p) of A is `a[i * aRowStride + p * aColumnStride]`, so a transposed operand is one with its
/// strides exchanged; B likewise. Row i of C starts at `c + i * cRowStride`. C must not overlap A or B. An epilogue is
/// applied to each element once its sum is complete, what was in C included if it accumulates.
///
/// The result depends on the arguments and the instruction set, not on the number of threads: every
/// element of C is computed by one thread, as a sum over p in ascending order, in blocks that
/// depend on k alone.
package func gemm(
  m: Int, n: Int, k: Int,
  a: UnsafePointer<Float>, aRowStride: Int, aColumnStride: Int,
  b: UnsafePointer<Float>, bRowStride: Int, bColumnStride: Int,
  c: UnsafeMutablePointer<Float>, cRowStride: Int, accumulate: Bool, epilogue: Epilogue? = nil
) {
  var product = graft_product(
    m: m, n: n, k: k, a: a, a_row: aRowStride, a_column: aColumnStride,
    b: b, b_row: bRowStride, b_column: bColumnStride, c: c, c_row: cRowStride,
    accumulate: accumulate ? 1 : 0, epilogue: nil)
  let done: Int32
  if let epilogue {
    done = withUnsafePointer(to: epilogue.kernelEpilogue) { epilogue in
      product.epilogue = epilogue
      return graft_gemm(&product, Kernels.current, graft_thread_count())
    }
  } else {
    done = graft_gemm(&product, Kernels.current, graft_thread_count())
  }
  if done == 0 { fatalError("gemm: no memory for packed panels of \(m)×\(k) and \(k)×\(n)") }
}

/// `count` products of one shape: product i uses `a + i * aStride`, `b + i * bStride` and `c + i * cStride`.
/// The rest is as for ``gemm(m:n:k:a:aRowStride:aColumnStride:b:bRowStride:bColumnStride:c:cRowStride:accumulate:epilogue:)``.
///
/// Small products run side by side, large ones one after the other with all threads on each.
package func gemmBatched(
  count: Int, m: Int, n: Int, k: Int,
  a: UnsafePointer<Float>, aStride: Int, aRowStride: Int, aColumnStride: Int,
  b: UnsafePointer<Float>, bStride: Int, bRowStride: Int, bColumnStride: Int,
  c: UnsafeMutablePointer<Float>, cStride: Int, cRowStride: Int, accumulate: Bool
) {
  var product = graft_product(
    m: m, n: n, k: k, a: a, a_row: aRowStride, a_column: aColumnStride,
    b: b, b_row: bRowStride, b_column: bColumnStride, c: c, c_row: cRowStride,
    accumulate: accumulate ? 1 : 0, epilogue: nil)
  var batch = graft_batch(count: count, a_step: aStride, b_step: bStride, c_step: cStride)
  if graft_gemm_batched(&product, &batch, Kernels.current, graft_thread_count()) == 0 {
    fatalError("gemm: no memory for packed panels of \(m)×\(k) and \(k)×\(n)")
  }
}

/// The same as ``gemm(m:n:k:a:aRowStride:aColumnStride:b:bRowStride:bColumnStride:c:cRowStride:accumulate:epilogue:)``
/// by the definition, summed in `Double`: what the fast one is tested against.
package func gemmReference(
  m: Int, n: Int, k: Int,
  a: UnsafePointer<Float>, aRowStride: Int, aColumnStride: Int,
  b: UnsafePointer<Float>, bRowStride: Int, bColumnStride: Int,
  c: UnsafeMutablePointer<Float>, cRowStride: Int, accumulate: Bool, epilogue: Epilogue? = nil
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
  epilogue?.applyReference(m: m, n: n, c: c, cRowStride: cRowStride)
}
