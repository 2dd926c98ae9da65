// Rows of a warped image: where their pixels lie in the image they are made from, and what is there.

// Pixels whose neighbours are fetched before they are weighted. The bytes of a place lie where only single loads reach them; a
// vector read back the moment its parts were stored would have to wait for them.
enum { WARP_BLOCK = 128 };

typedef uint32_t vu __attribute__((vector_size(4 * LANES)));
typedef uint32_t vu_unaligned __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t warp_vi_unaligned __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

// Within 0 and `most`; 0 of NaN.
INLINE vf confined_v(vf place, const float most) {
  place = select_v(place > all(0), place, all(0));
  return select_v(place < all(most), place, all(most));
}

static void k_warp_places(const graft_warp_row *row, size_t n, int32_t *offsets, float *across, float *down) {
  const int is_affine = row->w == 1 && row->dw == 0;
  vf index;
  for (int lane = 0; lane < LANES; lane++) index[lane] = (float)lane;
  for (size_t i = 0; i < n; i += LANES) {
    vf u = fma_v(index, all(row->du), all(row->u)), v = fma_v(index, all(row->dv), all(row->v));
    const vf w = fma_v(index, all(row->dw), all(row->w));
    index += all(LANES);
    u = confined_v((is_affine ? u : u / w) + all(row->shift), row->columns);
    v = confined_v((is_affine ? v : v / w) + all(row->shift), row->rows);
    const vi x = __builtin_convertvector(min_v(u, all(row->columns - 1)), vi);
    const vi y = __builtin_convertvector(min_v(v, all(row->rows - 1)), vi);
    const vi offset = y * row->stride + x;
    *(warp_vi_unaligned *)(offsets + i) = offset;
    store(across + i, u - __builtin_convertvector(x, vf));
    store(down + i, v - __builtin_convertvector(y, vf));
  }
}

// The byte at a place of a little-endian word.
INLINE vf byte_v(vu word, const int place) {
  return __builtin_convertvector((vi)(word >> (8 * place) & 255), vf);
}

INLINE void store_bytes(uint8_t *out, vf value, size_t n) {
  // 0 ≤ value < 256
  const vb_part bytes = __builtin_convertvector(__builtin_convertvector(value, vi), vb_part);
  if (n >= LANES) {
    *(vb_part_unaligned *)out = bytes;
  } else {
    for (size_t i = 0; i < n; i++) out[i] = bytes[i];
  }
}

static void k_warp_nearest(const uint8_t *plane, ptrdiff_t stride, const int32_t *offsets, const float *across,
                           const float *down, uint8_t *out, size_t n) {
  (void)stride, (void)across, (void)down;
  for (size_t i = 0; i < n; i++) out[i] = plane[offsets[i]];
}

static void k_warp_bilinear(const uint8_t *plane, ptrdiff_t stride, const int32_t *offsets, const float *across,
                            const float *down, uint8_t *out, size_t n) {
  uint32_t words[WARP_BLOCK] = {0};
  for (size_t start = 0; start < n; start += WARP_BLOCK) {
    const size_t count = n - start < WARP_BLOCK ? n - start : WARP_BLOCK;
    for (size_t i = 0; i < count; i++) {
      const uint8_t *place = plane + offsets[start + i];
      uint16_t upper, lower;
      memcpy(&upper, place, 2);
      memcpy(&lower, place + stride, 2);
      words[i] = upper | (uint32_t)lower << 16;
    }
    for (size_t i = 0; i < count; i += LANES) {
      const vu word = *(const vu_unaligned *)(words + i);
      const vf x = load(across + start + i), y = load(down + start + i);
      const vf upper = byte_v(word, 0), lower = byte_v(word, 2);
      const vf high = fma_v(x, byte_v(word, 1) - upper, upper), low = fma_v(x, byte_v(word, 3) - lower, lower);
      store_bytes(out + start + i, fma_v(y, low - high, high) + all(0.5f), count - i);
    }
  }
}

// Keys' kernel with a = -1 over four neighbours, t the distance of the place from the second.
INLINE void cubic_weights(vf t, vf weights[4]) {
  const vf squared = t * t, rest = all(1) - t;
  weights[0] = -t * rest * rest;
  weights[1] = fma_v(squared, t - all(2), all(1));
  weights[2] = fma_v(squared, rest, t);
  weights[3] = -squared * rest;
}

static void k_warp_bicubic(const uint8_t *plane, ptrdiff_t stride, const int32_t *offsets, const float *across,
                           const float *down, uint8_t *out, size_t n) {
  uint32_t words[4][WARP_BLOCK] = {{0}};
  for (size_t start = 0; start < n; start += WARP_BLOCK) {
    const size_t count = n - start < WARP_BLOCK ? n - start : WARP_BLOCK;
    for (size_t i = 0; i < count; i++) {
      const uint8_t *place = plane + offsets[start + i];
      for (int row = 0; row < 4; row++) memcpy(&words[row][i], place + row * stride, 4);
    }
    for (size_t i = 0; i < count; i += LANES) {
      vf x[4], y[4], sum = all(0.5f);
      cubic_weights(load(across + start + i), x);
      cubic_weights(load(down + start + i), y);
      for (int row = 0; row < 4; row++) {
        const vu word = *(const vu_unaligned *)(words[row] + i);
        vf value = x[0] * byte_v(word, 0);
        for (int column = 1; column < 4; column++) value = fma_v(x[column], byte_v(word, column), value);
        sum = fma_v(y[row], value, sum);
      }
      store_bytes(out + start + i, confined_v(sum, 255), count - i);
    }
  }
}
