// Scaled dot-product attention in tiles, forward and backward, without the matrix of all scores.
#ifndef GRAFT_ATTENTION_H
#define GRAFT_ATTENTION_H

#include "graft_kernels.h"

// Rows of `width` contiguous floats: row i of head h in batch b starts at base + b * batch + h * head + i * row.
typedef struct {
  const float *base;
  ptrdiff_t batch, head, row;
} graft_heads;

// The same, to be written.
typedef struct {
  float *base;
  ptrdiff_t batch, head, row;
} graft_heads_out;

// output = dropout(softmax(scale * query key^T + mask)) value, for each head.
typedef struct {
  size_t batch, heads, queries, keys;
  size_t width, value_width;  // of a query and a key; of a value
  graft_heads query, key, value;
  const unsigned char *mask;  // [batch, keys], contiguous, 0 where a key is not to be seen; or NULL
  int causal;                 // query i sees the keys 0...i alone
  float scale;
  uint32_t dropped;           // of 65536; see graft_attention_tile
  float factor;
  uint64_t seed, stream, block;
} graft_attention;

// How many blocks of the random sequence dropout takes: each row of scores starts a block of its own.
uint64_t graft_attention_blocks(const graft_attention *attention);

// Writes the output, and for each row [batch, heads, queries] log_sum, the logarithm of the sum of e^score. A query that
// sees no key has output 0, log_sum +infinity. Returns 0 if there is no memory for the tiles, else 1.
int graft_attention_forward(const graft_attention *attention, graft_heads_out output, float *log_sum,
                            const graft_kernel_table *kernels, int threads);

// From the gradient of the output, those of query, key and value.
int graft_attention_backward(const graft_attention *attention, graft_heads output, const float *log_sum,
                             graft_heads output_gradient, graft_heads_out query_gradient,
                             graft_heads_out key_gradient, graft_heads_out value_gradient,
                             const graft_kernel_table *kernels, int threads);

#endif
