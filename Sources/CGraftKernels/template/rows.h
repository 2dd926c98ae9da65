// Rows of a probability. The largest element is subtracted before the exponential, so nothing overflows.

// The sum of e^(x - shift), added in blocks like the sums; with `out`, each term is stored there too, else terms below
// e^-87 count as 0. With `projection` also the sum of weights * (x - shift), no weights (NULL) being 1.
INLINE double sum_exp(const float *x, float shift, float *out, size_t n, const float *weights, double *projection) {
  double total = 0, projected = 0;
  const vf s = all(shift);
  for (size_t start = 0; start < n; start += SUM_BLOCK) {
    const size_t end = n - start < SUM_BLOCK ? n : start + SUM_BLOCK;
    vf sums = all(0), products = all(0);
    size_t i = start;
    for (; i + LANES <= end; i += LANES) {
      const vf shifted = load(x + i) - s;
      const vf e = out ? exp_v(shifted) : exp_of_negative_v(shifted);
      if (out) store(out + i, e);
      sums += e;
      if (projection) products = weights ? fma_v(load(weights + i), shifted, products) : products + shifted;
    }
    if (i < end) {
      const size_t rest = end - i;
      const vf part = load_part(x + i, rest, -INFINITY) - s;
      const vf e = out ? exp_v(part) : exp_of_negative_v(part);
      if (out) store_part(out + i, e, rest);
      float lanes[LANES];
      store(lanes, e);
      for (size_t lane = rest; lane < LANES; lane++) lanes[lane] = 0;
      sums += load(lanes);
      if (projection) {
        const vf shifted = load_part(x + i, rest, shift) - s;
        products = weights ? fma_v(load_part(weights + i, rest, 0), shifted, products) : products + shifted;
      }
    }
    total += (double)sum_lanes(sums);
    projected += (double)sum_lanes(products);
  }
  if (projection) *projection = projected;
  return total;
}

static void k_softmax(const float *x, float *out, size_t n) {
  const double total = sum_exp(x, k_maximum(x, n), out, n, NULL, NULL);
  k_mul_s(out, (float)(1 / total), out, n);
}

static void k_log_softmax(const float *x, float *out, size_t n) {
  const float greatest = k_maximum(x, n);
  const vf shift = all(greatest), rest = all((float)log(sum_exp(x, greatest, NULL, n, NULL, NULL)));
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) store(out + i, load(x + i) - shift - rest);
  if (i < n) store_part(out + i, load_part(x + i, n - i, 0) - shift - rest, n - i);
}

static float k_log_sum_exp(const float *x, size_t n) {
  const float greatest = k_maximum(x, n);
  // An infinite maximum is the answer itself, and infinity - infinity would be NaN. NaN stays NaN.
  if (greatest == INFINITY || greatest == -INFINITY) return greatest;
  return (float)(greatest + log(sum_exp(x, greatest, NULL, n, NULL, NULL)));
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

static double k_softmax_terms(const float *x, const float *weights, size_t n, float *greatest, double *projection) {
  const float shift = *greatest = k_maximum(x, n);
  if (!projection) return sum_exp(x, shift, NULL, n, NULL, NULL);
  double projected;
  const double total = weights ? sum_exp(x, shift, NULL, n, weights, &projected)
                               : sum_exp(x, shift, NULL, n, NULL, &projected);
  *projection = projected;
  return total;
}

static void k_softmax_scaled(const float *x, float greatest, float factor, const float *targets, float amount,
                             float *out, size_t n) {
  const vf shift = all(greatest), f = all(factor), a = all(-amount);
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    const vf y = exp_of_negative_v(load(x + i) - shift) * f;
    store(out + i, targets ? fma_v(a, load(targets + i), y) : y + a);
  }
  if (i < n) {
    const vf y = exp_of_negative_v(load_part(x + i, n - i, greatest) - shift) * f;
    store_part(out + i, targets ? fma_v(a, load_part(targets + i, n - i, 0), y) : y + a, n - i);
  }
}
