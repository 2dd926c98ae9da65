// Average pooling: as max pooling, whole vectors of outputs whose windows lie inside the image from left to right.

INLINE float average_divisor(extent rows, extent columns, int counts_padding) {
  return counts_padding ? (float)(rows.padded * columns.padded)
                        : (float)((rows.end - rows.start) * (columns.end - columns.start));
}

// One output by the definition.
INLINE float average_one(const graft_window *w, const float *plane, extent rows, size_t x, int counts_padding) {
  const extent columns = extent_at(x, w->stride_width, w->kernel_width, w->padding_width, w->width);
  const float count = average_divisor(rows, columns, counts_padding);
  float sum = 0;
  for (size_t row = rows.start; row < rows.end; row++) {
    for (size_t column = columns.start; column < columns.end; column++) sum += plane[row * w->width + column];
  }
  return count > 0 ? sum / count : 0;
}

// Neighbouring outputs in the lanes of a vector; the first window starts in column `left`.
#define AVERAGE_LANES(name, floats, load_all, load_second)                                                          \
  INLINE void name(const graft_window *w, const float *plane, extent rows, size_t left, float count, float *out) {  \
    floats sum = {0};                                                                                               \
    for (size_t row = rows.start; row < rows.end; row++) {                                                          \
      const float *from = plane + row * w->width + left;                                                            \
      for (size_t j = 0; j < w->kernel_width; j++) {                                                                \
        sum += w->stride_width == 1 ? load_all(from + j) : load_second(from + j);                                   \
      }                                                                                                             \
    }                                                                                                               \
    sum /= count;                                                                                                   \
    memcpy(out, &sum, sizeof sum);                                                                                  \
  }

AVERAGE_LANES(average_vector, vf, load, every_second)
AVERAGE_LANES(average_quad, quad, load_quad, every_second_quad)

// One row of outputs, of which those in `inside` need no column of padding.
INLINE void average_row(const graft_window *w, const float *plane, extent rows, range inside, float *out,
                        int counts_padding) {
  const extent whole = {0, w->kernel_width, w->kernel_width};
  const float count = average_divisor(rows, whole, counts_padding);
  // Nothing lies under the window; see `average_one`.
  if (rows.start == rows.end) inside.end = inside.start;
  size_t x = 0;
#define AVERAGE_AT(function, x) \
  function(w, plane, rows, (x) * w->stride_width - w->padding_width, count, out + (x))
  for (; x < inside.start; x++) out[x] = average_one(w, plane, rows, x, counts_padding);
  // What is left at the end of a run is done by a vector that ends with it.
  if (inside.end - inside.start >= LANES) {
    for (; x + LANES <= inside.end; x += LANES) AVERAGE_AT(average_vector, x);
    if (x < inside.end) AVERAGE_AT(average_vector, inside.end - LANES);
    x = inside.end;
  } else if (inside.end - inside.start >= 4) {
    for (; x + 4 <= inside.end; x += 4) AVERAGE_AT(average_quad, x);
    if (x < inside.end) AVERAGE_AT(average_quad, inside.end - 4);
    x = inside.end;
  }
  for (; x < w->output_width; x++) out[x] = average_one(w, plane, rows, x, counts_padding);
#undef AVERAGE_AT
}

static void k_average_pool(const graft_window *w, const float *image, float *output, int counts_padding,
                           size_t first_channel, size_t end_channel) {
  const range inside = pool_inside(w);
  for (size_t c = first_channel; c < end_channel; c++) {
    const float *plane = image + c * w->height * w->width;
    for (size_t y = 0; y < w->output_height; y++) {
      const extent rows = extent_at(y, w->stride_height, w->kernel_height, w->padding_height, w->height);
      average_row(w, plane, rows, inside, output + (c * w->output_height + y) * w->output_width, counts_padding);
    }
  }
}

// What each of `n` outputs from `x` on gives to every element under its window.
INLINE void average_shares(const graft_window *w, const float *gradient, extent rows, range inside, size_t x, size_t n,
                           int counts_padding, float *shares) {
  const extent whole = {0, w->kernel_width, w->kernel_width};
  const float common = average_divisor(rows, whole, counts_padding);
  for (size_t i = 0; i < n;) {
    if (x + i >= inside.start && x + i + LANES <= inside.end && i + LANES <= n) {
      store(shares + i, load(gradient + x + i) / common);
      i += LANES;
      continue;
    }
    const extent columns = extent_at(x + i, w->stride_width, w->kernel_width, w->padding_width, w->width);
    const float count = average_divisor(rows, columns, counts_padding);
    shares[i] = count > 0 ? gradient[x + i] / count : 0;
    i++;
  }
}

// Adds share i to element `column` + 2 i and to the one after it, as far as they lie in the row.
INLINE void add_pairs(const float *shares, size_t n, ptrdiff_t column, float *row, size_t width) {
  range both = positions_inside(column, 2, width, n);
  const range second = positions_inside(column + 1, 2, width, n);
  for (size_t i = second.start; i < both.start && i < second.end; i++) row[column + 1 + 2 * (ptrdiff_t)i] += shares[i];
  size_t i = both.start;
  for (; i + 4 <= both.end && i + 4 <= second.end; i += 4) {
    const quad a = load_quad(shares + i);
    float *const to = row + column + 2 * (ptrdiff_t)i;
    const quad low = load_quad(to) + __builtin_shufflevector(a, a, 0, 0, 1, 1);
    const quad high = load_quad(to + 4) + __builtin_shufflevector(a, a, 2, 2, 3, 3);
    *(quad_unaligned *)to = low;
    *(quad_unaligned *)(to + 4) = high;
  }
  for (; i < both.end; i++) {
    row[column + 2 * (ptrdiff_t)i] += shares[i];
    if (i < second.end) row[column + 1 + 2 * (ptrdiff_t)i] += shares[i];
  }
}

// Adds shares of neighbouring outputs, the first of which has its window at column `left`, to one row under them. An element's
// last column is the first to add, so that it receives from the outputs in their order.
INLINE void add_shares(const graft_window *w, const float *shares, size_t n, ptrdiff_t left, float *row) {
  size_t j = w->kernel_width;
  while (j > 0) {
    if (w->stride_width == 2 && j % 2 == 0) {
      j -= 2;
      add_pairs(shares, n, left + (ptrdiff_t)j, row, w->width);
      continue;
    }
    j--;
    const ptrdiff_t column = left + (ptrdiff_t)j, step = (ptrdiff_t)w->stride_width;
    const range met = positions_inside(column, w->stride_width, w->width, n);
    if (met.start >= met.end) continue;
    if (step == 1) {
      float *const to = row + column + (ptrdiff_t)met.start;
      k_add(to, shares + met.start, to, met.end - met.start);
    } else {
      for (size_t i = met.start; i < met.end; i++) row[column + (ptrdiff_t)i * step] += shares[i];
    }
  }
}

static void k_average_pool_backward(const graft_window *w, const float *gradient, float *image_gradient,
                                    int counts_padding, size_t first_channel, size_t end_channel) {
  const range inside = pool_inside(w);
  for (size_t c = first_channel; c < end_channel; c++) {
    float *plane = image_gradient + c * w->height * w->width;
    for (size_t y = 0; y < w->output_height; y++) {
      const extent rows = extent_at(y, w->stride_height, w->kernel_height, w->padding_height, w->height);
      const float *g = gradient + (c * w->output_height + y) * w->output_width;
      float shares[256];
      for (size_t x = 0, n; x < w->output_width; x += n) {
        n = w->output_width - x < 256 ? w->output_width - x : 256;
        average_shares(w, g, rows, inside, x, n, counts_padding, shares);
        const ptrdiff_t left = (ptrdiff_t)(x * w->stride_width) - (ptrdiff_t)w->padding_width;
        for (size_t row = rows.start; row < rows.end; row++) add_shares(w, shares, n, left, plane + row * w->width);
      }
    }
  }
}
