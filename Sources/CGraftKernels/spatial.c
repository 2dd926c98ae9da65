// Windows of an image, and the grid in which a convolution looks at them.
#include "graft_spatial.h"
#include "spatial_range.h"

#include <string.h>

size_t graft_window_positions(size_t length, size_t kernel, size_t stride, size_t padding, size_t dilation) {
  const size_t reach = dilation * (kernel - 1) + 1, padded = length + 2 * padding;
  return padded < reach ? 0 : (padded - reach) / stride + 1;
}

// Writes one phase of one plane.
static void fill_phase(const graft_grid *grid, const float *plane, size_t row_phase, size_t column_phase, float *out) {
  const ptrdiff_t left = grid->left + (ptrdiff_t)column_phase;
  const size_t step = grid->stride_width;
  const range inside = positions_inside(left, step, grid->width, grid->columns);
  for (size_t r = 0; r < grid->rows; r++, out += grid->columns) {
    const ptrdiff_t row = grid->top + (ptrdiff_t)(r * grid->stride_height + row_phase);
    if (row < 0 || row >= (ptrdiff_t)grid->height) {
      memset(out, 0, grid->columns * sizeof *out);
      continue;
    }
    const float *from = plane + row * (ptrdiff_t)grid->width + left;
    for (size_t x = 0; x < inside.start; x++) out[x] = 0;
    if (step == 1) {
      memcpy(out + inside.start, from + inside.start, (inside.end - inside.start) * sizeof *out);
    } else if (step == 2) {
      for (size_t x = inside.start; x < inside.end; x++) out[x] = from[2 * x];
    } else {
      for (size_t x = inside.start; x < inside.end; x++) out[x] = from[x * step];
    }
    for (size_t x = inside.end; x < grid->columns; x++) out[x] = 0;
  }
}

void graft_fill_grid(const graft_grid *grid, const float *source, size_t channels, ptrdiff_t channel_stride,
                     size_t images, ptrdiff_t image_stride, float *grids, size_t grid_channel_stride) {
  for (size_t c = 0; c < channels; c++) {
    float *out = grids + c * grid_channel_stride;
    for (size_t n = 0; n < images; n++) {
      const float *plane = source + (ptrdiff_t)c * channel_stride + (ptrdiff_t)n * image_stride;
      for (size_t i = 0; i < grid->row_phases; i++) {
        for (size_t j = 0; j < grid->column_phases; j++, out += grid->rows * grid->columns) {
          fill_phase(grid, plane, i, j, out);
        }
      }
    }
  }
}

void graft_scatter_positions(const float *results, size_t first, size_t count, size_t columns, float *target,
                             ptrdiff_t row_step, ptrdiff_t column_step) {
  size_t row = first / columns, column = first % columns;
  while (count > 0) {
    const size_t length = columns - column < count ? columns - column : count;
    float *out = target + (ptrdiff_t)row * row_step + (ptrdiff_t)column * column_step;
    if (column_step == 2) {
      for (size_t x = 0; x < length; x++) out[2 * x] = results[x];
    } else {
      for (size_t x = 0; x < length; x++) out[(ptrdiff_t)x * column_step] = results[x];
    }
    results += length;
    count -= length;
    column = 0;
    row++;
  }
}
