// What the machine can do at most, to hold the other kernels against.

// As many independent chains as the matrix-multiply tile has accumulators, which is what it takes to fill the
// pipelines, and at least twelve.
enum { PEAK_CHAINS = MR * NV > 12 ? MR * NV : 12 };

// Nothing but multiply-adds on registers. The chains start from different values, so that none of them is
// another's copy, and go into the result, so that none of them is dropped.
static float k_multiply_add_loop(size_t rounds, float factor, float summand) {
  const vf f = all(factor), s = all(summand);
  vf chain[PEAK_CHAINS];
  UNROLLED for (int i = 0; i < PEAK_CHAINS; i++) chain[i] = all(factor * (float)i);
  for (size_t round = 0; round < rounds; round++) {
    UNROLLED for (int i = 0; i < PEAK_CHAINS; i++) chain[i] = fma_v(chain[i], f, s);
  }
  vf total = all(0);
  UNROLLED for (int i = 0; i < PEAK_CHAINS; i++) total += chain[i];
  return sum_lanes(total);
}
