/// How a convolution's products are cut up, in elements; the matrix product's own figures are in `gemm.c`.
enum GemmBlocking {
  /// The most of k handled at a time. A panel of B, 288 × nr floats, is then 18 KiB (AVX2) or 36 KiB (AVX-512) and stays in
  /// the first-level cache while the panels of A pass by it. 288 = 9 · 32 divides the k of most 3 × 3 convolutions.
  static let depth = 288

  /// Rows of A whose panels are in use together: 64 × ``depth`` floats are 72 KiB, a small part of a second-level
  /// cache, which also has to hold the panel of B and what passes through.
  static let rows = 64
}
