// The matrix-multiply tile, and the packing that feeds it.

enum { MR = TILE_ROWS, NV = TILE_VECTORS, NR = TILE_VECTORS * LANES };

#define UNROLLED _Pragma("clang loop unroll(full)")

// Writes the first `count` rows of a tile held in registers to C, which has `rows` of them and `columns` columns.
INLINE void store_tile(const int count, vf tile[MR][NV], float *c, ptrdiff_t c_stride, size_t rows, size_t columns,
                       int accumulate) {
  if (rows == (size_t)count && columns == NR) {
    if (accumulate) {
      UNROLLED for (int i = 0; i < count; i++) {
        UNROLLED for (int v = 0; v < NV; v++) tile[i][v] += load(c + i * c_stride + v * LANES);
      }
    }
    UNROLLED for (int i = 0; i < count; i++) {
      UNROLLED for (int v = 0; v < NV; v++) store(c + i * c_stride + v * LANES, tile[i][v]);
    }
    return;
  }
  float edge[MR * NR];
  UNROLLED for (int i = 0; i < count; i++) {
    UNROLLED for (int v = 0; v < NV; v++) store(edge + i * NR + v * LANES, tile[i][v]);
  }
  for (size_t i = 0; i < rows; i++) {
    float *row = c + (ptrdiff_t)i * c_stride;
    if (accumulate) {
      for (size_t j = 0; j < columns; j++) row[j] += edge[i * NR + j];
    } else {
      for (size_t j = 0; j < columns; j++) row[j] = edge[i * NR + j];
    }
  }
}

// One more term of every sum in a tile.
INLINE void tile_step(const int count, vf tile[MR][NV], const float *a, const float *b) {
  vf row[NV];
  UNROLLED for (int v = 0; v < NV; v++) row[v] = load(b + v * LANES);
  UNROLLED for (int i = 0; i < count; i++) {
    const vf factor = all(a[i]);
    UNROLLED for (int v = 0; v < NV; v++) tile[i][v] = fma_v(factor, row[v], tile[i][v]);
  }
}

// The first `count` rows of a tile, of which `rows` are wanted.
INLINE void tile_rows(const int count, size_t k, const float *a, const float *b, float *c, ptrdiff_t c_stride,
                      size_t rows, size_t columns, int accumulate) {
  vf tile[MR][NV];
  UNROLLED for (int i = 0; i < count; i++) {
    UNROLLED for (int v = 0; v < NV; v++) tile[i][v] = all(0);
  }
  size_t p = 0;
  for (; p + 4 <= k; p += 4, a += 4 * MR, b += 4 * NR) {
    UNROLLED for (int u = 0; u < 4; u++) tile_step(count, tile, a + u * MR, b + u * NR);
  }
  for (; p < k; p++, a += MR, b += NR) tile_step(count, tile, a, b);
  store_tile(count, tile, c, c_stride, rows, columns, accumulate);
}

static void gemm_tile(size_t k, const float *a, const float *b, float *c, ptrdiff_t c_stride, size_t rows,
                      size_t columns, int accumulate) {
  // Half a tile's rows or fewer are not worth a whole tile's time. Fewer than that would not be quicker: each sum
  // has to wait for its last term.
  enum { FEW = (2 * MR + 2) / 3 };
  if (rows <= FEW) {
    tile_rows(FEW, k, a, b, c, c_stride, rows, columns, accumulate);
  } else {
    tile_rows(MR, k, a, b, c, c_stride, rows, columns, accumulate);
  }
}

static void gemm_panels(size_t k, const float *a, const float *b, size_t b_panel_stride, float *c,
                        ptrdiff_t c_stride, size_t rows, size_t columns, int accumulate) {
  for (size_t j = 0; j < columns; j += NR, b += b_panel_stride) {
    const float *panel = a;
    for (size_t i = 0; i < rows; i += MR, panel += MR * k) {
      gemm_tile(k, panel, b, c + (ptrdiff_t)i * c_stride + j, c_stride, rows - i < MR ? rows - i : MR,
                columns - j < NR ? columns - j : NR, accumulate);
    }
  }
}

// A tile of a known number of rows from unpacked operands.
INLINE void direct_rows(const int count, size_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column,
                        const float *b, ptrdiff_t b_row, float *c, ptrdiff_t c_stride, int accumulate) {
  vf tile[MR][NV];
  UNROLLED for (int i = 0; i < MR; i++) {
    UNROLLED for (int v = 0; v < NV; v++) tile[i][v] = all(0);
  }
  for (size_t p = 0; p < k; p++) {
    vf row[NV];
    UNROLLED for (int v = 0; v < NV; v++) row[v] = load(b + v * LANES);
    UNROLLED for (int i = 0; i < MR; i++) {
      if (i < count) {
        const vf factor = all(a[i * a_row]);
        UNROLLED for (int v = 0; v < NV; v++) tile[i][v] = fma_v(factor, row[v], tile[i][v]);
      }
    }
    a += a_column;
    b += b_row;
  }
  UNROLLED for (int i = 0; i < MR; i++) {
    if (i < count) {
      UNROLLED for (int v = 0; v < NV; v++) {
        float *place = c + i * c_stride + v * LANES;
        store(place, accumulate ? load(place) + tile[i][v] : tile[i][v]);
      }
    }
  }
}

// Adds `count` terms to a row of C. The row is read and written once for all of them.
INLINE void add_terms(const int count, const float *a, ptrdiff_t a_column, const float *b, ptrdiff_t b_row, float *c,
                      size_t columns, int accumulate) {
  vf factors[8];
  UNROLLED for (int u = 0; u < count; u++) factors[u] = all(a[u * a_column]);
  size_t j = 0;
  for (; j + LANES <= columns; j += LANES) {
    vf sum = accumulate ? load(c + j) : all(0);
    UNROLLED for (int u = 0; u < count; u++) sum = fma_v(factors[u], load(b + u * b_row + j), sum);
    store(c + j, sum);
  }
  if (j < columns) {
    const size_t n = columns - j;
    vf sum = accumulate ? load_part(c + j, n, 0) : all(0);
    UNROLLED for (int u = 0; u < count; u++) sum = fma_v(factors[u], load_part(b + u * b_row + j, n, 0), sum);
    store_part(c + j, sum, n);
  }
}

// A row or three of C: going through B from end to end is what counts then.
static void direct_vectors(size_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column, const float *b,
                           ptrdiff_t b_row, float *c, ptrdiff_t c_stride, size_t rows, size_t columns,
                           int accumulate) {
  size_t p = 0;
  for (; p + 8 <= k; p += 8, b += 8 * b_row) {
    for (size_t i = 0; i < rows; i++) {
      add_terms(8, a + (ptrdiff_t)i * a_row + (ptrdiff_t)p * a_column, a_column, b, b_row,
                c + (ptrdiff_t)i * c_stride, columns, accumulate || p > 0);
    }
  }
  for (; p < k; p++, b += b_row) {
    for (size_t i = 0; i < rows; i++) {
      add_terms(1, a + (ptrdiff_t)i * a_row + (ptrdiff_t)p * a_column, a_column, b, b_row,
                c + (ptrdiff_t)i * c_stride, columns, accumulate || p > 0);
    }
  }
}

static void gemm_direct(size_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column, const float *b,
                        ptrdiff_t b_row, float *c, ptrdiff_t c_stride, size_t rows, size_t columns,
                        int accumulate) {
  if (rows <= 3 && k > 0) {
    direct_vectors(k, a, a_row, a_column, b, b_row, c, c_stride, rows, columns, accumulate);
    return;
  }
  size_t j = 0;
  for (; j + NR <= columns; j += NR) {
    size_t i = 0;
    for (; i + MR <= rows; i += MR) {
      direct_rows(MR, k, a + (ptrdiff_t)i * a_row, a_row, a_column, b + j, b_row, c + (ptrdiff_t)i * c_stride + j,
                  c_stride, accumulate);
    }
    for (; i + 4 <= rows; i += 4) {
      direct_rows(4, k, a + (ptrdiff_t)i * a_row, a_row, a_column, b + j, b_row, c + (ptrdiff_t)i * c_stride + j,
                  c_stride, accumulate);
    }
    for (; i + 2 <= rows; i += 2) {
      direct_rows(2, k, a + (ptrdiff_t)i * a_row, a_row, a_column, b + j, b_row, c + (ptrdiff_t)i * c_stride + j,
                  c_stride, accumulate);
    }
    for (; i < rows; i++) {
      direct_rows(1, k, a + (ptrdiff_t)i * a_row, a_row, a_column, b + j, b_row, c + (ptrdiff_t)i * c_stride + j,
                  c_stride, accumulate);
    }
  }
  // The columns left over: one vector at a time.
  for (; j < columns; j += LANES) {
    const size_t width = columns - j < LANES ? columns - j : LANES;
    for (size_t i = 0; i < rows; i++) {
      const float *a_i = a + (ptrdiff_t)i * a_row;
      vf total = all(0);
      for (size_t p = 0; p < k; p++) {
        const float *b_p = b + (ptrdiff_t)p * b_row + j;
        const vf row = width == LANES ? load(b_p) : load_part(b_p, width, 0);
        total = fma_v(all(a_i[(ptrdiff_t)p * a_column]), row, total);
      }
      float *place = c + (ptrdiff_t)i * c_stride + j;
      if (width == LANES) {
        store(place, accumulate ? load(place) + total : total);
      } else {
        store_part(place, accumulate ? load_part(place, width, 0) + total : total, width);
      }
    }
  }
}

typedef float quad __attribute__((vector_size(16)));
typedef float quad_unaligned __attribute__((vector_size(16), aligned(4), may_alias));

// Four lanes whose elements are contiguous along k, transposed four by four.
INLINE void pack_four(const float *source, ptrdiff_t lane_stride, size_t k, float *out, size_t width) {
  const float *s0 = source, *s1 = s0 + lane_stride, *s2 = s1 + lane_stride, *s3 = s2 + lane_stride;
  size_t p = 0;
  for (; p + 4 <= k; p += 4) {
    const quad r0 = *(const quad_unaligned *)(s0 + p), r1 = *(const quad_unaligned *)(s1 + p);
    const quad r2 = *(const quad_unaligned *)(s2 + p), r3 = *(const quad_unaligned *)(s3 + p);
    const quad low01 = __builtin_shufflevector(r0, r1, 0, 4, 1, 5);
    const quad low23 = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
    const quad high01 = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
    const quad high23 = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
    float *o = out + p * width;
    *(quad_unaligned *)o = __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
    *(quad_unaligned *)(o + width) = __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
    *(quad_unaligned *)(o + 2 * width) = __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
    *(quad_unaligned *)(o + 3 * width) = __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
  }
  for (; p < k; p++) {
    float *o = out + p * width;
    o[0] = s0[p];
    o[1] = s1[p];
    o[2] = s2[p];
    o[3] = s3[p];
  }
}

// One panel of at most `width` lanes.
INLINE void pack_panel(const float *source, ptrdiff_t lane_stride, ptrdiff_t k_stride, size_t lanes, size_t k,
                       float *out, const size_t width) {
  if (lanes < width) memset(out, 0, width * k * sizeof *out);
  size_t lane = 0;
  if (k_stride == 1) {
    for (; lane + 4 <= lanes; lane += 4) {
      pack_four(source + (ptrdiff_t)lane * lane_stride, lane_stride, k, out + lane, width);
    }
  }
  for (; lane < lanes; lane++) {
    const float *s = source + (ptrdiff_t)lane * lane_stride;
    for (size_t p = 0; p < k; p++) out[p * width + lane] = s[(ptrdiff_t)p * k_stride];
  }
}

// Lanes that lie side by side, eight rows of all panels at a time: where rows are a large power of two apart, the lines of
// more rows would drive each other out of a cache of eight ways before the next panel comes back to them.
INLINE void pack_side_by_side(const float *source, ptrdiff_t k_stride, size_t lanes, size_t k, float *out,
                              const size_t width) {
  for (size_t p = 0; p < k; p += 8) {
    const size_t rows = k - p < 8 ? k - p : 8;
    for (size_t lane = 0; lane < lanes; lane += width) {
      const float *from = source + (ptrdiff_t)p * k_stride + lane;
      float *place = out + lane * k + p * width;
      const size_t count = lanes - lane;
      for (size_t r = 0; r < rows; r++, from += k_stride, place += width) {
        if (count >= width) {
          memcpy(place, from, width * sizeof *out);
        } else {
          for (size_t l = 0; l < width; l++) place[l] = l < count ? from[l] : 0;
        }
      }
    }
  }
}

// Panels of `width` lanes each.
INLINE void pack_panels(const float *source, ptrdiff_t lane_stride, ptrdiff_t k_stride, size_t lanes, size_t k,
                        float *out, const size_t width) {
  if (lane_stride == 1) {
    pack_side_by_side(source, k_stride, lanes, k, out, width);
    return;
  }
  for (size_t lane = 0; lane < lanes; lane += width, out += width * k) {
    const size_t count = lanes - lane < width ? lanes - lane : width;
    pack_panel(source + (ptrdiff_t)lane * lane_stride, lane_stride, k_stride, count, k, out, width);
  }
}

static void pack_a(const float *source, ptrdiff_t lane_stride, ptrdiff_t k_stride, size_t lanes, size_t k,
                   float *out) {
  pack_panels(source, lane_stride, k_stride, lanes, k, out, MR);
}

static void pack_b(const float *source, ptrdiff_t lane_stride, ptrdiff_t k_stride, size_t lanes, size_t k,
                   float *out) {
  pack_panels(source, lane_stride, k_stride, lanes, k, out, NR);
}

// The sum of the lanes of four vectors, each in the tree of sum_lanes.
INLINE quad fold_lanes(vf v) {
#if LANES == 16
  typedef float octet __attribute__((vector_size(32)));
  const octet o = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                  __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  return __builtin_shufflevector(o, o, 0, 1, 2, 3) + __builtin_shufflevector(o, o, 4, 5, 6, 7);
#elif LANES == 8
  return __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
#else
  return v;
#endif
}

INLINE quad sum_lanes_of_four(vf v0, vf v1, vf v2, vf v3) {
  const quad q0 = fold_lanes(v0), q1 = fold_lanes(v1), q2 = fold_lanes(v2), q3 = fold_lanes(v3);
  const quad p01 = __builtin_shufflevector(q0, q1, 0, 1, 4, 5) + __builtin_shufflevector(q0, q1, 2, 3, 6, 7);
  const quad p23 = __builtin_shufflevector(q2, q3, 0, 1, 4, 5) + __builtin_shufflevector(q2, q3, 2, 3, 6, 7);
  return __builtin_shufflevector(p01, p23, 0, 2, 4, 6) + __builtin_shufflevector(p01, p23, 1, 3, 5, 7);
}

// rows x columns dot products side by side, so that what is loaded serves several of them. `rows` is 1, 4 or 8.
INLINE void dot_tile(const int rows, const int columns, size_t k, const float *a, ptrdiff_t a_row, const float *b,
                     ptrdiff_t b_column, float *c, ptrdiff_t c_row, ptrdiff_t c_column, int accumulate) {
  enum { MOST = 12 };
  vf sums[MOST];
  UNROLLED for (int i = 0; i < rows * columns; i++) sums[i] = all(0);
  size_t p = 0;
  for (; p + LANES <= k; p += LANES) {
    vf factors[3];
    UNROLLED for (int j = 0; j < columns; j++) factors[j] = load(b + j * b_column + p);
    UNROLLED for (int i = 0; i < rows; i++) {
      const vf row = load(a + i * a_row + p);
      UNROLLED for (int j = 0; j < columns; j++) sums[j * rows + i] = fma_v(row, factors[j], sums[j * rows + i]);
    }
  }
  if (p < k) {
    vf tails[8];
    UNROLLED for (int i = 0; i < rows; i++) tails[i] = load_part(a + i * a_row + p, k - p, 0);
    UNROLLED for (int j = 0; j < columns; j++) {
      const vf factor = load_part(b + j * b_column + p, k - p, 0);
      UNROLLED for (int i = 0; i < rows; i++) sums[j * rows + i] = fma_v(tails[i], factor, sums[j * rows + i]);
    }
  }
  UNROLLED for (int j = 0; j < columns; j++) {
    UNROLLED for (int i = 0; i < rows; i += 4) {
      const vf *s = sums + j * rows + i;
      const quad totals = rows == 1 ? sum_lanes_of_four(s[0], s[0], s[0], s[0])
                                    : sum_lanes_of_four(s[0], s[1], s[2], s[3]);
      UNROLLED for (int r = 0; r < 4 && i + r < rows; r++) {
        float *place = c + (i + r) * c_row + j * c_column;
        *place = accumulate ? *place + totals[r] : totals[r];
      }
    }
  }
}

// A few rows of A with all columns of B.
INLINE void dot_rows(const int count, size_t k, const float *a, ptrdiff_t a_row, const float *b, ptrdiff_t b_column,
                     float *c, ptrdiff_t c_row, ptrdiff_t c_column, size_t columns, int accumulate) {
  size_t j = 0;
  for (; j + 3 <= columns; j += 3) {
    dot_tile(count, 3, k, a, a_row, b + (ptrdiff_t)j * b_column, b_column, c + (ptrdiff_t)j * c_column, c_row,
             c_column, accumulate);
  }
  if (columns - j == 2) {
    dot_tile(count, 2, k, a, a_row, b + (ptrdiff_t)j * b_column, b_column, c + (ptrdiff_t)j * c_column, c_row,
             c_column, accumulate);
  } else if (columns - j == 1) {
    dot_tile(count, 1, k, a, a_row, b + (ptrdiff_t)j * b_column, b_column, c + (ptrdiff_t)j * c_column, c_row,
             c_column, accumulate);
  }
}

static void gemm_dot(size_t k, const float *a, ptrdiff_t a_row, const float *b, ptrdiff_t b_column, float *c,
                     ptrdiff_t c_row, ptrdiff_t c_column, size_t rows, size_t columns, int accumulate) {
  size_t i = 0;
  if (columns == 1) {
    // Eight rows, since with fewer the sums would wait for each other.
    for (; i + 8 <= rows; i += 8) {
      dot_tile(8, 1, k, a + (ptrdiff_t)i * a_row, a_row, b, b_column, c + (ptrdiff_t)i * c_row, c_row, c_column,
               accumulate);
    }
  }
  for (; i + 4 <= rows; i += 4) {
    dot_rows(4, k, a + (ptrdiff_t)i * a_row, a_row, b, b_column, c + (ptrdiff_t)i * c_row, c_row, c_column, columns,
             accumulate);
  }
  for (; i < rows; i++) {
    dot_rows(1, k, a + (ptrdiff_t)i * a_row, a_row, b, b_column, c + (ptrdiff_t)i * c_row, c_row, c_column, columns,
             accumulate);
  }
}
