// What happens to a product's elements once their sums are complete.
#include "check.h"
#include "groups.h"
#include "inexact.h"

// The bounds of Documentation/Kernels.md for each activation: in units in the last place of the result, which are at most
// two roundings each, or in units of 2^-23 of the argument. `slope` is the most by which it multiplies an error of z.
typedef struct {
  graft_activation activation;
  double result_units, argument_units, slope;
} accuracy;

static const accuracy accuracies[] = {
    {GRAFT_IDENTITY, 0, 0, 1}, {GRAFT_RELU, 0, 0, 1},    {GRAFT_GELU, 0, 1.5, 1.2},  {GRAFT_GELU_TANH, 0, 1.5, 1.2},
    {GRAFT_SILU, 4, 0, 1.2},   {GRAFT_TANH, 2, 0, 1},    {GRAFT_SIGMOID, 3, 0, 0.25},
};

static double activated(graft_activation activation, double z) {
  const double inner = sqrt(8 / acos(-1)) * (z + 0.044715 * z * z * z);
  switch (activation) {
  case GRAFT_IDENTITY: return z;
  case GRAFT_RELU: return z > 0 ? z : 0;
  case GRAFT_GELU: return z * 0.5 * erfc(-z / sqrt(2));
  case GRAFT_GELU_TANH: return z / (1 + exp(-inner));
  case GRAFT_SILU: return z / (1 + exp(-z));
  case GRAFT_TANH: return tanh(z);
  case GRAFT_SIGMOID: return 1 / (1 + exp(-z));
  }
  return NAN;
}

// A part of C is finished, the rest of it left as it is.
void test_epilogue(void) {
  for (int i = 0; i < 140; i++) {
    const accuracy a = accuracies[(size_t)i % (sizeof accuracies / sizeof *accuracies)];
    const size_t height = random_below(7), width = random_length(60), c_row = width + random_below(3);
    const size_t before_row = width + random_below(3), residual_row = width + random_below(3);
    const size_t row = random_below(height + 1), rows = random_from(0, height - row);
    const size_t column = random_below(width + 1), columns = random_from(0, width - column);
    float *c = filled(height * c_row, -6, 6);
    graft_epilogue e = {.activation = a.activation, .residual_row = (ptrdiff_t)residual_row,
                        .before_row = (ptrdiff_t)before_row};
    if (random_below(2)) e.row_bias = filled(height, -1, 1);
    if (random_below(2)) e.column_bias = filled(width, -1, 1);
    if (random_below(2)) e.residual = filled(height * residual_row, -1, 1);
    if (random_below(2)) e.before = filled(height * before_row, 5, 6);
    if (random_below(4) == 0) {  // in C's own place
      e.residual = c;
      e.residual_row = (ptrdiff_t)c_row;
    }
    const reference finished = references(height * c_row), before = references(height * before_row);
    for (size_t at = 0; at < height * c_row; at++) put(finished, at, exact(c[at]));
    for (size_t at = 0; e.before && at < height * before_row; at++) put(before, at, exact(e.before[at]));
    for (size_t y = row; y < row + rows; y++) {
      for (size_t x = column; x < column + columns; x++) {
        inexact z = exact(c[y * c_row + x]);
        if (e.row_bias) z = plus(z, exact(e.row_bias[y]));
        if (e.column_bias) z = plus(z, exact(e.column_bias[x]));
        if (e.residual) z = plus(z, exact(e.residual[y * (size_t)e.residual_row + x]));
        if (e.before) put(before, y * before_row + x, z);
        const double value = activated(a.activation, z.value), error = a.slope * z.error;
        put(finished, y * c_row + x,
            (inexact){value, error + rounding(2 * a.result_units, fabs(value) + error) +
                                 rounding(2 * a.argument_units, fabs(z.value))});
      }
    }
    KERNEL(gemm_finish)(&e, c, (ptrdiff_t)c_row, row, column, rows, columns);
    check_against("gemm_finish", c, finished, height * c_row);
    if (e.before) check_against("gemm_finish's argument", e.before, before, height * before_row);
    end_case();
  }
}
