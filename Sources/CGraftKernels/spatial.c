// Images unrolled into columns and back.
#include "graft_spatial.h"
#include "spatial_range.h"

#include <string.h>

size_t graft_window_positions(size_t length, size_t kernel, size_t stride, size_t padding, size_t dilation) {
  const size_t reach = dilation * (kernel - 1) + 1, padded = length + 2 * padding;
  return padded < reach ? 0 : (padded - reach) / stride + 1;
}

void graft_im2col(const graft_window *w, const float *image, float *columns, size_t columns_stride,
                  size_t first_channel, size_t end_channel, size_t first_row, size_t end_row) {
  const size_t gap = columns_stride - (end_row - first_row) * w->output_width;
  for (size_t c = first_channel; c < end_channel; c++) {
    const float *source = image + c * w->height * w->width;
    float *out = columns + c * w->kernel_height * w->kernel_width * columns_stride;
    for (size_t i = 0; i < w->kernel_height; i++) {
      const ptrdiff_t top = (ptrdiff_t)(i * w->dilation_height) - (ptrdiff_t)w->padding_height;
      for (size_t j = 0; j < w->kernel_width; j++, out += gap) {
        const ptrdiff_t left = (ptrdiff_t)(j * w->dilation_width) - (ptrdiff_t)w->padding_width;
        const range inside = positions_inside(left, w->stride_width, w->width, w->output_width);
        for (size_t y = first_row; y < end_row; y++, out += w->output_width) {
          const ptrdiff_t row = (ptrdiff_t)(y * w->stride_height) + top;
          if (row < 0 || row >= (ptrdiff_t)w->height) {
            memset(out, 0, w->output_width * sizeof *out);
            continue;
          }
          const float *from = source + row * (ptrdiff_t)w->width + left;
          for (size_t x = 0; x < inside.start; x++) out[x] = 0;
          if (w->stride_width == 1) {
            memcpy(out + inside.start, from + inside.start, (inside.end - inside.start) * sizeof *out);
          } else {
            for (size_t x = inside.start; x < inside.end; x++) out[x] = from[x * w->stride_width];
          }
          for (size_t x = inside.end; x < w->output_width; x++) out[x] = 0;
        }
      }
    }
  }
}

void graft_col2im(const graft_window *w, const float *columns, size_t columns_stride, float *image,
                  size_t first_channel, size_t end_channel, size_t first_row, size_t end_row) {
  const size_t gap = columns_stride - (end_row - first_row) * w->output_width;
  for (size_t c = first_channel; c < end_channel; c++) {
    float *target = image + c * w->height * w->width;
    const float *in = columns + c * w->kernel_height * w->kernel_width * columns_stride;
    for (size_t i = 0; i < w->kernel_height; i++) {
      const ptrdiff_t top = (ptrdiff_t)(i * w->dilation_height) - (ptrdiff_t)w->padding_height;
      for (size_t j = 0; j < w->kernel_width; j++, in += gap) {
        const ptrdiff_t left = (ptrdiff_t)(j * w->dilation_width) - (ptrdiff_t)w->padding_width;
        const range inside = positions_inside(left, w->stride_width, w->width, w->output_width);
        for (size_t y = first_row; y < end_row; y++, in += w->output_width) {
          const ptrdiff_t row = (ptrdiff_t)(y * w->stride_height) + top;
          if (row < 0 || row >= (ptrdiff_t)w->height) continue;
          float *to = target + row * (ptrdiff_t)w->width + left;
          if (w->stride_width == 1) {
            for (size_t x = inside.start; x < inside.end; x++) to[x] += in[x];
          } else {
            for (size_t x = inside.start; x < inside.end; x++) to[x * w->stride_width] += in[x];
          }
        }
      }
    }
  }
}
