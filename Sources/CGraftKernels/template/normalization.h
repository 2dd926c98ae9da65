// Normalisation. What shares one mean and one deviation (a channel of a batch, a group of channels, a row) lies in
// runs: `count` pieces of `length` elements, whose starts are `stride` elements apart.
//
// Runs are walked in blocks that stay in the first-level cache: SUM_BLOCK elements of one run, or as many short runs.
// Within a block sums are added up in two vectors, the blocks in double, so that errors do not grow with the number
// of elements.

typedef struct {
  size_t run, start;     // the first run, and where in it
  size_t count, length;  // how many runs, and how much of each; no more blocks if count is 0
  ptrdiff_t at;          // the first element, counted from that of the first run
} block;

INLINE block block_at(graft_pieces r, size_t run, size_t start) {
  const size_t together = r.length < SUM_BLOCK ? SUM_BLOCK / r.length : 1;
  const size_t left = r.count - run, rest = r.length - start;
  return (block){run, start, left < together ? left : together, rest < SUM_BLOCK ? rest : SUM_BLOCK,
                 (ptrdiff_t)run * r.stride + (ptrdiff_t)start};
}

INLINE block first_block(graft_pieces r) { return r.length == 0 ? (block){0} : block_at(r, 0, 0); }

INLINE block next_block(graft_pieces r, block b) {
  const size_t start = b.start + b.length;
  return start < r.length ? block_at(r, b.run, start) : block_at(r, b.run + b.count, 0);
}

// The last `length % LANES` elements of a piece are handled in a whole vector that ends with the piece; a piece shorter than
// a vector is filled up with `rest`.
INLINE vf load_end(const float *p, size_t length, float rest) {
  return length >= LANES ? load(p + length - LANES) : load_part(p, length, rest);
}

INLINE void store_end(float *p, vf v, size_t length) {
  if (length >= LANES) {
    store(p + length - LANES, v);
  } else {
    store_part(p, v, length);
  }
}

// Which lanes of that vector no other vector holds.
INLINE vi end_lanes(size_t length) {
  int32_t lanes[LANES];
  for (size_t i = 0; i < LANES; i++) {
    lanes[i] = length < LANES ? -(i < length) : -(i >= LANES - length % LANES);
  }
  vi mask;
  memcpy(&mask, lanes, sizeof mask);
  return mask;
}

INLINE vf keep_lanes(vi mask, vf v) { return (vf)((vi)v & mask); }

// The sums of x - center and of its square over a block.
INLINE void deviations(const float *x, block b, ptrdiff_t stride, float center, double *sum, double *squares) {
  const vf c = all(center);
  const vi end = end_lanes(b.length);
  vf sums[4] = {all(0), all(0), all(0), all(0)}, totals[4] = {all(0), all(0), all(0), all(0)};
  x += b.at;
  for (size_t run = 0; run < b.count; run++, x += stride) {
    size_t i = 0;
    for (; i + 4 * LANES <= b.length; i += 4 * LANES) {
      UNROLLED for (int v = 0; v < 4; v++) {
        const vf d = load(x + i + v * LANES) - c;
        sums[v] += d;
        totals[v] = fma_v(d, d, totals[v]);
      }
    }
    for (; i + LANES <= b.length; i += LANES) {
      const vf d = load(x + i) - c;
      sums[0] += d;
      totals[0] = fma_v(d, d, totals[0]);
    }
    if (i < b.length) {
      const vf d = keep_lanes(end, load_end(x, b.length, 0) - c);
      sums[1] += d;
      totals[1] = fma_v(d, d, totals[1]);
    }
  }
  *sum = (double)sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
  *squares = (double)sum_lanes((totals[0] + totals[1]) + (totals[2] + totals[3]));
}

// Mean and biased variance. Each block's deviations from its own mean are joined as Chan, Golub and LeVeque do
// (Algorithms for Computing the Sample Variance, 1983), with the rounding of that mean put back, so that nothing cancels
// where the mean is large.
static void k_moments(const float *x, graft_pieces r, float *mean_out, float *variance_out) {
  double count = 0, mean = 0, squares = 0;
  for (block b = first_block(r); b.count > 0; b = next_block(r, b)) {
    const double elements = (double)(b.count * b.length);
    double sum, deviation, own_squares;
    deviations(x, b, r.stride, (float)mean, &sum, &own_squares);
    const float center = (float)(mean + sum / elements);
    deviations(x, b, r.stride, center, &deviation, &own_squares);
    const double own_mean = (double)center + deviation / elements;
    const double both = count + elements, difference = own_mean - mean;
    own_squares -= deviation * deviation / elements;
    squares += (own_squares < 0 ? 0 : own_squares) + difference * difference * (count * elements / both);
    mean += difference * (elements / both);
    count = both;
  }
  *mean_out = (float)mean;
  *variance_out = count > 0 ? (float)(squares / count) : 0;
}

INLINE vf normalized_v(vf x, vf mean, vf scale, vf shift) { return fma_v(x - mean, scale, shift); }

INLINE vf relu_v(vf x) { return select_v(x <= 0, all(0), x); }

INLINE void normalize(const float *x, const float *addend, float *out, graft_pieces r, graft_affine a, const int adds,
                      const int relu) {
  const vf mean = all(a.mean), scale = all(a.scale), shift = all(a.shift);
  for (size_t run = 0; run < r.count; run++, x += r.stride, out += r.stride) {
    // Loaded before anything is stored: the output may be the input.
    vf end = normalized_v(load_end(x, r.length, 0), mean, scale, shift);
    if (adds) end += load_end(addend, r.length, 0);
    if (relu) end = relu_v(end);
    size_t i = 0;
    for (; i + LANES <= r.length; i += LANES) {
      vf y = normalized_v(load(x + i), mean, scale, shift);
      if (adds) y += load(addend + i);
      if (relu) y = relu_v(y);
      store(out + i, y);
    }
    if (i < r.length) store_end(out, end, r.length);
    if (adds) addend += r.stride;
  }
}

static void k_normalize(const float *x, const float *addend, float *out, graft_pieces r, graft_affine a, int relu) {
  if (addend) {
    relu ? normalize(x, addend, out, r, a, 1, 1) : normalize(x, addend, out, r, a, 1, 0);
  } else {
    relu ? normalize(x, NULL, out, r, a, 0, 1) : normalize(x, NULL, out, r, a, 0, 0);
  }
}

// How a gradient meets what was normalised: as it is; through the ReLU that followed, whose argument is calculated again;
// or through one whose result y is given (because something was added before it).
enum { GRADIENT_PLAIN, GRADIENT_RELU, GRADIENT_OF_RESULT };

INLINE vf gradient_v(const int kind, vf g, vf x, vf y, vf mean, vf scale, vf shift) {
  if (kind == GRADIENT_RELU) y = normalized_v(x, mean, scale, shift);
  return kind == GRADIENT_PLAIN ? g : select_v(y > 0, g, all(0));
}

INLINE void normalize_sums(const int kind, const float *g, const float *x, const float *y, float *masked, graft_pieces r,
                           graft_affine a, float *sum_out, float *projection_out) {
  const vf mean = all(a.mean), scale = all(a.scale), shift = all(a.shift);
  double sum = 0, projection = 0;
  for (block b = first_block(r); b.count > 0; b = next_block(r, b)) {
    const vi lanes = end_lanes(b.length);
    vf sums[2] = {all(0), all(0)}, projections[2] = {all(0), all(0)};
    for (size_t run = 0; run < b.count; run++) {
      const ptrdiff_t at = b.at + (ptrdiff_t)run * r.stride;
      const float *const gs = g + at, *const xs = x + at, *const ys = (kind == GRADIENT_OF_RESULT ? y : x) + at;
      float *const out = kind == GRADIENT_OF_RESULT ? masked + at : NULL;
      // Loaded before anything is stored: what is stored may replace the gradient.
      const vf x_end = load_end(xs, b.length, 0);
      const vf g_end =
          gradient_v(kind, load_end(gs, b.length, 0), x_end, load_end(ys, b.length, 0), mean, scale, shift);
      size_t i = 0;
      for (; i + 2 * LANES <= b.length; i += 2 * LANES) {
        UNROLLED for (int v = 0; v < 2; v++) {
          const size_t j = i + (size_t)v * LANES;
          const vf xv = load(xs + j), gv = gradient_v(kind, load(gs + j), xv, load(ys + j), mean, scale, shift);
          if (out) store(out + j, gv);
          sums[v] += gv;
          projections[v] = fma_v(gv, xv - mean, projections[v]);
        }
      }
      if (i + LANES <= b.length) {
        const vf xv = load(xs + i), gv = gradient_v(kind, load(gs + i), xv, load(ys + i), mean, scale, shift);
        if (out) store(out + i, gv);
        sums[0] += gv;
        projections[0] = fma_v(gv, xv - mean, projections[0]);
        i += LANES;
      }
      if (i < b.length) {
        if (out) store_end(out, g_end, b.length);
        const vf counted = keep_lanes(lanes, g_end);
        sums[1] += counted;
        projections[1] = fma_v(counted, keep_lanes(lanes, x_end - mean), projections[1]);
      }
    }
    sum += (double)sum_lanes(sums[0] + sums[1]);
    projection += (double)sum_lanes(projections[0] + projections[1]);
  }
  *sum_out = (float)sum;
  *projection_out = (float)projection;
}

static void k_normalize_sums(const float *g, const float *x, const float *y, float *masked, graft_pieces r,
                             graft_affine a, int relu, float *sum, float *projection) {
  if (y) {
    normalize_sums(GRADIENT_OF_RESULT, g, x, y, masked, r, a, sum, projection);
  } else if (relu) {
    normalize_sums(GRADIENT_RELU, g, x, NULL, NULL, r, a, sum, projection);
  } else {
    normalize_sums(GRADIENT_PLAIN, g, x, NULL, NULL, r, a, sum, projection);
  }
}

INLINE vf normalize_backward_v(const int kind, vf g, vf x, vf mean, vf scale, vf shift, vf offset, vf slope) {
  return scale * (gradient_v(kind, g, x, x, mean, scale, shift) - fma_v(x - mean, slope, offset));
}

INLINE void normalize_backward(const int kind, const float *g, const float *x, float *out, graft_pieces r,
                               graft_affine a, float offset_number, float slope_number) {
  const vf mean = all(a.mean), scale = all(a.scale), shift = all(a.shift);
  const vf offset = all(offset_number), slope = all(slope_number);
  for (size_t run = 0; run < r.count; run++, g += r.stride, x += r.stride, out += r.stride) {
    const vf end = normalize_backward_v(kind, load_end(g, r.length, 0), load_end(x, r.length, 0), mean, scale, shift,
                                        offset, slope);
    size_t i = 0;
    for (; i + LANES <= r.length; i += LANES) {
      store(out + i, normalize_backward_v(kind, load(g + i), load(x + i), mean, scale, shift, offset, slope));
    }
    if (i < r.length) store_end(out, end, r.length);
  }
}

static void k_normalize_backward(const float *g, const float *x, float *out, graft_pieces r, graft_affine a, int relu,
                                 float offset, float slope) {
  if (relu) {
    normalize_backward(GRADIENT_RELU, g, x, out, r, a, offset, slope);
  } else {
    normalize_backward(GRADIENT_PLAIN, g, x, out, r, a, offset, slope);
  }
}

static void k_combine_gradients(const float *g, const float *x, float *out, size_t n, float factor, float mean_number,
                                float slope_number, float offset_number) {
  const vf scale = all(factor), mean = all(mean_number), slope = all(slope_number), offset = all(offset_number);
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    store(out + i, scale * load(g + i) - fma_v(load(x + i) - mean, slope, offset));
  }
  if (i < n) {
    const size_t rest = n - i;
    const vf away = load_part(x + i, rest, 0) - mean;
    store_part(out + i, scale * load_part(g + i, rest, 0) - fma_v(away, slope, offset), rest);
  }
}
