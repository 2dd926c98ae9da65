// The kernels compiled for what every machine of the architecture has.
#include "kernels_prelude.h"

#define GRAFT_SET GRAFT_BASELINE
#define GRAFT_NAME "baseline"
#define GRAFT_TABLE graft_kernels_baseline
#define LANES 4
#if defined(__aarch64__)
// 32 registers: 24 of C, 3 of B, 2 of A.
#define FUSED 1
#define TILE_ROWS 8
#define TILE_VECTORS 3
#else
// 16 registers: 8 of C, 2 of B, one of A, and one for the product, since there is no fused multiply-add.
#define FUSED 0
#define TILE_ROWS 4
#define TILE_VECTORS 2
#endif
#include "kernels_template.h"
