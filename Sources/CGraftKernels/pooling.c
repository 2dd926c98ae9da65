// Pooling of planes.
#include "graft_spatial.h"
#include "spatial_range.h"

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
