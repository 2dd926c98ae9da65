// Grids of windows, and results put where they belong. The same for every table.
#include "check.h"
#include "groups.h"

#include "graft_spatial.h"

static void positions(void) {
  for (int i = 0; i < 200; i++) {
    const size_t length = random_below(20), kernel = random_from(1, 5), stride = random_from(1, 4);
    const size_t padding = random_below(4), dilation = random_from(1, 3);
    size_t count = 0;
    for (size_t start = 0; start + dilation * (kernel - 1) < length + 2 * padding; start += stride) count++;
    check_number("graft_window_positions", (double)graft_window_positions(length, kernel, stride, padding, dilation),
                 (double)count, 0);
  }
}

static void grids(void) {
  for (int i = 0; i < 150; i++) {
    graft_grid g = {.height = random_below(12), .width = random_below(40), .stride_height = random_from(1, 4),
                    .stride_width = random_below(2) ? 4 : random_from(1, 5), .top = (ptrdiff_t)random_below(9) - 4,
                    .left = (ptrdiff_t)random_below(12) - 8, .rows = random_from(1, 5), .columns = random_from(1, 12)};
    g.row_phases = random_from(1, g.stride_height);
    g.column_phases = random_below(2) ? g.stride_width : random_from(1, g.stride_width);
    const size_t channels = random_from(1, 2), images = random_from(1, 3), plane = g.height * g.width;
    const size_t rows = random_from(1, g.rows), phase = g.rows * g.columns;
    const size_t image = g.row_phases * g.column_phases * phase, channel = images * image + random_below(3);
    const float *source = filled(images * channels * plane, -1, 1);
    const size_t room = (channels - 1) * channel + images * image;
    float *out = filled(room, 5, 6), *expected = copied(out, room);
    for (size_t at = 0; at < channels * images * image; at++) {
      const size_t c = at / (images * image), n = at / image % images, column = at % g.columns;
      const size_t row = at / g.columns % g.rows, j = at / phase % g.column_phases;
      const size_t p = at / (phase * g.column_phases) % g.row_phases;
      if (row >= rows) continue;
      const ptrdiff_t y = g.top + (ptrdiff_t)(row * g.stride_height + p);
      const ptrdiff_t x = g.left + (ptrdiff_t)(column * g.stride_width + j);
      const bool inside = y >= 0 && y < (ptrdiff_t)g.height && x >= 0 && x < (ptrdiff_t)g.width;
      expected[c * channel + at % (images * image)] =
          inside ? source[(n * channels + c) * plane + (size_t)y * g.width + (size_t)x] : 0;
    }
    graft_fill_grid(&g, source, channels, (ptrdiff_t)plane, images, (ptrdiff_t)(channels * plane), rows, out, channel);
    check_same("graft_fill_grid", out, expected, room);
    end_case();
  }
}

static void scattering(void) {
  for (int i = 0; i < 100; i++) {
    const size_t columns = random_from(1, 9), rows = random_from(1, 5), first = random_below(rows * columns);
    const size_t count = random_from(0, rows * columns - first), column_step = random_from(1, 3);
    const size_t row_step = columns * column_step + random_below(3), room = rows * row_step;
    const float *results = filled(count, -1, 1);
    float *target = filled(room, 5, 6), *expected = copied(target, room);
    for (size_t p = first; p < first + count; p++) {
      expected[p / columns * row_step + p % columns * column_step] = results[p - first];
    }
    graft_scatter_positions(results, first, count, columns, target, (ptrdiff_t)row_step, (ptrdiff_t)column_step);
    check_same("graft_scatter_positions", target, expected, room);
    end_case();
  }
}

static void tiles(void) {
  for (int i = 0; i < 100; i++) {
    const size_t height = random_from(1, 14), width = random_from(1, 40), columns = (width + 3) / 4;
    const size_t all = columns * ((height + 3) / 4), first = random_below(all), count = random_from(0, all - first);
    const size_t stride = count + random_below(5);
    const float *results = filled(15 * stride + count, -1, 1);
    float *plane = filled(height * width, 5, 6), *expected = copied(plane, height * width);
    for (size_t at = 0; at < height * width; at++) {
      const size_t y = at / width, x = at % width, tile = y / 4 * columns + x / 4;
      if (tile >= first && tile < first + count) expected[at] = results[(y % 4 * 4 + x % 4) * stride + tile - first];
    }
    graft_write_tiles(results, stride, first, count, columns, plane, height, width);
    check_same("graft_write_tiles", plane, expected, height * width);
    end_case();
  }
}

void test_spatial(void) {
  positions();
  grids();
  scattering();
  tiles();
}
