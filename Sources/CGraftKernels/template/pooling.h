// Max pooling: whole vectors of outputs whose windows lie inside the image from left to right, one by one at its edges.

typedef int32_t quad_places __attribute__((vector_size(16)));

// Every second of 2 * lanes - 1 elements; nothing beyond the last of them is read.
INLINE quad every_second_quad(const float *p) {
  return __builtin_shufflevector(*(const quad_unaligned *)p, *(const quad_unaligned *)(p + 3), 0, 2, 5, 7);
}

INLINE vf every_second(const float *p) {
#if LANES == 16
  return __builtin_shufflevector(load(p), load(p + 15), 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31);
#elif LANES == 8
  return __builtin_shufflevector(load(p), load(p + 7), 0, 2, 4, 6, 9, 11, 13, 15);
#else
  return every_second_quad(p);
#endif
}

// The rows of a window at one output row, without padding.
typedef struct {
  size_t start, end;  // first and last but one row of the window that meets the image
  ptrdiff_t top;      // where row 0 of the window lies in the image
} pool_rows;

// One output by the definition; `left` is where column 0 of the window lies.
INLINE void max_pool_one(const graft_window *w, const float *plane, pool_rows rows, ptrdiff_t left, float *out,
                         int32_t *index) {
  float best = -INFINITY;
  int32_t place = -1;
  for (size_t i = rows.start; i < rows.end; i++) {
    const ptrdiff_t row = (rows.top + (ptrdiff_t)(i * w->dilation_height)) * (ptrdiff_t)w->width;
    for (size_t j = 0; j < w->kernel_width; j++) {
      const ptrdiff_t column = left + (ptrdiff_t)(j * w->dilation_width);
      if (column < 0 || column >= (ptrdiff_t)w->width) continue;
      const float value = plane[row + column];
      if (place < 0 || value > best || (value != value && best == best)) {
        best = value;
        place = (int32_t)(row + column);
      }
    }
  }
  *out = best;
  if (index) *index = place;
}

// Neighbouring outputs in the lanes of a vector. An element is taken if it is greater, or the first NaN, or the first at all.
#define MAX_POOL_LANES(name, floats, places, load_all, load_second)                                                \
  INLINE void name(const graft_window *w, const float *plane, pool_rows rows, ptrdiff_t left, float *out,          \
                   int32_t *index) {                                                                               \
    const int32_t stride = (int32_t)w->stride_width;                                                               \
    floats best;                                                                                                   \
    places place, lanes;                                                                                           \
    for (size_t x = 0; x < sizeof best / sizeof *out; x++) {                                                       \
      best[x] = -INFINITY;                                                                                         \
      place[x] = -1;                                                                                               \
      lanes[x] = (int32_t)x * stride;                                                                              \
    }                                                                                                              \
    for (size_t i = rows.start; i < rows.end; i++) {                                                               \
      const ptrdiff_t row = (rows.top + (ptrdiff_t)(i * w->dilation_height)) * (ptrdiff_t)w->width + left;         \
      for (size_t j = 0; j < w->kernel_width; j++) {                                                               \
        const ptrdiff_t at = row + (ptrdiff_t)(j * w->dilation_width);                                             \
        const floats value = stride == 1 ? load_all(plane + at) : load_second(plane + at);                         \
        const places takes = (value > best) | ((value != value) & (best == best)) | (place < 0);                   \
        best = (floats)((takes & (places)value) | (~takes & (places)best));                                        \
        place = (takes & (lanes + (int32_t)at)) | (~takes & place);                                                \
      }                                                                                                            \
    }                                                                                                              \
    memcpy(out, &best, sizeof best);                                                                               \
    if (index) memcpy(index, &place, sizeof place);                                                                \
  }

INLINE quad load_quad(const float *p) { return *(const quad_unaligned *)p; }

MAX_POOL_LANES(max_pool_vector, vf, vi, load, every_second)
MAX_POOL_LANES(max_pool_quad, quad, quad_places, load_quad, every_second_quad)

// One row of outputs, of which those in `inside` need no column of padding.
INLINE void max_pool_row(const graft_window *w, const float *plane, pool_rows rows, range inside, float *out,
                         int32_t *index) {
  const ptrdiff_t stride = (ptrdiff_t)w->stride_width, padding = (ptrdiff_t)w->padding_width;
  size_t x = 0;
#define MAX_POOL_AT(function, x) \
  function(w, plane, rows, (ptrdiff_t)(x) * stride - padding, out + (x), index ? index + (x) : NULL)
  for (; x < inside.start; x++) MAX_POOL_AT(max_pool_one, x);
  // What is left at the end of a run is done by a vector that ends with it; some outputs are then written twice.
  if (inside.end - inside.start >= LANES) {
    for (; x + LANES <= inside.end; x += LANES) MAX_POOL_AT(max_pool_vector, x);
    if (x < inside.end) MAX_POOL_AT(max_pool_vector, inside.end - LANES);
    x = inside.end;
  } else if (inside.end - inside.start >= 4) {
    for (; x + 4 <= inside.end; x += 4) MAX_POOL_AT(max_pool_quad, x);
    if (x < inside.end) MAX_POOL_AT(max_pool_quad, inside.end - 4);
    x = inside.end;
  }
  for (; x < w->output_width; x++) MAX_POOL_AT(max_pool_one, x);
#undef MAX_POOL_AT
}

// The positions along a row whose windows lie inside the image, if vectors of them can be loaded.
INLINE range pool_inside(const graft_window *w) {
  range inside = {0, w->stride_width <= 2 ? w->output_width : 0};
  for (size_t j = 0; j < w->kernel_width; j++) {
    const ptrdiff_t left = (ptrdiff_t)(j * w->dilation_width) - (ptrdiff_t)w->padding_width;
    const range met = positions_inside(left, w->stride_width, w->width, w->output_width);
    if (met.start > inside.start) inside.start = met.start;
    if (met.end < inside.end) inside.end = met.end;
  }
  if (inside.start >= inside.end) inside.start = inside.end = 0;
  return inside;
}

INLINE void max_pool_planes(const graft_window *w, const float *image, float *output, int32_t *indices,
                            size_t first_channel, size_t end_channel) {
  const range inside = pool_inside(w);
  for (size_t c = first_channel; c < end_channel; c++) {
    const float *plane = image + c * w->height * w->width;
    for (size_t y = 0; y < w->output_height; y++) {
      const ptrdiff_t top = (ptrdiff_t)(y * w->stride_height) - (ptrdiff_t)w->padding_height;
      const range met = positions_inside(top, w->dilation_height, w->height, w->kernel_height);
      const size_t row = (c * w->output_height + y) * w->output_width;
      max_pool_row(w, plane, (pool_rows){met.start, met.end, top}, inside, output + row,
                   indices ? indices + row : NULL);
    }
  }
}

static void k_max_pool(const graft_window *w, const float *image, float *output, int32_t *indices,
                       size_t first_channel, size_t end_channel) {
  graft_window window = *w;
  window.kernel_height = window.kernel_width = window.stride_height = window.stride_width = 2;
  window.padding_height = window.padding_width = 0;
  window.dilation_height = window.dilation_width = 1;
  if (indices && memcmp(&window, w, sizeof window) == 0) {
    // The usual window. Its sizes are known to the compiler here, which takes half the time.
    max_pool_planes(&window, image, output, indices, first_channel, end_channel);
  } else {
    max_pool_planes(w, image, output, indices, first_channel, end_channel);
  }
}
