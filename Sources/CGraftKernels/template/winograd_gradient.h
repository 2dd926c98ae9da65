// The gradient of 3x3 filters by the adjoint of Winograd's F(4x4, 3x3): the filters enter an output as A' [(G w G') * (B' x B)] A,
// so their gradient is G' [(A g A') * (B' x B)] G, with the points and the input's transform of winograd.h.

// The adjoint of winograd_output_line: four elements of an output's gradient to the six points.
INLINE void winograd_gradient_line(const vf *y, const int y_step, vf *m, const int step) {
  const vf y0 = y[0], y1 = y[y_step], y2 = y[2 * y_step], y3 = y[3 * y_step];
  const vf even_p = fma_v(all(0.5f), y2, y0), odd_p = fma_v(all(WINOGRAD_P / 2), y3, all(WINOGRAD_P) * y1);
  const vf even_q = fma_v(all(2), y2, y0), odd_q = fma_v(all(2 * WINOGRAD_Q), y3, all(WINOGRAD_Q) * y1);
  m[0] = y0;
  m[step] = even_p + odd_p;
  m[2 * step] = even_p - odd_p;
  m[3 * step] = even_q + odd_q;
  m[4 * step] = even_q - odd_q;
  m[5 * step] = y3;
}

// Transforms a row of tiles of an output's gradient, in a panel of nr outputs of `rows` <= 4 rows of `width` elements: element (i, j)
// of `lane` is panel[(i * width + j) * nr + lane]; beyond rows and columns it is 0. Point x of tile t goes to
// out[x * point_stride + t * nr + lane].
static void winograd_gradient(const float *panel, size_t rows, size_t width, float *out, size_t point_stride) {
  for (size_t left = 0; left < width; left += 4, out += NR) {
    const size_t columns = width - left < 4 ? width - left : 4;
    for (size_t v = 0; v < NR; v += LANES) {
      const float *corner = panel + left * NR + v;
      vf y[16], half[6 * 4];
      if (rows == 4 && columns == 4) {
        UNROLLED for (int i = 0; i < 4; i++) {
          UNROLLED for (int j = 0; j < 4; j++) y[4 * i + j] = load(corner + ((size_t)i * width + (size_t)j) * NR);
        }
      } else {
        for (size_t i = 0; i < 4; i++) {
          for (size_t j = 0; j < 4; j++) {
            y[4 * i + j] = i < rows && j < columns ? load(corner + (i * width + j) * NR) : all(0);
          }
        }
      }
      UNROLLED for (int j = 0; j < 4; j++) winograd_gradient_line(y + j, 4, half + j, 4);
      for (int i = 0; i < 6; i++) {
        vf points[6];
        winograd_gradient_line(half + 4 * i, 1, points, 1);
        UNROLLED for (int j = 0; j < 6; j++) store(out + (size_t)(6 * i + j) * point_stride + v, points[j]);
      }
    }
  }
}

// The adjoint of winograd_filter_line: six points to three elements of a filter's gradient.
INLINE void winograd_filter_gradient_line(const vf *u, const int u_step, vf *g, const int step) {
  const vf sum_p = u[u_step] + u[2 * u_step], difference_p = u[u_step] - u[2 * u_step];
  const vf sum_q = u[3 * u_step] + u[4 * u_step], difference_q = u[3 * u_step] - u[4 * u_step];
  g[0] = fma_v(all(1 / -1.5f), sum_p, fma_v(all(1 / 6.0f), sum_q, u[0]));
  g[step] = fma_v(all(WINOGRAD_P / -1.5f), difference_p, all(WINOGRAD_Q / 6) * difference_q);
  g[2 * step] = fma_v(all(0.5f / -1.5f), sum_p, fma_v(all(2 / 6.0f), sum_q, u[5 * u_step]));
}

// Transforms sums for one input channel and `outputs` filters, a multiple of the vector's length: point x of output o is
// sums[x * point_stride + o], element t of its filter's gradient goes to out[t * out_stride + o].
static void winograd_filter_gradient(const float *sums, size_t point_stride, size_t outputs, float *out,
                                     size_t out_stride) {
  for (size_t o = 0; o < outputs; o += LANES) {
    vf half[3 * 6], g[9];
    for (int j = 0; j < 6; j++) {
      vf u[6];
      UNROLLED for (int i = 0; i < 6; i++) u[i] = load(sums + (size_t)(6 * i + j) * point_stride + o);
      winograd_filter_gradient_line(u, 1, half + j, 6);
    }
    UNROLLED for (int i = 0; i < 3; i++) winograd_filter_gradient_line(half + 6 * i, 1, g + 3 * i, 1);
    UNROLLED for (int i = 0; i < 9; i++) store(out + (size_t)i * out_stride + o, g[i]);
  }
}
