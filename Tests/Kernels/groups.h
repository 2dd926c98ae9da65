// The groups of tests, a file each.
#ifndef GRAFT_GROUPS_H
#define GRAFT_GROUPS_H

// Those that run with each table the machine has.
#define GROUPS_OF_TABLE(GROUP)                                                              \
  GROUP(gemm) GROUP(epilogue) GROUP(product) GROUP(convolution) GROUP(direct) GROUP(pooling) \
  GROUP(elementwise) GROUP(comparison) GROUP(conversion) GROUP(warp) GROUP(function) GROUP(reduction)   \
  GROUP(normalization) GROUP(dropout) GROUP(color)                                          \
  GROUP(attention_tile) GROUP(attention) GROUP(recurrent) GROUP(optimizer)

// Those that have nothing to do with tables.
#define PLAIN_GROUPS(GROUP) GROUP(spatial) GROUP(strided) GROUP(random) GROUP(team) GROUP(scope)

#define GROUP(name) void test_##name(void);
GROUPS_OF_TABLE(GROUP)
PLAIN_GROUPS(GROUP)
#undef GROUP

#endif
