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
UNARY(k_abs, 0, abs_v(x))
UNARY(k_square, 0, x *x)
UNARY(k_reciprocal, 1, 1 / x)

UNARY(k_sign, 0, select_v(x > 0, all(1), select_v(x < 0, all(-1), x)))

// The nearest integer, ties to even, of a number that is not negative: the sum has no fraction. From 2^23 on there is none.
INLINE vf nearest_v(vf size) { return select_v(size < 0x1p23f, (size + 0x1p23f) - 0x1p23f, size); }
INLINE vf one_where(vi mask) { return (vf)(mask & (vi)all(1)); }

// A zero has the sign of what became of it.
INLINE vf round_v(vf x) { return with_sign_of(nearest_v(abs_v(x)), x); }
INLINE vf trunc_v(vf x) {
  const vf size = abs_v(x), near = nearest_v(size);
  return with_sign_of(near - one_where(near > size), x);
}
INLINE vf floor_v(vf x) {
  const vf near = round_v(x);
  return near - one_where(near > x);
}
INLINE vf ceil_v(vf x) {
  const vf near = round_v(x);
  return with_sign_of(near + one_where(near < x), x);
}

UNARY(k_round, 0, round_v(x))
UNARY(k_trunc, 0, trunc_v(x))
UNARY(k_floor, 0, floor_v(x))
UNARY(k_ceil, 0, ceil_v(x))

BINARY(k_relu_backward, select_v(a > 0, b, all(0)))
