// The kernels compiled for AVX2 and FMA.
#include "kernels_prelude.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("fma,avx2"))), apply_to = function)
#define GRAFT_SET GRAFT_AVX2
#define GRAFT_NAME "avx2"
#define GRAFT_TABLE graft_kernels_avx2
#define LANES 8
#define FUSED 1
#define TILE_ROWS 6
#define TILE_VECTORS 2
#include "kernels_template.h"
#pragma clang attribute pop
#endif
