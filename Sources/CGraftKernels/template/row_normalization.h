// Normalisation of a row, with one weight and one bias for each of its elements.

static void k_layer_norm(const float *x, const float *weight, const float *bias, float epsilon, float *out, size_t n,
                         float *mean_out, float *inverse_out) {
  float variance;
  k_moments(x, (graft_pieces){1, n, (ptrdiff_t)n}, mean_out, &variance);
  *inverse_out = 1 / sqrtf(variance + epsilon);
  const vf mean = all(*mean_out), inverse = all(*inverse_out);
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    const vf w = weight ? load(weight + i) : all(1), b = bias ? load(bias + i) : all(0);
    store(out + i, fma_v((load(x + i) - mean) * inverse, w, b));
  }
  if (i < n) {
    const size_t rest = n - i;
    const vf w = weight ? load_part(weight + i, rest, 0) : all(1), b = bias ? load_part(bias + i, rest, 0) : all(0);
    store_part(out + i, fma_v((load_part(x + i, rest, 0) - mean) * inverse, w, b), rest);
  }
}

// With h = g w and x^ = (x - mean) * inverse: inverse * (h - mean of h - x^ * mean of h x^). The row's terms of the gradients of
// weight and bias are added on the way.
INLINE void layer_norm_backward(const float *g, const float *x, const float *weight, float mean_number,
                                float inverse_number, float *out, size_t n, float *weight_gradient,
                                float *bias_gradient, const int has_weight, const int learns) {
  const vf mean = all(mean_number), inverse = all(inverse_number);
  double sum = 0, projection = 0;
  for (size_t start = 0; start < n; start += SUM_BLOCK) {
    const size_t end = n - start < SUM_BLOCK ? n : start + SUM_BLOCK;
    vf sums[2] = {all(0), all(0)}, projections[2] = {all(0), all(0)};
    size_t i = start;
    for (; i + 2 * LANES <= end; i += 2 * LANES) {
      UNROLLED for (int v = 0; v < 2; v++) {
        const size_t j = i + (size_t)v * LANES;
        const vf gv = load(g + j), normal = (load(x + j) - mean) * inverse;
        const vf h = has_weight ? gv * load(weight + j) : gv;
        sums[v] += h;
        projections[v] = fma_v(h, normal, projections[v]);
        if (learns) {
          store(weight_gradient + j, fma_v(gv, normal, load(weight_gradient + j)));
          store(bias_gradient + j, load(bias_gradient + j) + gv);
        }
      }
    }
    while (i < end) {
      const size_t rest = end - i < LANES ? end - i : LANES;
      const vf gv = load_part(g + i, rest, 0), normal = (load_part(x + i, rest, mean_number) - mean) * inverse;
      const vf h = has_weight ? gv * load_part(weight + i, rest, 0) : gv;
      sums[0] += h;
      projections[0] = fma_v(h, normal, projections[0]);
      if (learns) {
        store_part(weight_gradient + i, fma_v(gv, normal, load_part(weight_gradient + i, rest, 0)), rest);
        store_part(bias_gradient + i, load_part(bias_gradient + i, rest, 0) + gv, rest);
      }
      i += rest;
    }
    sum += (double)sum_lanes(sums[0] + sums[1]);
    projection += (double)sum_lanes(projections[0] + projections[1]);
  }
  const vf offset = all((float)(sum / (double)n)), slope = all((float)(projection / (double)n));
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    const vf h = has_weight ? load(g + i) * load(weight + i) : load(g + i);
    const vf normal = (load(x + i) - mean) * inverse;
    store(out + i, inverse * (h - fma_v(normal, slope, offset)));
  }
  if (i < n) {
    const size_t rest = n - i;
    const vf gv = load_part(g + i, rest, 0), h = has_weight ? gv * load_part(weight + i, rest, 0) : gv;
    const vf normal = (load_part(x + i, rest, mean_number) - mean) * inverse;
    store_part(out + i, inverse * (h - fma_v(normal, slope, offset)), rest);
  }
}

static void k_layer_norm_backward(const float *g, const float *x, const float *weight, float mean, float inverse,
                                  float *out, size_t n, float *weight_gradient, float *bias_gradient) {
  if (weight_gradient) {
    weight ? layer_norm_backward(g, x, weight, mean, inverse, out, n, weight_gradient, bias_gradient, 1, 1)
           : layer_norm_backward(g, x, weight, mean, inverse, out, n, weight_gradient, bias_gradient, 0, 1);
  } else {
    weight ? layer_norm_backward(g, x, weight, mean, inverse, out, n, NULL, NULL, 1, 0)
           : layer_norm_backward(g, x, weight, mean, inverse, out, n, NULL, NULL, 0, 0);
  }
}
