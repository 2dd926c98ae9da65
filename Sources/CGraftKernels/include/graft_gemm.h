// Products of matrices of any size and strides, from the tiles in graft_kernels.h, on the thread team.
#ifndef GRAFT_GEMM_H
#define GRAFT_GEMM_H

#include "graft_kernels.h"

// C = A B, or C += A B: A is m x k, B is k x n, C is m x n with contiguous rows. Element (i, p) of A is
// a[i * a_row + p * a_column], so that a transposed operand is one with its strides exchanged; B likewise.
// C may not overlap A or B.
typedef struct {
  size_t m, n, k;
  const float *a;
  ptrdiff_t a_row, a_column;
  const float *b;
  ptrdiff_t b_row, b_column;
  float *c;
  ptrdiff_t c_row;
  int accumulate;
  const graft_epilogue *epilogue;  // what happens to each element once its sum is complete; NULL: nothing
} graft_product;

// Multiplies with the given table, on at most `threads` threads. The result depends on the product and the table alone.
// Returns 0 if there is no memory for packed panels, else 1.
int graft_gemm(const graft_product *product, const graft_kernel_table *kernels, int threads);

// Products of one shape: the operands of product i lie i steps further than those of the first.
typedef struct {
  size_t count;
  ptrdiff_t a_step, b_step, c_step;
} graft_batch;

// The same for each product of a batch, without epilogue. Small products run side by side, large ones one after the
// other with all threads on each.
int graft_gemm_batched(const graft_product *first, const graft_batch *batch, const graft_kernel_table *kernels,
                       int threads);

#endif
