// Element by element: rows with rows, rows with a number, and the exactly rounded functions of one row.
// The last, partial vector goes through the same vector arithmetic as the others.

#define UNARY(NAME, REST, EXPRESSION)                                 \
  static void NAME(const float *x_row, float *out, size_t n) {        \
    size_t i = 0;                                                     \
    for (; i + LANES <= n; i += LANES) {                              \
      const vf x = load(x_row + i);                                   \
      store(out + i, EXPRESSION);                                     \
    }                                                                 \
    if (i < n) {                                                      \
      const vf x = load_part(x_row + i, n - i, REST);                 \
      store_part(out + i, EXPRESSION, n - i);                         \
    }                                                                 \
  }

#define BINARY(NAME, EXPRESSION)                                                \
  static void NAME(const float *a_row, const float *b_row, float *out, size_t n) { \
    size_t i = 0;                                                               \
    for (; i + LANES <= n; i += LANES) {                                        \
      const vf a = load(a_row + i), b = load(b_row + i);                        \
      store(out + i, EXPRESSION);                                               \
    }                                                                           \
    if (i < n) {                                                                \
      const vf a = load_part(a_row + i, n - i, 1);                              \
      const vf b = load_part(b_row + i, n - i, 1);                              \
      store_part(out + i, EXPRESSION, n - i);                                   \
    }                                                                           \
  }

#define SCALAR(NAME, EXPRESSION)                                            \
  static void NAME(const float *a_row, float number, float *out, size_t n) { \
    const vf s = all(number);                                               \
    size_t i = 0;                                                           \
    for (; i + LANES <= n; i += LANES) {                                    \
      const vf a = load(a_row + i);                                         \
      store(out + i, EXPRESSION);                                           \
    }                                                                       \
    if (i < n) {                                                            \
      const vf a = load_part(a_row + i, n - i, 1);                          \
      store_part(out + i, EXPRESSION, n - i);                               \
    }                                                                       \
  }

BINARY(k_add, a + b)
BINARY(k_sub, a - b)
BINARY(k_mul, a *b)
BINARY(k_div, a / b)
BINARY(k_max, max_v(a, b))
BINARY(k_min, min_v(a, b))

SCALAR(k_add_s, a + s)
SCALAR(k_sub_s, a - s)
SCALAR(k_rsub_s, s - a)
SCALAR(k_mul_s, a *s)
SCALAR(k_div_s, a / s)
SCALAR(k_rdiv_s, s / a)
SCALAR(k_max_s, max_v(a, s))
SCALAR(k_min_s, min_v(a, s))

UNARY(k_relu, 0, select_v(x <= 0, all(0), x))
UNARY(k_sqrt, 1, sqrt_v(x))
UNARY(k_rsqrt, 1, 1 / sqrt_v(x))
UNARY(k_neg, 0, -x)
UNARY(k_abs, 0, abs_v(x))
UNARY(k_square, 0, x *x)
UNARY(k_reciprocal, 1, 1 / x)

BINARY(k_relu_backward, select_v(a > 0, b, all(0)))

static void k_axpy(float s, const float *x, float *y, size_t n) {
  const vf factor = all(s);
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) store(y + i, fma_v(factor, load(x + i), load(y + i)));
  if (i < n) {
    const vf sum = fma_v(factor, load_part(x + i, n - i, 0), load_part(y + i, n - i, 0));
    store_part(y + i, sum, n - i);
  }
}

static void k_scale_add(float s, const float *a, float t, const float *b, float *out, size_t n) {
  const vf sv = all(s), tv = all(t);
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) store(out + i, fma_v(sv, load(a + i), tv * load(b + i)));
  if (i < n) {
    const vf sum = fma_v(sv, load_part(a + i, n - i, 0), tv * load_part(b + i, n - i, 0));
    store_part(out + i, sum, n - i);
  }
}

static void k_multiply_add(const float *a, const float *b, const float *c, float *out, size_t n) {
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) store(out + i, fma_v(load(a + i), load(b + i), load(c + i)));
  if (i < n) {
    const size_t rest = n - i;
    const vf sum = fma_v(load_part(a + i, rest, 0), load_part(b + i, rest, 0), load_part(c + i, rest, 0));
    store_part(out + i, sum, rest);
  }
}
