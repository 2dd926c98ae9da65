// Winograd's minimal filtering F(4x4, 3x3): 4x4 outputs of a 3x3 window from 36 products in place of 144 (Lavin, Gray:
// Fast Algorithms for Convolutional Neural Networks, 2016). Interpolation points 0, +-p, +-q and infinity with
// p = sqrt(1/2), q = sqrt(2): their powers stay near 1, which makes the error less than half of that of the
// customary 0, +-1, +-2.

enum { WINOGRAD = 36 };

#define WINOGRAD_P 0.70710678118654752f
#define WINOGRAD_Q 1.4142135623730951f

// Six elements of the input in one direction, d[0], d[step], ..., to the six points.
INLINE void winograd_input_line(vf *d, const int step) {
  const vf d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
  const vf even_p = fma_v(all(-2), d2, d4), odd_p = all(WINOGRAD_P) * fma_v(all(-2), d1, d3);
  const vf even_q = fma_v(all(-0.5f), d2, d4), odd_q = all(WINOGRAD_Q) * fma_v(all(-0.5f), d1, d3);
  d[0] = fma_v(all(-2.5f), d2, d0 + d4);
  d[step] = even_p + odd_p;
  d[2 * step] = even_p - odd_p;
  d[3 * step] = even_q + odd_q;
  d[4 * step] = even_q - odd_q;
  d[5 * step] = fma_v(all(-2.5f), d3, d1 + d5);
}

// In each group of four lanes: elements i, j, k, l of the groups of a (0 ... 3) and b (4 ... 7).
#define FROM_GROUP(i, g) ((i) < 4 ? 4 * (g) + (i) : LANES + 4 * (g) + (i) - 4)
#define GROUP(i, j, k, l, g) FROM_GROUP(i, g), FROM_GROUP(j, g), FROM_GROUP(k, g), FROM_GROUP(l, g)
#if LANES == 16
#define SHUFFLE_GROUPS(a, b, i, j, k, l)                                                          \
  __builtin_shufflevector(a, b, GROUP(i, j, k, l, 0), GROUP(i, j, k, l, 1), GROUP(i, j, k, l, 2), \
                          GROUP(i, j, k, l, 3))
#elif LANES == 8
#define SHUFFLE_GROUPS(a, b, i, j, k, l) __builtin_shufflevector(a, b, GROUP(i, j, k, l, 0), GROUP(i, j, k, l, 1))
#else
#define SHUFFLE_GROUPS(a, b, i, j, k, l) __builtin_shufflevector(a, b, GROUP(i, j, k, l, 0))
#endif

// Four neighbours from each of the tiles 0, 4, 8 ...: a group of four lanes for each.
INLINE vf every_fourth_tile(const float *source, const int32_t *places) {
#if LANES == 16
  typedef float octet __attribute__((vector_size(32)));
  const quad q0 = *(const quad_unaligned *)(source + places[0]), q1 = *(const quad_unaligned *)(source + places[4]);
  const quad q2 = *(const quad_unaligned *)(source + places[8]), q3 = *(const quad_unaligned *)(source + places[12]);
  const octet low = __builtin_shufflevector(q0, q1, 0, 1, 2, 3, 4, 5, 6, 7);
  const octet high = __builtin_shufflevector(q2, q3, 0, 1, 2, 3, 4, 5, 6, 7);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#elif LANES == 8
  return __builtin_shufflevector(*(const quad_unaligned *)(source + places[0]),
                                 *(const quad_unaligned *)(source + places[4]), 0, 1, 2, 3, 4, 5, 6, 7);
#else
  return *(const quad_unaligned *)(source + places[0]);
#endif
}

// Six neighbours of each of LANES tiles, one tile a lane.
INLINE void winograd_row(const float *source, const int32_t *places, vf *d) {
  vf first[4], last[4];  // elements 0 ... 3 and 2 ... 5
  UNROLLED for (int k = 0; k < 4; k++) {
    first[k] = every_fourth_tile(source, places + k);
    last[k] = every_fourth_tile(source + 2, places + k);
  }
  const vf low01 = SHUFFLE_GROUPS(first[0], first[1], 0, 4, 1, 5), low23 = SHUFFLE_GROUPS(first[2], first[3], 0, 4, 1, 5);
  const vf mid01 = SHUFFLE_GROUPS(first[0], first[1], 2, 6, 3, 7), mid23 = SHUFFLE_GROUPS(first[2], first[3], 2, 6, 3, 7);
  const vf high01 = SHUFFLE_GROUPS(last[0], last[1], 2, 6, 3, 7), high23 = SHUFFLE_GROUPS(last[2], last[3], 2, 6, 3, 7);
  d[0] = SHUFFLE_GROUPS(low01, low23, 0, 1, 4, 5);
  d[1] = SHUFFLE_GROUPS(low01, low23, 2, 3, 6, 7);
  d[2] = SHUFFLE_GROUPS(mid01, mid23, 0, 1, 4, 5);
  d[3] = SHUFFLE_GROUPS(mid01, mid23, 2, 3, 6, 7);
  d[4] = SHUFFLE_GROUPS(high01, high23, 0, 1, 4, 5);
  d[5] = SHUFFLE_GROUPS(high01, high23, 2, 3, 6, 7);
}

// Transforms one channel of `tiles` tiles, a multiple of nr: element (i, j) of tile t is source[places[t] + i * row_stride + j]. Point x
// of it goes to out[x * point_stride + t / nr * panel_stride + t % nr].
static void winograd_input(const float *source, size_t row_stride, const int32_t *places, size_t tiles, float *out,
                           size_t point_stride, size_t panel_stride) {
  for (size_t t = 0; t < tiles; t += LANES) {
    vf d[WINOGRAD];
    UNROLLED for (int i = 0; i < 6; i++) {
      winograd_row(source + (size_t)i * row_stride, places + t, d + 6 * i);
      winograd_input_line(d + 6 * i, 1);
    }
    float *place = out + t / NR * panel_stride + t % NR;
    UNROLLED for (int j = 0; j < 6; j++) {
      winograd_input_line(d + j, 6);
      UNROLLED for (int i = 0; i < 6; i++) store(place + (size_t)(6 * i + j) * point_stride, d[6 * i + j]);
    }
  }
}

// Six points in one direction to four outputs.
INLINE void winograd_output_line(const vf *m, const int step, vf *y, const int y_step) {
  const vf sum_p = m[step] + m[2 * step], difference_p = m[step] - m[2 * step];
  const vf sum_q = m[3 * step] + m[4 * step], difference_q = m[3 * step] - m[4 * step];
  y[0] = m[0] + sum_p + sum_q;
  y[y_step] = fma_v(all(WINOGRAD_P), difference_p, all(WINOGRAD_Q) * difference_q);
  y[2 * y_step] = fma_v(all(0.5f), sum_p, all(2) * sum_q);
  y[3 * y_step] = fma_v(all(WINOGRAD_P / 2), difference_p, fma_v(all(2 * WINOGRAD_Q), difference_q, m[5 * step]));
}

// Transforms the products of `tiles` tiles, a multiple of the vector's length, with one filter: point x of tile t is
// products[x * point_stride + t], output (i, j), plus `bias`, then rectified if `relu`, goes to out[(4 * i + j) * tiles + t].
static void winograd_output(const float *products, size_t point_stride, size_t tiles, float bias, int relu, float *out) {
  for (size_t t = 0; t < tiles; t += LANES) {
    vf half[4 * 6], y[16];
    for (int j = 0; j < 6; j++) {
      vf m[6];
      UNROLLED for (int i = 0; i < 6; i++) m[i] = load(products + (size_t)(6 * i + j) * point_stride + t);
      winograd_output_line(m, 1, half + j, 6);
    }
    UNROLLED for (int i = 0; i < 4; i++) winograd_output_line(half + 6 * i, 1, y + 4 * i, 1);
    UNROLLED for (int i = 0; i < 16; i++) {
      const vf sum = y[i] + all(bias);
      store(out + (size_t)i * tiles + t, relu ? select_v(sum <= 0, all(0), sum) : sum);
    }
  }
}

// Three elements of a filter to the six points.
INLINE void winograd_filter_line(const vf *g, const int g_step, vf *u, const int step) {
  const vf g0 = g[0], g1 = g[g_step], g2 = g[2 * g_step];
  const vf even_p = fma_v(all(0.5f), g2, g0) / -1.5f, odd_p = g1 * all(WINOGRAD_P / -1.5f);
  const vf even_q = fma_v(all(2), g2, g0) / 6, odd_q = g1 * all(WINOGRAD_Q / 6);
  u[0] = g0;
  u[step] = even_p + odd_p;
  u[2 * step] = even_p - odd_p;
  u[3 * step] = even_q + odd_q;
  u[4 * step] = even_q - odd_q;
  u[5 * step] = g2;
}

// Transforms `lanes` <= mr filters into one panel of A for each point: element (lane, c, t) is
// source[lane * lane_stride + c * channel_stride + taps[t]]; point x goes to out[x * point_stride + c * mr + lane].
static void winograd_filters(const float *source, ptrdiff_t lane_stride, ptrdiff_t channel_stride,
                             const ptrdiff_t *taps, size_t lanes, size_t channels, float *out, size_t point_stride) {
  // A panel's filters side by side in vectors.
  enum { VECTORS = (MR + LANES - 1) / LANES, WIDTH = VECTORS * LANES };
  float elements[9][WIDTH], points[WINOGRAD][WIDTH];
  memset(elements, 0, sizeof elements);
  for (size_t c = 0; c < channels; c++, out += MR) {
    for (size_t lane = 0; lane < lanes; lane++) {
      const float *g = source + (ptrdiff_t)lane * lane_stride + (ptrdiff_t)c * channel_stride;
      UNROLLED for (int t = 0; t < 9; t++) elements[t][lane] = g[taps[t]];
    }
    for (int v = 0; v < VECTORS; v++) {
      vf g[9], half[6 * 3], u[WINOGRAD];
      UNROLLED for (int t = 0; t < 9; t++) g[t] = load(elements[t] + v * LANES);
      UNROLLED for (int j = 0; j < 3; j++) winograd_filter_line(g + j, 3, half + j, 3);
      for (int i = 0; i < 6; i++) winograd_filter_line(half + 3 * i, 1, u + 6 * i, 1);
      for (int x = 0; x < WINOGRAD; x++) store(points[x] + v * LANES, u[x]);
    }
    for (size_t x = 0; x < WINOGRAD; x++) memcpy(out + x * point_stride, points[x], MR * sizeof *out);
  }
}
