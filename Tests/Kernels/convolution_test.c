// What convolutions are made of: grids, windows, packed filters, and Winograd's transforms.
#include "check.h"
#include "groups.h"

// Runs are copied whole, in order, one over the end of the other.
static void windows(void) {
  const size_t lanes = KERNEL(lanes);
  for (int i = 0; i < 80; i++) {
    const size_t rows = random_from(1, 6), runs = random_from(1, 5);
    graft_run run[5];
    int32_t to = 0, reach = 0;
    for (size_t r = 0; r < runs; r++) {
      run[r] = (graft_run){(int32_t)random_below(30), to};
      reach = run[r].from > reach ? run[r].from : reach;
      if (r + 1 < runs) to += (int32_t)random_from(1, lanes);
    }
    const size_t stride = (size_t)to + random_from(1, lanes), most = 20;
    ptrdiff_t offsets[6];
    size_t farthest = 0;
    for (size_t r = 0; r < rows; r++) {
      offsets[r] = (ptrdiff_t)random_below(most + 1);
      farthest = (size_t)offsets[r] > farthest ? (size_t)offsets[r] : farthest;
    }
    const float *source = filled(farthest + (size_t)reach + lanes, -1, 1);
    const size_t room = (rows - 1) * stride + (size_t)to + lanes;
    float *out = blank(room), *expected = blank(room);
    for (size_t r = 0; r < rows; r++) {
      for (size_t k = 0; k < runs; k++) {
        memcpy(expected + r * stride + run[k].to, source + offsets[r] + run[k].from, lanes * sizeof(float));
      }
    }
    KERNEL(gather_windows)(source, offsets, rows, run, runs, out, stride);
    check_same("gather_windows", out, expected, room);
    end_case();
  }
}

static void filters(void) {
  const size_t mr = KERNEL(mr);
  for (int i = 0; i < 60; i++) {
    const size_t lanes = random_below(3 * mr + 1), channels = random_below(4), kernel = random_from(1, 9);
    const size_t tap_count = random_from(1, kernel), k = channels * tap_count, panels = (lanes + mr - 1) / mr;
    const bool channels_first = random_below(2);  // of a gradient the two are exchanged
    const ptrdiff_t lane_stride = (ptrdiff_t)(channels_first ? kernel : channels * kernel);
    const ptrdiff_t channel_stride = (ptrdiff_t)(channels_first ? lanes * kernel : kernel);
    ptrdiff_t taps[9];
    for (size_t t = 0; t < tap_count; t++) taps[t] = (ptrdiff_t)random_below(kernel);
    const float *source = filled(lanes * channels * kernel, -1, 1);
    float *out = blank(panels * mr * k), *expected = blank(panels * mr * k);
    for (size_t lane = 0; lane < panels * mr; lane++) {
      for (size_t p = 0; p < k; p++) {
        const ptrdiff_t at = (ptrdiff_t)lane * lane_stride + (ptrdiff_t)(p / tap_count) * channel_stride;
        expected[lane / mr * mr * k + p * mr + lane % mr] = lane < lanes ? source[at + taps[p % tap_count]] : 0;
      }
    }
    KERNEL(pack_filters)(source, lane_stride, channel_stride, taps, tap_count, lanes, channels, out);
    check_same("pack_filters", out, expected, panels * mr * k);
    end_case();
  }
}

// The transforms of F(4x4, 3x3) at 0, +-p, +-q and infinity, p = sqrt(1/2), q = sqrt(2): the bound is made of their
// absolute values.
#define P 0.70710678118654752
#define Q 1.4142135623730951
static const double input_transform[6][6] = {{1, 0, -2.5, 0, 1, 0},       {0, -2 * P, -2, P, 1, 0},
                                             {0, 2 * P, -2, -P, 1, 0},    {0, -Q / 2, -0.5, Q, 1, 0},
                                             {0, Q / 2, -0.5, -Q, 1, 0},  {0, 1, 0, -2.5, 0, 1}};
static const double filter_transform[6][3] = {{1, 0, 0},
                                              {-1 / 1.5, -P / 1.5, -0.5 / 1.5},
                                              {-1 / 1.5, P / 1.5, -0.5 / 1.5},
                                              {1.0 / 6, Q / 6, 2.0 / 6},
                                              {1.0 / 6, -Q / 6, 2.0 / 6},
                                              {0, 0, 1}};
static const double output_transform[4][6] = {{1, 1, 1, 1, 1, 0},
                                              {0, P, -P, Q, -Q, 0},
                                              {0, 0.5, 0.5, 2, 2, 0},
                                              {0, P / 2, -P / 2, 2 * Q, -2 * Q, 1}};

// |left| |x| |right|^T of a size x size matrix x.
static void transform_sizes(const double *transform, int points, int size, const double *x, double *out) {
  for (int i = 0; i < points; i++) {
    for (int j = 0; j < points; j++) {
      double sum = 0;
      for (int a = 0; a < size; a++) {
        for (int b = 0; b < size; b++) {
          sum += fabs(transform[i * size + a]) * fabs(x[a * size + b]) * fabs(transform[j * size + b]);
        }
      }
      out[i * points + j] = sum;
    }
  }
}

// From tiles and filters to results, through the three transforms and a product for each point.
static void winograd(void) {
  const size_t mr = KERNEL(mr), nr = KERNEL(nr);
  for (int i = 0; i < 6; i++) {
    const size_t channels = random_from(1, 5), lanes = random_from(1, mr), tiles = nr * random_from(1, 2);
    const size_t panel_stride = channels * nr, a_stride = channels * mr + random_below(20);
    const size_t b_stride = tiles / nr * panel_stride + random_below(20), c_stride = lanes * tiles + random_below(20);
    // Tiles lie anywhere in a channel's grid.
    const size_t row_stride = random_from(6, 20), grid = 5 * row_stride + 6 + random_below(50);
    const float *input = filled(channels * grid, -1, 1), *weights = filled(lanes * channels * 9, -1, 1);
    int32_t *places = guarded(tiles * sizeof *places);
    for (size_t t = 0; t < tiles; t++) places[t] = (int32_t)random_below(grid - 5 * row_stride - 5);
    ptrdiff_t taps[9];
    for (ptrdiff_t t = 0; t < 9; t++) taps[t] = i % 2 ? 8 - t : t;  // a gradient has them reversed

    float *a = blank(35 * a_stride + channels * mr);
    KERNEL(winograd_filters)(weights, (ptrdiff_t)(9 * channels), 9, taps, lanes, channels, a, a_stride);
    float *b = blank(35 * b_stride + tiles / nr * panel_stride);
    for (size_t c = 0; c < channels; c++) {
      KERNEL(winograd_input)(input + c * grid, row_stride, places, tiles, b + c * nr, b_stride, panel_stride);
    }
    float *products = blank(35 * c_stride + lanes * tiles);
    for (size_t x = 0; x < 36; x++) {
      KERNEL(gemm_panels)(channels, a + x * a_stride, b + x * b_stride, panel_stride, products + x * c_stride,
                          (ptrdiff_t)tiles, lanes, tiles, 0);
    }
    for (size_t lane = 0; lane < lanes; lane++) {
      const float bias = random_float(-1, 1);
      const int relu = (int)random_below(2);
      float *out = blank(16 * tiles);
      double *expected = doubles(16 * tiles), *allowed = doubles(16 * tiles);
      for (size_t t = 0; t < tiles; t++) {
        double products_size[36] = {0};
        for (size_t c = 0; c < channels; c++) {
          double x[36], w[9], x_size[36], w_size[36];
          for (size_t e = 0; e < 36; e++) x[e] = input[c * grid + (size_t)places[t] + e / 6 * row_stride + e % 6];
          for (size_t e = 0; e < 9; e++) w[e] = weights[(lane * channels + c) * 9 + (size_t)taps[e]];
          for (size_t e = 0; e < 16 * 9; e++) {
            const size_t y = e / 9, tap = e % 9;
            expected[y * tiles + t] += w[tap] * x[(y / 4 + tap / 3) * 6 + y % 4 + tap % 3];
          }
          transform_sizes(&input_transform[0][0], 6, 6, x, x_size);
          transform_sizes(&filter_transform[0][0], 6, 3, w, w_size);
          for (size_t e = 0; e < 36; e++) products_size[e] += x_size[e] * w_size[e];
        }
        double size[16];
        transform_sizes(&output_transform[0][0], 4, 6, products_size, size);
        for (size_t y = 0; y < 16; y++) {
          double *sum = expected + y * tiles + t;
          *sum += bias;
          if (relu && *sum < 0) *sum = 0;
          allowed[y * tiles + t] = rounding(37 + (double)channels, size[y] + fabs(bias));
        }
      }
      KERNEL(winograd_output)(products + lane * tiles, c_stride, tiles, bias, relu, out);
      check_row("winograd", out, expected, allowed, 16 * tiles);
    }
    end_case();
  }
}

static void transposed(const double *matrix, int rows, int columns, double *out) {
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j];
  }
}

// From a row of tiles and an output's gradient to that of the filters, through the adjoint transforms.
static void winograd_backward(void) {
  const size_t nr = KERNEL(nr);
  double gradient_transform[6 * 4], back_transform[3 * 6];
  transposed(&output_transform[0][0], 4, 6, gradient_transform);
  transposed(&filter_transform[0][0], 6, 3, back_transform);
  for (int i = 0; i < 12; i++) {
    const size_t channels = random_from(1, 3), rows = random_from(1, 4), width = random_from(1, 17);
    const size_t tiles = (width + 3) / 4, padded = (tiles + nr - 1) / nr * nr, row_stride = 4 * tiles + 2;
    const size_t grid = 6 * row_stride;
    const float *input = filled(channels * grid, -1, 1), *gradient = filled(rows * width * nr, -1, 1);
    int32_t *places = guarded(padded * sizeof *places);
    for (size_t t = 0; t < padded; t++) places[t] = t < tiles ? (int32_t)(4 * t) : 0;

    const size_t a_stride = channels * padded + random_below(20), b_stride = tiles * nr + random_below(20);
    const size_t c_stride = channels * nr + random_below(20);
    float *a = blank(35 * a_stride + channels * padded), *b = blank(35 * b_stride + tiles * nr);
    float *sums = blank(35 * c_stride + channels * nr);
    for (size_t c = 0; c < channels; c++) {
      KERNEL(winograd_input)(input + c * grid, row_stride, places, padded, a + c * padded, a_stride, nr);
    }
    KERNEL(winograd_gradient)(gradient, rows, width, b, b_stride);
    for (size_t x = 0; x < 36; x++) {
      KERNEL(gemm_direct)(tiles, a + x * a_stride, (ptrdiff_t)padded, 1, b + x * b_stride, (ptrdiff_t)nr,
                          sums + x * c_stride, (ptrdiff_t)nr, channels, nr, 0);
    }
    for (size_t c = 0; c < channels; c++) {
      float *out = blank(9 * nr);
      double *expected = doubles(9 * nr), *allowed = doubles(9 * nr);
      for (size_t lane = 0; lane < nr; lane++) {
        double products_size[36] = {0}, size[9];
        for (size_t t = 0; t < tiles; t++) {
          double x[36], y[16], x_size[36], y_size[36];
          for (size_t e = 0; e < 36; e++) x[e] = input[c * grid + e / 6 * row_stride + 4 * t + e % 6];
          for (size_t e = 0; e < 16; e++) {
            const bool inside = e / 4 < rows && 4 * t + e % 4 < width;
            y[e] = inside ? gradient[(e / 4 * width + 4 * t + e % 4) * nr + lane] : 0;
          }
          for (size_t e = 0; e < 16 * 9; e++) {
            const size_t place = e / 9, tap = e % 9;
            expected[tap * nr + lane] += y[place] * x[(place / 4 + tap / 3) * 6 + place % 4 + tap % 3];
          }
          transform_sizes(&input_transform[0][0], 6, 6, x, x_size);
          transform_sizes(gradient_transform, 6, 4, y, y_size);
          for (size_t e = 0; e < 36; e++) products_size[e] += x_size[e] * y_size[e];
        }
        transform_sizes(back_transform, 3, 6, products_size, size);
        for (size_t t = 0; t < 9; t++) allowed[t * nr + lane] = rounding(39 + (double)tiles, size[t]);
      }
      KERNEL(winograd_filter_gradient)(sums + c * nr, c_stride, nr, out, nr);
      check_row("winograd_filter_gradient", out, expected, allowed, 9 * nr);
    }
    end_case();
  }
}

void test_convolution(void) {
  windows();
  filters();
  winograd();
  winograd_backward();
}
