// Pooling of planes.
#include "graft_spatial.h"
#include "spatial_range.h"

#include <math.h>
#include <string.h>

// The rows (or columns) under the window at one position, without padding, and how many there are with it.
typedef struct {
  size_t start, end;  // inside the image; empty if start == end
  size_t padded;      // inside the image and its padding
} extent;

static extent extent_at(size_t position, size_t stride, size_t kernel, size_t padding, size_t length) {
  const size_t start = position * stride, end = start + kernel;  // counted from the edge of the padding
  const size_t limit = length + 2 * padding;
  extent e;
  e.padded = (end < limit ? end : limit) - (start < limit ? start : limit);
  e.start = start > padding ? start - padding : 0;
  e.end = end > padding ? end - padding : 0;
  if (e.end > length) e.end = length;
  if (e.start > e.end) e.start = e.end;
  return e;
}

// Max pooling goes through a row of outputs once per element of the window, so that the inner loop has no branches
// and becomes vector code; the row is cut into pieces that stay in registers and the first-level cache.
enum { PIECE = 128 };

// Compares the running maxima of a piece of a row with the elements that one place of the window meets.
static inline __attribute__((always_inline)) void take_greater(float *best, int32_t *place, const float *from,
                                                               int32_t first, const size_t stride, size_t count) {
  for (size_t x = 0; x < count; x++) {
    const float value = from[x * stride];
    // Greater, or the first NaN, or the first element at all. Not short-circuited: each is one comparison of lanes.
    const int takes = (value > best[x]) | ((value != value) & (best[x] == best[x])) | (place[x] < 0);
    best[x] = takes ? value : best[x];
    place[x] = takes ? first + (int32_t)(x * stride) : place[x];
  }
}

// Outputs start..<start + count of row y of one plane.
static void max_pool_piece(const graft_window *w, const float *source, size_t y, size_t start, size_t count,
                           float *best, int32_t *place) {
  for (size_t x = 0; x < count; x++) {
    best[x] = -INFINITY;
    place[x] = -1;
  }
  const ptrdiff_t top = (ptrdiff_t)(y * w->stride_height) - (ptrdiff_t)w->padding_height;
  for (size_t i = 0; i < w->kernel_height; i++) {
    const ptrdiff_t row = top + (ptrdiff_t)(i * w->dilation_height);
    if (row < 0 || row >= (ptrdiff_t)w->height) continue;
    for (size_t j = 0; j < w->kernel_width; j++) {
      const ptrdiff_t left =
          (ptrdiff_t)(start * w->stride_width + j * w->dilation_width) - (ptrdiff_t)w->padding_width;
      const range inside = positions_inside(left, w->stride_width, w->width, count);
      if (inside.start == inside.end) continue;
      const ptrdiff_t first =
          row * (ptrdiff_t)w->width + left + (ptrdiff_t)(inside.start * w->stride_width);
      float *b = best + inside.start;
      int32_t *p = place + inside.start;
      const size_t n = inside.end - inside.start;
      switch (w->stride_width) {
      case 1: take_greater(b, p, source + first, (int32_t)first, 1, n); break;
      case 2: take_greater(b, p, source + first, (int32_t)first, 2, n); break;
      default: take_greater(b, p, source + first, (int32_t)first, w->stride_width, n); break;
      }
    }
  }
}

void graft_max_pool(const graft_window *w, const float *image, float *output, int32_t *indices,
                    size_t first_channel, size_t end_channel) {
  float best[PIECE];
  int32_t place[PIECE];
  for (size_t c = first_channel; c < end_channel; c++) {
    const float *source = image + c * w->height * w->width;
    for (size_t y = 0; y < w->output_height; y++) {
      const size_t row = (c * w->output_height + y) * w->output_width;
      for (size_t start = 0; start < w->output_width; start += PIECE) {
        const size_t count = w->output_width - start < PIECE ? w->output_width - start : PIECE;
        max_pool_piece(w, source, y, start, count, best, place);
        memcpy(output + row + start, best, count * sizeof *best);
        if (indices) memcpy(indices + row + start, place, count * sizeof *place);
      }
    }
  }
}

int graft_max_pool_backward(const graft_window *w, const float *gradient, const int32_t *indices,
                            float *image_gradient, size_t first_channel, size_t end_channel) {
  const size_t plane = w->output_height * w->output_width, places = w->height * w->width;
  int all_inside = 1;
  for (size_t c = first_channel; c < end_channel; c++) {
    float *target = image_gradient + c * places;
    for (size_t i = c * plane; i < (c + 1) * plane; i++) {
      // A negative place becomes one far outside.
      const size_t place = (size_t)indices[i];
      if (place < places) {
        target[place] += gradient[i];
      } else {
        all_inside = 0;
      }
    }
  }
  return all_inside;
}

static float divisor(extent rows, extent columns, int counts_padding) {
  return counts_padding ? (float)(rows.padded * columns.padded)
                        : (float)((rows.end - rows.start) * (columns.end - columns.start));
}

void graft_average_pool(const graft_window *w, const float *image, float *output, int counts_padding,
                        size_t first_channel, size_t end_channel) {
  for (size_t c = first_channel; c < end_channel; c++) {
    const float *source = image + c * w->height * w->width;
    float *out = output + c * w->output_height * w->output_width;
    for (size_t y = 0; y < w->output_height; y++) {
      const extent rows = extent_at(y, w->stride_height, w->kernel_height, w->padding_height, w->height);
      for (size_t x = 0; x < w->output_width; x++) {
        const extent columns = extent_at(x, w->stride_width, w->kernel_width, w->padding_width, w->width);
        float sum = 0;
        for (size_t row = rows.start; row < rows.end; row++) {
          for (size_t column = columns.start; column < columns.end; column++) {
            sum += source[row * w->width + column];
          }
        }
        const float count = divisor(rows, columns, counts_padding);
        *out++ = count > 0 ? sum / count : 0;
      }
    }
  }
}

void graft_average_pool_backward(const graft_window *w, const float *gradient, float *image_gradient,
                                 int counts_padding, size_t first_channel, size_t end_channel) {
  for (size_t c = first_channel; c < end_channel; c++) {
    float *target = image_gradient + c * w->height * w->width;
    const float *in = gradient + c * w->output_height * w->output_width;
    for (size_t y = 0; y < w->output_height; y++) {
      const extent rows = extent_at(y, w->stride_height, w->kernel_height, w->padding_height, w->height);
      for (size_t x = 0; x < w->output_width; x++) {
        const extent columns = extent_at(x, w->stride_width, w->kernel_width, w->padding_width, w->width);
        const float count = divisor(rows, columns, counts_padding);
        const float share = count > 0 ? *in / count : 0;
        in++;
        for (size_t row = rows.start; row < rows.end; row++) {
          for (size_t column = columns.start; column < columns.end; column++) {
            target[row * w->width + column] += share;
          }
        }
      }
    }
  }
}
