// The kernels compiled for AVX-512.
#include "kernels_prelude.h"

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,fma,avx2"))), apply_to = function)
#define GRAFT_SET GRAFT_AVX512
#define GRAFT_NAME "avx512"
#define GRAFT_TABLE graft_kernels_avx512
#define LANES 16
#define FUSED 1
#define TILE_ROWS 14
#define TILE_VECTORS 2
#include "kernels_template.h"
#pragma clang attribute pop
#endif
