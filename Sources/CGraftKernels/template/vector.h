// A vector of floats and what can be done with it.

#define INLINE static inline __attribute__((always_inline))

typedef float vf __attribute__((vector_size(4 * LANES)));
typedef int32_t vi __attribute__((vector_size(4 * LANES)));
// Vectors of this kind, and only they, can be made from one number by a cast.
typedef float vf_splat __attribute__((ext_vector_type(LANES)));
typedef float vf_unaligned __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE vf load(const float *p) { return *(const vf_unaligned *)p; }
INLINE void store(float *p, vf v) { *(vf_unaligned *)p = v; }
INLINE vf all(float s) { return (vf)(vf_splat)(s); }

// The last n < LANES elements of a row; the other lanes are `rest`.
INLINE vf load_part(const float *p, size_t n, float rest) {
  vf v = all(rest);
  float lanes[LANES];
  store(lanes, v);
  for (size_t i = 0; i < n; i++) lanes[i] = p[i];
  return load(lanes);
}

INLINE void store_part(float *p, vf v, size_t n) {
  float lanes[LANES];
  store(lanes, v);
  for (size_t i = 0; i < n; i++) p[i] = lanes[i];
}

// a * b + c, rounded once where the instruction set can.
INLINE vf fma_v(vf a, vf b, vf c) {
#if FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

// mask ? a : b; a mask is all ones or all zeros in each lane, as comparisons make it.
INLINE vf select_v(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }

// NaN if either is NaN.
INLINE vf max_v(vf a, vf b) { return select_v((a > b) | (a != a), a, b); }
INLINE vf min_v(vf a, vf b) { return select_v((a < b) | (a != a), a, b); }

INLINE vf abs_v(vf a) { return (vf)((vi)a & 0x7fffffff); }
INLINE vf with_sign_of(vf magnitude, vf sign) { return (vf)((vi)magnitude | ((vi)sign & (int32_t)0x80000000)); }

INLINE vf sqrt_v(vf a) {
#if __has_builtin(__builtin_elementwise_sqrt)
  return __builtin_elementwise_sqrt(a);
#else
  for (int i = 0; i < LANES; i++) a[i] = sqrtf(a[i]);
  return a;
#endif
}

// The sum of the lanes, in the same tree for every call.
INLINE float sum_lanes(vf v) {
  float lanes[LANES];
  store(lanes, v);
  for (int width = LANES / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}
