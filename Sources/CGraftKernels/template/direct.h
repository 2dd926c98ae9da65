// Convolution in narrow groups, straight from the planes: a strip of them is copied to where it has its padding and
// neighbouring positions look at neighbours; then every tap is a multiply-add of a whole vector of positions.

// Vectors of positions that are computed together for 4, 2 and 1 outputs: as many sums as the registers hold.
#if LANES == 16 || defined(__aarch64__)
enum { DIRECT_VECTORS_4 = 6, DIRECT_VECTORS_2 = 8, DIRECT_VECTORS_1 = 8 };
#elif LANES == 8
enum { DIRECT_VECTORS_4 = 2, DIRECT_VECTORS_2 = 5, DIRECT_VECTORS_1 = 8 };
#else
enum { DIRECT_VECTORS_4 = 2, DIRECT_VECTORS_2 = 4, DIRECT_VECTORS_1 = 8 };
#endif

// Copies `n` elements. What does not fill a vector is done by one that ends with the row.
INLINE void copy_row(const float *from, float *out, size_t n) {
  size_t i = 0;
  if (n >= LANES) {
    for (; i + LANES <= n; i += LANES) store(out + i, load(from + i));
    if (i < n) store(out + n - LANES, load(from + n - LANES));
  } else if (n >= 4) {
    for (; i + 4 <= n; i += 4) *(quad_unaligned *)(out + i) = load_quad(from + i);
    if (i < n) *(quad_unaligned *)(out + n - 4) = load_quad(from + n - 4);
  } else {
    for (; i < n; i++) out[i] = from[i];
  }
}

// Every second element to `even`, the others to `odd`.
INLINE void part_row(const float *from, float *even, float *odd, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const quad a = load_quad(from + i), b = load_quad(from + i + 4);
    *(quad_unaligned *)(even + i / 2) = __builtin_shufflevector(a, b, 0, 2, 4, 6);
    *(quad_unaligned *)(odd + i / 2) = __builtin_shufflevector(a, b, 1, 3, 5, 7);
  }
  for (; i < n; i++) (i % 2 == 0 ? even : odd)[i / 2] = from[i];
}

// Elements with zeros between them; one zero may be written beyond the last.
INLINE void spread_row(const float *from, float *out, size_t n) {
  const quad zero = {0};
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const quad a = load_quad(from + i);
    *(quad_unaligned *)(out + 2 * i) = __builtin_shufflevector(a, zero, 0, 4, 1, 4);
    *(quad_unaligned *)(out + 2 * i + 4) = __builtin_shufflevector(a, zero, 2, 4, 3, 4);
  }
  for (; i < n; i++) out[2 * i] = from[i];
}

// Writes a source row's elements to their places. All other places hold zeros already.
INLINE void fill_direct_row(const graft_direct *d, const direct_layout *l, const float *source, float *row) {
  const size_t n = l->inside.end - l->inside.start;
  const float *from = source + l->inside.start;
  const size_t first = (size_t)((ptrdiff_t)(l->inside.start * d->spread_width) - d->left);
  if (n == 0) return;
  if (d->stride_width == 1 && d->spread_width == 1) {
    copy_row(from, row + first, n);
  } else if (d->stride_width == 2 && d->spread_width == 1) {
    float *const even = row + first / 2, *const odd = even + l->phase;
    first % 2 == 0 ? part_row(from, even, odd, n) : part_row(from, odd, even + 1, n);
  } else if (d->stride_width == 1 && d->spread_width == 2) {
    spread_row(from, row + first, n);
  } else {
    for (size_t c = 0; c < n; c++) {
      const size_t place = first + c * d->spread_width;
      row[place % d->stride_width * l->phase + place / d->stride_width] = from[c];
    }
  }
}

// The strips of planes that positions from row `y` on look at. Where a strip is a whole plane, what is not
// written holds zeros from the beginning.
INLINE void fill_direct(const graft_direct *d, const direct_layout *l, const float *source, size_t planes, size_t y,
                        size_t positions, float *strips) {
  const ptrdiff_t top = d->top + (ptrdiff_t)(y * d->stride_height), spread = (ptrdiff_t)d->spread_height;
  const size_t rows = direct_source_rows(d, positions);
  const int clears = l->strip < d->rows;
  const ptrdiff_t start = top > 0 ? (top + spread - 1) / spread : 0;
  for (size_t c = 0; c < planes; c++, source += d->height * d->width) {
    float *row = strips + c * l->plane;
    ptrdiff_t next = start, place = start * spread - top;  // the next source row, and the strip's row it goes to
    for (size_t r = 0; r < rows; r++, row += l->row) {
      if ((ptrdiff_t)r == place && next < (ptrdiff_t)d->height) {
        fill_direct_row(d, l, source + next * (ptrdiff_t)d->width, row);
        next++;
        place += spread;
      } else if (clears) {
        memset(row, 0, l->row * sizeof *row);
      }
    }
  }
}

// Where results lie: `rows` of `columns`, outputs `plane` apart. Rows shorter than a vector are written beyond their end,
// each before the next one.
typedef struct {
  float *out;
  size_t plane, rows, columns;
} direct_target;

// `vectors` vectors of positions for `outputs` outputs: position v is at in[v], and out[v] in the first output's plane.
INLINE void direct_tile(const int outputs, const int vectors, const float *const *in, float *const *out, size_t plane,
                        const ptrdiff_t *offsets, const float *panel, size_t taps) {
  vf sums[4][8];
  UNROLLED for (int m = 0; m < outputs; m++) {
    UNROLLED for (int v = 0; v < vectors; v++) sums[m][v] = all(0);
  }
  for (size_t t = 0; t < taps; t++, panel += outputs) {
    vf x[8];
    UNROLLED for (int v = 0; v < vectors; v++) x[v] = load(in[v] + offsets[t]);
    UNROLLED for (int m = 0; m < outputs; m++) {
      const vf w = all(panel[m]);
      UNROLLED for (int v = 0; v < vectors; v++) sums[m][v] = fma_v(w, x[v], sums[m][v]);
    }
  }
  UNROLLED for (int m = 0; m < outputs; m++) {
    UNROLLED for (int v = 0; v < vectors; v++) store(out[v] + (size_t)m * plane, sums[m][v]);
  }
}

// All positions of a strip for `outputs` outputs. Rows are cut into vectors, the last of which ends with the row.
INLINE void direct_outputs(const int outputs, const int vectors, const float *strips, size_t row_step,
                           const ptrdiff_t *offsets, const float *panel, size_t taps, direct_target target) {
  const size_t each = (target.columns + LANES - 1) / LANES, count = each * target.rows;
  const size_t last = target.columns < LANES ? 0 : target.columns - LANES;
  const float *in[8];
  float *out[8];
  int held = 0;
  size_t y = 0, x = 0;
  for (size_t i = 0; i < count; i++) {
    const size_t column = x * LANES < last ? x * LANES : last;
    in[held] = strips + y * row_step + column;
    out[held++] = target.out + y * target.columns + column;
    if (++x == each) {
      x = 0;
      y++;
    }
    if (held == vectors) {
      direct_tile(outputs, vectors, in, out, target.plane, offsets, panel, taps);
      held = 0;
    }
  }
  for (int i = 0; i < held; i++) {
    direct_tile(outputs, 1, in + i, out + i, target.plane, offsets, panel, taps);
  }
}

// Rows of results of a 3x3 window: each row of the strip is loaded once for all of them.
INLINE void depthwise_tile(const int rows, const int stride, const float *strip, size_t row_length,
                           const ptrdiff_t columns[3], const vf w[9], float *out, size_t out_row) {
  vf sums[4];
  UNROLLED for (int y = 0; y < rows; y++) sums[y] = all(0);
  UNROLLED for (int r = 0; r < stride * (rows - 1) + 3; r++, strip += row_length) {
    const vf a = load(strip + columns[0]), b = load(strip + columns[1]), c = load(strip + columns[2]);
    UNROLLED for (int y = 0; y < rows; y++) {
      const int i = r - stride * y;
      if (i >= 0 && i < 3) {
        sums[y] = fma_v(w[3 * i + 2], c, fma_v(w[3 * i + 1], b, fma_v(w[3 * i], a, sums[y])));
      }
    }
  }
  UNROLLED for (int y = 0; y < rows; y++) store(out + (size_t)y * out_row, sums[y]);
}

INLINE void depthwise_3x3(const int stride, const float *strip, size_t row_length, const ptrdiff_t columns[3],
                          const float *filter, direct_target target) {
  vf w[9];
  UNROLLED for (int t = 0; t < 9; t++) w[t] = all(filter[t]);
  const size_t last = target.columns < LANES ? 0 : target.columns - LANES, row = target.columns;
  size_t y = 0;
#define DEPTHWISE_ROWS(rows)                                                                                           \
  for (size_t x = 0; x < row; x += LANES) {                                                                            \
    const size_t column = x < last ? x : last;                                                                         \
    depthwise_tile(rows, stride, strip + y * (size_t)stride * row_length + column, row_length, columns, w,             \
                   target.out + y * row + column, row);                                                                \
  }
  for (; y + 4 <= target.rows; y += 4) {
    DEPTHWISE_ROWS(4)
  }
  for (; y + 2 <= target.rows; y += 2) {
    DEPTHWISE_ROWS(2)
  }
  for (; y < target.rows; y++) {
    DEPTHWISE_ROWS(1)
  }
#undef DEPTHWISE_ROWS
}

// All results of a strip.
static void direct_strip(const graft_direct *d, const direct_layout *l, const float *strips, const ptrdiff_t *offsets,
                         const float *panels, const direct_target *target) {
  const size_t taps = d->channels * d->kernel_height * d->kernel_width, row_step = d->stride_height * l->row;
  if (taps == 9 && d->channels == 1 && d->outputs == 1 && d->kernel_height == 3 && d->dilation_height == 1) {
    if (d->stride_height == 1) return depthwise_3x3(1, strips, l->row, offsets, panels, *target);
    if (d->stride_height == 2) return depthwise_3x3(2, strips, l->row, offsets, panels, *target);
  }
  for (size_t o = 0, block; o < d->outputs; o += block) {
    block = direct_block(d->outputs - o);
    const direct_target some = {target->out + o * target->plane, target->plane, target->rows, target->columns};
    const float *panel = panels + o * taps;
    switch (block) {
    case 4: direct_outputs(4, DIRECT_VECTORS_4, strips, row_step, offsets, panel, taps, some); break;
    case 2: direct_outputs(2, DIRECT_VECTORS_2, strips, row_step, offsets, panel, taps, some); break;
    default: direct_outputs(1, DIRECT_VECTORS_1, strips, row_step, offsets, panel, taps, some); break;
    }
  }
}

// `n` neighbouring results of one channel, at `place` of the target.
static void finish_channel(const graft_channel_epilogue *e, size_t channel, float *out, size_t place, size_t n) {
  if (e->bias) k_add_s(out, e->bias[channel], out, n);
  if (e->affines) {
    k_normalize(out, e->residual ? e->residual + place : NULL, out, (graft_pieces){1, n, 0}, e->affines[channel],
                e->relu);
    return;
  }
  if (e->residual) k_add(out, e->residual + place, out, n);
  if (e->relu) k_relu(out, out, n);
}

static void k_direct_convolution(const graft_direct *d, const ptrdiff_t *offsets, const float *source,
                                 const float *panels, const graft_channel_epilogue *epilogue, float *target,
                                 size_t first, size_t end, float *scratch) {
  const direct_layout l = direct_layout_of(d);
  const size_t taps = d->channels * d->kernel_height * d->kernel_width, plane = d->rows * d->columns;
  const size_t strip_size = d->channels * l.plane, filled = l.units * strip_size + LANES;
  const size_t beyond = (LANES - 1) / d->columns;  // rows at a plane's end whose vectors would reach beyond it
  float *const stage = scratch + filled;
  memset(scratch, 0, filled * sizeof *scratch);
  for (size_t unit = first, units; unit < end; unit += units) {
    units = end - unit < l.units ? end - unit : l.units;
    const float *planes = source + unit * d->channels * d->height * d->width;
    for (size_t y = 0; y < d->rows; y += l.strip) {
      const size_t rows = d->rows - y < l.strip ? d->rows - y : l.strip;
      fill_direct(d, &l, planes, units * d->channels, y, rows, scratch);
      for (size_t u = 0; u < units; u++) {
        const size_t channel = (unit + u) % d->groups * d->outputs;
        const size_t place = (unit + u) * d->outputs * plane + y * d->columns;
        const float *strips = scratch + u * strip_size, *panel = panels + channel * taps;
        const size_t staged = beyond < rows ? beyond : rows, safe = rows - staged;
        const direct_target first_rows = {target + place, plane, safe, d->columns};
        direct_strip(d, &l, strips, offsets, panel, &first_rows);
        if (staged > 0) {
          const size_t count = staged * d->columns;
          const direct_target last_rows = {stage, count + LANES, staged, d->columns};
          direct_strip(d, &l, strips + safe * d->stride_height * l.row, offsets, panel, &last_rows);
          for (size_t o = 0; o < d->outputs; o++) {
            copy_row(stage + o * last_rows.plane, target + place + o * plane + safe * d->columns, count);
          }
        }
        for (size_t o = 0; o < d->outputs; o++) {
          const size_t at = place + o * plane;
          finish_channel(epilogue, channel + o, target + at, at, rows * d->columns);
        }
      }
    }
  }
}
