// The gradient of the filters of a convolution in narrow groups: each tap is a dot product of the output's gradient with the
// strips, with a vector of partial sums of its own until the end.

// The vectors of a strip's gradient: whole ones, and the one that ends each row, of which some lanes count.
typedef struct {
  const float *gradient;
  size_t plane, rows, columns;  // outputs are `plane` apart
  size_t images, image;         // how many images there are, and how far apart they lie
  size_t end;                   // the column where a row's last vector starts
  vi counted;                   // its lanes that no other vector holds; none if there is no such vector
} direct_gradient;

// `outputs` times `taps` products with a vector each of the gradient and the strips.
INLINE void direct_products_at(const int outputs, const int taps, const int masks, direct_gradient g, size_t place,
                               const float *strips, const ptrdiff_t *offsets, vf sums[2][9]) {
  vf values[2];
  UNROLLED for (int m = 0; m < outputs; m++) {
    values[m] = load(g.gradient + (size_t)m * g.plane + place);
    if (masks) values[m] = keep_lanes(g.counted, values[m]);
  }
  UNROLLED for (int t = 0; t < taps; t++) {
    vf x = load(strips + offsets[t]);
    if (masks) x = keep_lanes(g.counted, x);
    UNROLLED for (int m = 0; m < outputs; m++) sums[m][t] = fma_v(values[m], x, sums[m][t]);
  }
}

// Adds up the products of strips, `strip_size` apart from image to image, for `outputs` outputs and `taps` taps; totals is [outputs, all_taps] of vectors.
INLINE void direct_products(const int outputs, const int taps, direct_gradient g, const float *strips, size_t strip_size,
                            size_t row_step, const ptrdiff_t *offsets, float *totals, size_t all_taps) {
  vf sums[2][9];
  UNROLLED for (int m = 0; m < outputs; m++) {
    UNROLLED for (int t = 0; t < taps; t++) sums[m][t] = load(totals + ((size_t)m * all_taps + (size_t)t) * LANES);
  }
  const int has_end = g.columns % LANES != 0;
  for (size_t image = 0; image < g.images; image++, g.gradient += g.image, strips += strip_size) {
    for (size_t y = 0; y < g.rows; y++) {
      const float *const row = strips + y * row_step;
      for (size_t x = 0; x + LANES <= g.columns; x += LANES) {
        direct_products_at(outputs, taps, 0, g, y * g.columns + x, row + x, offsets, sums);
      }
      if (has_end) direct_products_at(outputs, taps, 1, g, y * g.columns + g.end, row + g.end, offsets, sums);
    }
  }
  UNROLLED for (int m = 0; m < outputs; m++) {
    UNROLLED for (int t = 0; t < taps; t++) store(totals + ((size_t)m * all_taps + (size_t)t) * LANES, sums[m][t]);
  }
}

// All taps for `outputs` outputs, `together` at a time.
INLINE void direct_all_products(const int outputs, const int together, direct_gradient g, const float *strips,
                                size_t strip_size, size_t row_step, const ptrdiff_t *offsets, float *totals,
                                size_t all_taps) {
  size_t t = 0;
  for (; t + (size_t)together <= all_taps; t += (size_t)together) {
    direct_products(outputs, together, g, strips, strip_size, row_step, offsets + t, totals + t * LANES, all_taps);
  }
  for (; t < all_taps; t++) {
    direct_products(outputs, 1, g, strips, strip_size, row_step, offsets + t, totals + t * LANES, all_taps);
  }
}

// The same for all outputs of a group.
static void direct_gradient_strips(const graft_direct *d, const direct_layout *l, const direct_gradient *gradient,
                                   const float *strips, const ptrdiff_t *offsets, float *totals) {
  const size_t taps = d->channels * d->kernel_height * d->kernel_width;
  const size_t strip_size = d->channels * l->plane, row_step = d->stride_height * l->row;
  direct_gradient g = *gradient;
  size_t o = 0;
  for (; o + 2 <= d->outputs; o += 2, g.gradient += 2 * g.plane, totals += 2 * taps * LANES) {
    direct_all_products(2, 6, g, strips, strip_size, row_step, offsets, totals, taps);
  }
  if (o < d->outputs) direct_all_products(1, 9, g, strips, strip_size, row_step, offsets, totals, taps);
}

static void k_direct_filter_gradient(const graft_direct *d, const ptrdiff_t *offsets, const float *source,
                                     const float *gradient, size_t images, float *filter_gradient, size_t first,
                                     size_t end, float *scratch, float *totals) {
  const direct_layout l = direct_layout_of(d);
  const size_t taps = d->channels * d->kernel_height * d->kernel_width, plane = d->rows * d->columns;
  const size_t strip_size = d->channels * l.plane, filled = l.units * strip_size + LANES;
  const size_t image_planes = d->groups * d->channels * d->height * d->width;
  float *const stage = scratch + filled;
  memset(scratch, 0, filled * sizeof *scratch);
  for (size_t group = first; group < end; group++) {
    memset(totals, 0, LANES * d->outputs * taps * sizeof *totals);
    for (size_t image = 0, count; image < images; image += count) {
      count = images - image < l.units ? images - image : l.units;
      const size_t unit = image * d->groups + group;
      for (size_t y = 0; y < d->rows; y += l.strip) {
        direct_gradient g = {.gradient = gradient + unit * d->outputs * plane + y * d->columns,
                             .plane = plane,
                             .rows = d->rows - y < l.strip ? d->rows - y : l.strip,
                             .columns = d->columns,
                             .images = count,
                             .image = d->groups * d->outputs * plane,
                             .end = d->columns < LANES ? 0 : d->columns - LANES,
                             .counted = end_lanes(d->columns)};
        if (d->columns < LANES) {
          // Nothing may be read beyond the last row.
          const size_t copied = g.rows * d->columns;
          for (size_t i = 0; i < count * d->outputs; i++) {
            copy_row(g.gradient + i / d->outputs * g.image + i % d->outputs * plane, stage + i * copied, copied);
          }
          g.gradient = stage;
          g.plane = copied;
          g.image = d->outputs * copied;
        }
        for (size_t i = 0; i < count; i++) {
          fill_direct(d, &l, source + unit * d->channels * d->height * d->width + i * image_planes, d->channels, y,
                      g.rows, scratch + i * strip_size);
        }
        direct_gradient_strips(d, &l, &g, scratch, offsets, totals);
      }
    }
    for (size_t i = 0; i < d->outputs * taps; i++) {
      filter_gradient[group * d->outputs * taps + i] = sum_lanes(load(totals + i * LANES));
    }
  }
}
