// Windows of an image, and the grid in which a convolution looks at them.
#include "graft_spatial.h"
#include "quads.h"
#include "spatial_range.h"

#include <string.h>

size_t graft_window_positions(size_t length, size_t kernel, size_t stride, size_t padding, size_t dilation) {
  const size_t reach = dilation * (kernel - 1) + 1, padded = length + 2 * padding;
  return padded < reach ? 0 : (padded - reach) / stride + 1;
}

// Rows are mostly too short for memcpy to be worth its call.
static inline void copy_row(float *out, const float *from, size_t count) {
  if (count < 4 || count > 64) {
    memcpy(out, from, count * sizeof *out);
    return;
  }
  for (size_t x = 0; x + 4 <= count; x += 4) *(graft_quad_unaligned *)(out + x) = *(const graft_quad_unaligned *)(from + x);
  // The last four overlap what is there.
  *(graft_quad_unaligned *)(out + count - 4) = *(const graft_quad_unaligned *)(from + count - 4);
}

// Writes the part of one phase of a row that starts at `from`; `inside` are the columns that lie in the image.
static inline void fill_columns(const float *from, size_t step, range inside, size_t columns, float *out) {
  for (size_t x = 0; x < inside.start; x++) out[x] = 0;
  if (step == 1) {
    copy_row(out + inside.start, from + inside.start, inside.end - inside.start);
  } else {
    for (size_t x = inside.start; x < inside.end; x++) out[x] = from[x * step];
  }
  for (size_t x = inside.end; x < columns; x++) out[x] = 0;
}

// Writes the grid of one plane, phase by phase.
static void fill_plane(const graft_grid *grid, const float *plane, size_t rows, float *out) {
  for (size_t i = 0; i < grid->row_phases; i++) {
    for (size_t j = 0; j < grid->column_phases; j++, out += grid->rows * grid->columns) {
      const ptrdiff_t left = grid->left + (ptrdiff_t)j;
      const range inside = positions_inside(left, grid->stride_width, grid->width, grid->columns);
      for (size_t r = 0; r < rows; r++) {
        const ptrdiff_t row = grid->top + (ptrdiff_t)(r * grid->stride_height + i);
        float *target = out + r * grid->columns;
        if (row >= 0 && row < (ptrdiff_t)grid->height) {
          fill_columns(plane + row * (ptrdiff_t)grid->width + left, grid->stride_width, inside, grid->columns, target);
        } else {
          memset(target, 0, grid->columns * sizeof *target);
        }
      }
    }
  }
}

void graft_fill_grid(const graft_grid *grid, const float *source, size_t channels, ptrdiff_t channel_stride,
                     size_t images, ptrdiff_t image_stride, size_t rows, float *grids, size_t grid_channel_stride) {
  const size_t image = grid->row_phases * grid->column_phases * grid->rows * grid->columns;
  for (size_t c = 0; c < channels; c++) {
    float *out = grids + c * grid_channel_stride;
    for (size_t n = 0; n < images; n++, out += image) {
      const float *plane = source + (ptrdiff_t)c * channel_stride + (ptrdiff_t)n * image_stride;
      fill_plane(grid, plane, rows, out);
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
