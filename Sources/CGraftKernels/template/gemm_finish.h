// What is done to the elements of a matrix product while their tile is still in the first-level cache: bias, residual,
// activation.

INLINE vf activate(const graft_activation activation, vf z) {
  switch (activation) {
  case GRAFT_IDENTITY: return z;
  case GRAFT_RELU: return select_v(z <= 0, all(0), z);
  case GRAFT_GELU: return z * normal_cdf_v(z);
  case GRAFT_GELU_TANH: return z * sigmoid_v(gelu_tanh_argument_v(z));
  case GRAFT_SILU: return z * sigmoid_v(z);
  case GRAFT_TANH: return tanh_v(z);
  case GRAFT_SIGMOID: return sigmoid_v(z);
  }
  return z;
}

INLINE void finish_with(const graft_activation activation, const graft_epilogue *e, float *c, ptrdiff_t c_row,
                        size_t row, size_t column, size_t rows, size_t columns) {
  for (size_t i = row; i < row + rows; i++) {
    float *out = c + (ptrdiff_t)i * c_row + column;
    const float *residual = e->residual ? e->residual + (ptrdiff_t)i * e->residual_row + column : NULL;
    const float *bias = e->column_bias ? e->column_bias + column : NULL;
    float *before = e->before ? e->before + (ptrdiff_t)i * e->before_row + column : NULL;
    const vf row_bias = all(e->row_bias ? e->row_bias[i] : 0);
    size_t j = 0;
    for (; j + LANES <= columns; j += LANES) {
      vf z = load(out + j);
      if (e->row_bias) z += row_bias;
      if (bias) z += load(bias + j);
      if (residual) z += load(residual + j);
      if (before) store(before + j, z);
      store(out + j, activate(activation, z));
    }
    if (j < columns) {
      const size_t n = columns - j;
      vf z = load_part(out + j, n, 0);
      if (e->row_bias) z += row_bias;
      if (bias) z += load_part(bias + j, n, 0);
      if (residual) z += load_part(residual + j, n, 0);
      if (before) store_part(before + j, z, n);
      store_part(out + j, activate(activation, z), n);
    }
  }
}

static void gemm_finish(const graft_epilogue *e, float *c, ptrdiff_t c_row, size_t row, size_t column, size_t rows,
                        size_t columns) {
  switch (e->activation) {
  case GRAFT_IDENTITY: finish_with(GRAFT_IDENTITY, e, c, c_row, row, column, rows, columns); return;
  case GRAFT_RELU: finish_with(GRAFT_RELU, e, c, c_row, row, column, rows, columns); return;
  case GRAFT_GELU: finish_with(GRAFT_GELU, e, c, c_row, row, column, rows, columns); return;
  case GRAFT_GELU_TANH: finish_with(GRAFT_GELU_TANH, e, c, c_row, row, column, rows, columns); return;
  case GRAFT_SILU: finish_with(GRAFT_SILU, e, c, c_row, row, column, rows, columns); return;
  case GRAFT_TANH: finish_with(GRAFT_TANH, e, c, c_row, row, column, rows, columns); return;
  case GRAFT_SIGMOID: finish_with(GRAFT_SIGMOID, e, c, c_row, row, column, rows, columns); return;
  }
}
