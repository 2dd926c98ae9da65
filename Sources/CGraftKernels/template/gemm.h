// The matrix-multiply tile, and the packing that feeds it.

enum { MR = TILE_ROWS, NV = TILE_VECTORS, NR = TILE_VECTORS * LANES };

#define UNROLLED _Pragma("clang loop unroll(full)")

// Writes a tile held in registers to C.
INLINE void store_tile(vf tile[MR][NV], float *c, ptrdiff_t c_stride, size_t rows, size_t columns,
                       int accumulate) {
  if (rows == MR && columns == NR) {
    if (accumulate) {
      UNROLLED for (int i = 0; i < MR; i++) {
        UNROLLED for (int v = 0; v < NV; v++) tile[i][v] += load(c + i * c_stride + v * LANES);
      }
    }
    UNROLLED for (int i = 0; i < MR; i++) {
      UNROLLED for (int v = 0; v < NV; v++) store(c + i * c_stride + v * LANES, tile[i][v]);
    }
    return;
  }
  float edge[MR * NR];
  UNROLLED for (int i = 0; i < MR; i++) {
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

static void gemm_tile(size_t k, const float *a, const float *b, float *c, ptrdiff_t c_stride, size_t rows,
                      size_t columns, int accumulate) {
  vf tile[MR][NV];
  UNROLLED for (int i = 0; i < MR; i++) {
    UNROLLED for (int v = 0; v < NV; v++) tile[i][v] = all(0);
  }
  for (size_t p = 0; p < k; p++) {
    vf row[NV];
    UNROLLED for (int v = 0; v < NV; v++) row[v] = load(b + v * LANES);
    UNROLLED for (int i = 0; i < MR; i++) {
      const vf factor = all(a[i]);
      UNROLLED for (int v = 0; v < NV; v++) tile[i][v] = fma_v(factor, row[v], tile[i][v]);
    }
    a += MR;
    b += NR;
  }
  store_tile(tile, c, c_stride, rows, columns, accumulate);
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

static void gemm_direct(size_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column, const float *b,
                        ptrdiff_t b_row, float *c, ptrdiff_t c_stride, size_t rows, size_t columns,
                        int accumulate) {
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
  if (lane_stride == 1 && lanes == width) {
    for (size_t p = 0; p < k; p++) {
      memcpy(out + p * width, source + (ptrdiff_t)p * k_stride, width * sizeof *out);
    }
    return;
  }
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

static void pack_a(const float *source, ptrdiff_t lane_stride, ptrdiff_t k_stride, size_t lanes, size_t k,
                   float *out) {
  for (size_t lane = 0; lane < lanes; lane += MR, out += MR * k) {
    const size_t count = lanes - lane < MR ? lanes - lane : MR;
    pack_panel(source + (ptrdiff_t)lane * lane_stride, lane_stride, k_stride, count, k, out, MR);
  }
}

static void pack_b(const float *source, ptrdiff_t lane_stride, ptrdiff_t k_stride, size_t lanes, size_t k,
                   float *out) {
  for (size_t lane = 0; lane < lanes; lane += NR, out += NR * k) {
    const size_t count = lanes - lane < NR ? lanes - lane : NR;
    pack_panel(source + (ptrdiff_t)lane * lane_stride, lane_stride, k_stride, count, k, out, NR);
  }
}

// The products of one vector with `count` rows of a matrix, read side by side so that the vector is loaded
// once for all of them. Two accumulators a row, added up in the end.
INLINE void dot_rows(const int count, size_t k, const float *matrix, ptrdiff_t row_stride, const float *x,
                     float *y, ptrdiff_t y_stride, int accumulate) {
  vf even[4], odd[4];
  UNROLLED for (int i = 0; i < count; i++) even[i] = odd[i] = all(0);
  size_t p = 0;
  for (; p + 2 * LANES <= k; p += 2 * LANES) {
    const vf x0 = load(x + p), x1 = load(x + p + LANES);
    UNROLLED for (int i = 0; i < count; i++) {
      even[i] = fma_v(load(matrix + i * row_stride + p), x0, even[i]);
      odd[i] = fma_v(load(matrix + i * row_stride + p + LANES), x1, odd[i]);
    }
  }
  for (; p < k; p += LANES) {
    const size_t n = k - p < LANES ? k - p : LANES;
    const vf x0 = load_part(x + p, n, 0);
    UNROLLED for (int i = 0; i < count; i++) {
      even[i] = fma_v(load_part(matrix + i * row_stride + p, n, 0), x0, even[i]);
    }
  }
  UNROLLED for (int i = 0; i < count; i++) {
    const float total = sum_lanes(even[i] + odd[i]);
    float *place = y + i * y_stride;
    *place = accumulate ? *place + total : total;
  }
}

static void gemv_rows(size_t rows, size_t k, const float *matrix, ptrdiff_t row_stride, const float *x, float *y,
                      ptrdiff_t y_stride, int accumulate) {
  size_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    dot_rows(4, k, matrix + (ptrdiff_t)i * row_stride, row_stride, x, y + (ptrdiff_t)i * y_stride, y_stride,
             accumulate);
  }
  for (; i < rows; i++) {
    dot_rows(1, k, matrix + (ptrdiff_t)i * row_stride, row_stride, x, y + (ptrdiff_t)i * y_stride, y_stride,
             accumulate);
  }
}
