// Numbers computed from rows.
//
// Sums run over blocks of SUM_BLOCK elements. In a block, element i goes to lane i mod (4 * LANES) of four
// vectors; the vectors and their lanes are then added in a tree, and the blocks in double. So a result
// depends on n and the elements only, and its error is at most
// (SUM_BLOCK / (4 * LANES) + log2(4 * LANES) + 2) * 2^-24 * (sum of the absolute terms): 24 units of 2^-24 for
// AVX-512, 39 for AVX2, 70 for the baseline, however long the row.

enum { SUM_BLOCK = 1024 };
enum { TERM_VALUE, TERM_SQUARE, TERM_PRODUCT, TERM_SQUARED_DIFFERENCE };

INLINE vf add_term(const int term, vf total, vf x, vf y) {
  switch (term) {
  case TERM_VALUE: return total + x;
  case TERM_SQUARE: return fma_v(x, x, total);
  case TERM_PRODUCT: return fma_v(x, y, total);
  default: return fma_v(x - y, x - y, total);
  }
}

// The sum of one kind of term. The second operand is the row `b` or, without one, the number `c`.
INLINE double sum_terms(const int term, const float *a, const float *b, float c, size_t n) {
  double total = 0;
  const vf number = all(c);
  for (size_t start = 0; start < n; start += SUM_BLOCK) {
    const size_t end = n - start < SUM_BLOCK ? n : start + SUM_BLOCK;
    vf sums[4] = {all(0), all(0), all(0), all(0)};
    size_t i = start;
    for (; i + 4 * LANES <= end; i += 4 * LANES) {
      UNROLLED for (int v = 0; v < 4; v++) {
        const vf y = b ? load(b + i + v * LANES) : number;
        sums[v] = add_term(term, sums[v], load(a + i + v * LANES), y);
      }
    }
    UNROLLED for (int v = 0; v < 4; v++) {
      if (i >= end) break;
      const size_t count = end - i < LANES ? end - i : LANES;
      // Lanes beyond the end get operands whose term is 0.
      const vf x = load_part(a + i, count, c);
      const vf y = b ? load_part(b + i, count, 0) : number;
      sums[v] = add_term(term, sums[v], x, y);
      i += count;
    }
    total += (double)sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
  }
  return total;
}

static float k_sum(const float *x, size_t n) { return (float)sum_terms(TERM_VALUE, x, NULL, 0, n); }
static float k_sum_squares(const float *x, size_t n) { return (float)sum_terms(TERM_SQUARE, x, NULL, 0, n); }
static float k_dot(const float *a, const float *b, size_t n) {
  return (float)sum_terms(TERM_PRODUCT, a, b, 0, n);
}
static float k_sum_squared_deviations(const float *x, float center, size_t n) {
  return (float)sum_terms(TERM_SQUARED_DIFFERENCE, x, NULL, center, n);
}

// The greatest (sign 1) or least (sign -1) element.
INLINE float extreme(const int sign, const float *x, size_t n) {
  const float rest = sign > 0 ? -INFINITY : INFINITY;
  vf best[2] = {all(rest), all(rest)};
  size_t i = 0;
  for (; i + 2 * LANES <= n; i += 2 * LANES) {
    UNROLLED for (int v = 0; v < 2; v++) {
      const vf value = load(x + i + v * LANES);
      best[v] = sign > 0 ? max_v(best[v], value) : min_v(best[v], value);
    }
  }
  for (; i < n; i += LANES) {
    const vf value = load_part(x + i, n - i < LANES ? n - i : LANES, rest);
    best[0] = sign > 0 ? max_v(best[0], value) : min_v(best[0], value);
  }
  const vf both = sign > 0 ? max_v(best[0], best[1]) : min_v(best[0], best[1]);
  float lanes[LANES];
  store(lanes, both);
  float result = lanes[0];
  for (int lane = 1; lane < LANES; lane++) {
    const float value = lanes[lane];
    if (value != value) return value;
    if (result == result && (sign > 0 ? value > result : value < result)) result = value;
  }
  return result;
}

static float k_maximum(const float *x, size_t n) { return extreme(1, x, n); }
static float k_minimum(const float *x, size_t n) { return extreme(-1, x, n); }
