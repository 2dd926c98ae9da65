// Images in another size: sums of bytes and weights in fixed point, exact, so that every table gives the same bytes.

enum { RESAMPLE_DIGITS = 22 };

// The bytes nearest to sums of products.
INLINE void store_sums(uint8_t *out, vi sum, size_t n) {
  sum = (sum + (1 << (RESAMPLE_DIGITS - 1))) >> RESAMPLE_DIGITS;
  sum &= ~(sum >> 31);
  const vi over = sum > 255;
  const vb_part bytes = __builtin_convertvector((sum & ~over) | (over & 255), vb_part);
  if (n >= LANES) {
    *(vb_part_unaligned *)out = bytes;
  } else {
    for (size_t i = 0; i < n; i++) out[i] = bytes[i];
  }
}

static void k_resample_columns(const uint8_t *rows, ptrdiff_t stride, const int32_t *weights, size_t taps, uint8_t *out,
                               size_t n) {
  for (size_t i = 0; i < n; i += LANES) {
    vi sum = {0};
    for (size_t tap = 0; tap < taps; tap++) {
      const uint8_t *place = rows + (ptrdiff_t)tap * stride + i;
      vb_part bytes = {0};
      if (i + LANES <= n) {
        bytes = *(const vb_part_unaligned *)place;
      } else {
        for (size_t j = 0; i + j < n; j++) bytes[j] = place[j];
      }
      sum += __builtin_convertvector(bytes, vi) * weights[tap];
    }
    store_sums(out + i, sum, n - i);
  }
}

// As for warped images, four bytes of a pixel's at a time are fetched for a block of pixels before they are weighted.
static void k_resample_row(const uint8_t *row, const int32_t *offsets, const int32_t *weights, size_t weight_stride,
                           size_t taps, uint8_t *out, size_t n) {
  uint32_t words[WARP_BLOCK] = {0};
  int32_t sums[WARP_BLOCK];
  for (size_t start = 0; start < n; start += WARP_BLOCK) {
    const size_t count = n - start < WARP_BLOCK ? n - start : WARP_BLOCK;
    for (size_t tap = 0; tap < taps; tap += 4) {
      for (size_t i = 0; i < count; i++) memcpy(&words[i], row + offsets[start + i] + tap, 4);
      for (size_t i = 0; i < count; i += LANES) {
        const vu word = *(const vu_unaligned *)(words + i);
        const int32_t *weight = weights + tap * weight_stride + start + i;
        vi sum = {0};
        if (tap > 0) sum = *(const warp_vi_unaligned *)(sums + i);
        for (size_t byte = 0; byte < 4; byte++) {
          sum += (vi)(word >> (uint32_t)(8 * byte) & 255) * *(const warp_vi_unaligned *)(weight + byte * weight_stride);
        }
        *(warp_vi_unaligned *)(sums + i) = sum;
      }
    }
    for (size_t i = 0; i < count; i += LANES) {
      store_sums(out + start + i, *(const warp_vi_unaligned *)(sums + i), count - i);
    }
  }
}
