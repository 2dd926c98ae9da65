// Tiles of 4x4 results put together to a plane.
#include "graft_spatial.h"
#include "quads.h"

void graft_write_tiles(const float *tiles, size_t stride, size_t first, size_t count, size_t columns, float *plane,
                       size_t height, size_t width) {
  size_t row = first / columns, column = first % columns;
  while (count > 0) {
    const size_t run = columns - column < count ? columns - column : count;
    const size_t start = 4 * column, end = 4 * (column + run) < width ? 4 * (column + run) : width;
    for (size_t i = 0; i < 4 && 4 * row + i < height; i++) {
      const float *results = tiles + 4 * i * stride;
      float *out = plane + (4 * row + i) * width;
      size_t x = start, t = 0;
      for (; x + 16 <= end; x += 16, t += 4) transpose_quads(results + t, stride, out + x, 4);
      for (; x < end; t++) {
        for (size_t j = 0; j < 4 && x < end; j++, x++) out[x] = results[j * stride + t];
      }
    }
    tiles += run;
    count -= run;
    column = 0;
    row++;
  }
}
