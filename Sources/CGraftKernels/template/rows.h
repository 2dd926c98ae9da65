// Rows of a probability. The largest element is subtracted before the exponential, so nothing overflows.

// The sum of e^(x - shift), added in blocks like the sums; with `out`, each term is stored there too.
INLINE double sum_exp(const float *x, float shift, float *out, size_t n) {
  double total = 0;
  const vf s = all(shift);
  for (size_t start = 0; start < n; start += SUM_BLOCK) {
    const size_t end = n - start < SUM_BLOCK ? n : start + SUM_BLOCK;
    vf sums = all(0);
    size_t i = start;
    for (; i + LANES <= end; i += LANES) {
      const vf e = exp_v(load(x + i) - s);
      if (out) store(out + i, e);
      sums += e;
    }
    if (i < end) {
      const vf e = exp_v(load_part(x + i, end - i, -INFINITY) - s);
      if (out) store_part(out + i, e, end - i);
      float lanes[LANES];
      store(lanes, e);
      for (size_t lane = end - i; lane < LANES; lane++) lanes[lane] = 0;
      sums += load(lanes);
    }
    total += (double)sum_lanes(sums);
  }
  return total;
}

static void k_softmax(const float *x, float *out, size_t n) {
  const double total = sum_exp(x, k_maximum(x, n), out, n);
  k_mul_s(out, (float)(1 / total), out, n);
}

static void k_log_softmax(const float *x, float *out, size_t n) {
  const float greatest = k_maximum(x, n);
  const vf shift = all(greatest), rest = all((float)log(sum_exp(x, greatest, NULL, n)));
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) store(out + i, load(x + i) - shift - rest);
  if (i < n) store_part(out + i, load_part(x + i, n - i, 0) - shift - rest, n - i);
}

static float k_log_sum_exp(const float *x, size_t n) {
  const float greatest = k_maximum(x, n);
  // An infinite maximum is the answer itself, and infinity - infinity would be NaN. NaN stays NaN.
  if (greatest == INFINITY || greatest == -INFINITY) return greatest;
  return (float)(greatest + log(sum_exp(x, greatest, NULL, n)));
}

static void k_softmax_backward(const float *y, const float *g, float *out, size_t n) {
  const vf mean = all(k_dot(y, g, n));
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) store(out + i, load(y + i) * (load(g + i) - mean));
  if (i < n) store_part(out + i, load_part(y + i, n - i, 0) * (load_part(g + i, n - i, 0) - mean), n - i);
}

static void k_log_softmax_backward(const float *y, const float *g, float *out, size_t n) {
  const vf total = all(k_sum(g, n));
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    store(out + i, fma_v(-exp_v(load(y + i)), total, load(g + i)));
  }
  if (i < n) {
    const vf e = exp_v(load_part(y + i, n - i, 0));
    store_part(out + i, fma_v(-e, total, load_part(g + i, n - i, 0)), n - i);
  }
}

static double k_softmax_terms(const float *x, size_t n, float *greatest) {
  *greatest = k_maximum(x, n);
  return sum_exp(x, *greatest, NULL, n);
}

static void k_softmax_scaled(const float *x, float greatest, float factor, const float *targets, float amount,
                             float *out, size_t n) {
  const vf shift = all(greatest), f = all(factor), a = all(-amount);
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    const vf y = exp_v(load(x + i) - shift) * f;
    store(out + i, targets ? fma_v(a, load(targets + i), y) : y);
  }
  if (i < n) {
    const vf y = exp_v(load_part(x + i, n - i, 0) - shift) * f;
    store_part(out + i, targets ? fma_v(a, load_part(targets + i, n - i, 0), y) : y, n - i);
  }
}
