// The same numbers as another type. Each returns 1, or 0 if some number has no counterpart.

typedef uint16_t vh __attribute__((vector_size(2 * LANES)));
// A file may have put them anywhere.
typedef uint16_t vh_unaligned __attribute__((vector_size(2 * LANES), aligned(1), may_alias));

// IEEE 754 binary16, exactly. Its exponent's bias is 112 less than that of a float.
INLINE vf float_of_half_v(vh half) {
  const vi bits = __builtin_convertvector(half, vi), sign = (bits & 0x8000) << 16;
  const vi magnitude = bits & 0x7fff, moved = magnitude << 13;
  const vi normal = moved + (112 << 23);
  // Below 2^-14 there is no hidden bit: a multiple of 2^-24. Infinity and NaN keep an exponent of ones.
  const vi subnormal = (vi)(__builtin_convertvector(magnitude, vf) * 0x1p-24f), special = moved | 0x7f800000;
  vi result = (vi)select_v(magnitude < 0x0400, (vf)subnormal, (vf)normal);
  result = (vi)select_v(magnitude >= 0x7c00, (vf)special, (vf)result);
  return (vf)(result | sign);
}

// The upper half of a float.
INLINE vf float_of_bfloat16_v(vh upper) { return (vf)(__builtin_convertvector(upper, vi) << 16); }

#define WIDENING(NAME, ELEMENT, VECTOR, EXPRESSION)                      \
  static int NAME(const void *source, void *target, size_t n) {          \
    const ELEMENT *row = source;                                         \
    float *out = target;                                                 \
    size_t i = 0;                                                        \
    for (; i + LANES <= n; i += LANES) {                                 \
      const VECTOR x = *(const VECTOR##_unaligned *)(row + i);           \
      store(out + i, EXPRESSION);                                        \
    }                                                                    \
    if (i < n) {                                                         \
      ELEMENT lanes[LANES] = {0};                                        \
      memcpy(lanes, row + i, (n - i) * sizeof *row);                     \
      const VECTOR x = *(const VECTOR##_unaligned *)lanes;               \
      store_part(out + i, EXPRESSION, n - i);                            \
    }                                                                    \
    return 1;                                                            \
  }

WIDENING(k_float_from_uint8, uint8_t, vb_part, __builtin_convertvector(__builtin_convertvector(x, vi), vf))
WIDENING(k_float_from_int32, int32_t, vi, __builtin_convertvector(x, vf))
WIDENING(k_float_from_half, uint16_t, vh, float_of_half_v(x))
WIDENING(k_float_from_bfloat16, uint16_t, vh, float_of_bfloat16_v(x))

// Rounds towards zero. A NaN fits nowhere.
#define NARROWING(NAME, ELEMENT, VECTOR, FITS)                                                      \
  static int NAME(const void *source, void *target, size_t n) {                                     \
    const float *row = source;                                                                      \
    ELEMENT *out = target;                                                                          \
    vi fit = (vi){0} - 1;                                                                           \
    size_t i = 0;                                                                                   \
    for (; i < n; i += LANES) {                                                                     \
      const size_t count = n - i < LANES ? n - i : LANES;                                           \
      const vf x = count == LANES ? load(row + i) : load_part(row + i, count, 0);                   \
      const vi fits = FITS;                                                                         \
      fit &= fits;                                                                                  \
      /* Only of what fits is the conversion defined. */                                            \
      const vi whole = __builtin_convertvector((vf)((vi)x & fits), vi);                             \
      const VECTOR result = __builtin_convertvector(whole, VECTOR);                                 \
      if (count == LANES) {                                                                         \
        *(VECTOR##_unaligned *)(out + i) = result;                                                  \
      } else {                                                                                      \
        for (size_t j = 0; j < count; j++) out[i + j] = (ELEMENT)result[j];                         \
      }                                                                                             \
    }                                                                                               \
    int all_fit = 1;                                                                                \
    for (int lane = 0; lane < LANES; lane++) all_fit &= fit[lane] != 0;                             \
    return all_fit;                                                                                 \
  }

NARROWING(k_uint8_from_float, uint8_t, vb_part, (x > -1) & (x < 256))
NARROWING(k_int32_from_float, int32_t, vi, (x >= -0x1p31f) & (x < 0x1p31f))
