// Four floats at a time, the same for every instruction set.
#ifndef GRAFT_QUADS_H
#define GRAFT_QUADS_H

#include <stddef.h>

typedef float graft_quad __attribute__((vector_size(16)));
typedef float graft_quad_unaligned __attribute__((vector_size(16), aligned(4), may_alias));

// Writes the transpose of the 4x4 matrix whose rows start `stride` elements apart.
static inline void transpose_quads(const float *source, size_t stride, float *out, size_t out_stride) {
  const graft_quad a = *(const graft_quad_unaligned *)source;
  const graft_quad b = *(const graft_quad_unaligned *)(source + stride);
  const graft_quad c = *(const graft_quad_unaligned *)(source + 2 * stride);
  const graft_quad d = *(const graft_quad_unaligned *)(source + 3 * stride);
  const graft_quad ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const graft_quad ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const graft_quad cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const graft_quad cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(graft_quad_unaligned *)out = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  *(graft_quad_unaligned *)(out + out_stride) = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  *(graft_quad_unaligned *)(out + 2 * out_stride) = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  *(graft_quad_unaligned *)(out + 3 * out_stride) = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

#endif
