// Powers, in double precision: the result is a float's nearest but for the last steps of double arithmetic.

typedef double vd __attribute__((vector_size(4 * LANES)));  // half as many as floats
typedef int64_t vl __attribute__((vector_size(4 * LANES)));
typedef uint64_t vul __attribute__((vector_size(4 * LANES)));
typedef float vf_half __attribute__((vector_size(2 * LANES)));
typedef float vf_half_unaligned __attribute__((vector_size(2 * LANES), aligned(4), may_alias));
enum { DOUBLES = LANES / 2 };

INLINE vd load_doubles(const float *p) { return __builtin_convertvector(*(const vf_half_unaligned *)p, vd); }
INLINE void store_doubles(float *p, vd v) { *(vf_half_unaligned *)p = __builtin_convertvector(v, vf_half); }
INLINE vd fma_d(vd a, vd b, vd c) {
#if FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}
INLINE vd number_d(double s) { return (vd){0} + s; }
INLINE vd select_d(vl mask, vd a, vd b) { return (vd)((mask & (vl)a) | (~mask & (vl)b)); }

// log2 |x| of numbers that are normal in double, as all floats but 0, infinity and NaN are. Relative error < 2^-39:
// x = 2^e m with m in [sqrt(1/2), sqrt 2), ln m = 2 artanh(f), f = (m - 1) / (m + 1), by its series up to f^13.
INLINE vd log2_d(vd x) {
  const vl bits = (vl)x & 0x7fffffffffffffff;
  // The exponent with its bias, 1023, so that it is positive: vectors of 64 bits have no other right shift.
  const vl biased = (vl)((vul)(bits + (0x3ff0000000000000 - 0x3fe6a09e667f3bcd)) >> 52);
  const vd m = (vd)(bits - ((biased - 1023) << 52)), f = (m - 1) / (m + 1), z = f * f;
  // An integer below 2^51 is added to the last bits of 1.5 * 2^52.
  const vd e = (vd)(biased + 0x4338000000000000) - (0x1.8p52 + 1023);
  vd p = fma_d(z, number_d(1.0 / 13), number_d(1.0 / 11));
  p = fma_d(p, z, number_d(1.0 / 9));
  p = fma_d(p, z, number_d(1.0 / 7));
  p = fma_d(p, z, number_d(1.0 / 5));
  p = fma_d(p, z, number_d(1.0 / 3));
  p = fma_d(p, z, number_d(1));
  return f * p * 2.8853900817779268 + e;
}

// 2^y for |y| <= 1000. Relative error < 2^-31: y = n + r with |r| <= 1/2, e^(r ln 2) by its series up to degree 8.
INLINE vd exp2_d(vd y) {
  const vd shifted = y + 0x1.8p52, t = (y - (shifted - 0x1.8p52)) * 0.69314718055994531;
  vd p = fma_d(t, number_d(1.0 / 40320), number_d(1.0 / 5040));
  p = fma_d(p, t, number_d(1.0 / 720));
  p = fma_d(p, t, number_d(1.0 / 120));
  p = fma_d(p, t, number_d(1.0 / 24));
  p = fma_d(p, t, number_d(1.0 / 6));
  p = fma_d(p, t, number_d(0.5));
  p = fma_d(p, t, number_d(1));
  p = fma_d(p, t, number_d(1));
  return p * (vd)(((vl)shifted << 52) + 0x3ff0000000000000);
}

// |x|^s with the sign and the special values of C's pow, for a finite s other than 0.
INLINE vd power_d(vd x, double s, const int is_integer, const int is_odd) {
  const vd size = (vd)((vl)x & 0x7fffffffffffffff), infinite = number_d(INFINITY);
  vd logarithm = log2_d(x);
  logarithm = select_d(size == 0, -infinite, logarithm);
  logarithm = select_d(size == infinite, infinite, logarithm);
  // What lies beyond is infinity or zero as a float.
  vd y = logarithm * s;
  y = select_d(y > 200, number_d(200), y);
  y = select_d(y < -200, number_d(-200), y);
  vd result = exp2_d(y);
  if (is_odd) result = (vd)((vl)result | ((vl)x & (int64_t)0x8000000000000000));
  if (!is_integer) result = select_d((x < 0) & (size < infinite), number_d(NAN), result);
  return select_d(x != x, x, result);
}

// x^n by squaring: at most 12 products, each with the error of double arithmetic.
enum { SQUARED_POWERS = 64 };
INLINE vd integer_power_d(vd x, int n) {
  vd result = number_d(1);
  for (int rest = n < 0 ? -n : n; rest > 0; rest >>= 1) {
    if (rest & 1) result *= x;
    x *= x;
  }
  return n < 0 ? 1 / result : result;
}

INLINE vd power_of_kind(const int by_squaring, vd x, float s, int is_integer, int is_odd) {
  return by_squaring ? integer_power_d(x, (int)s) : power_d(x, s, is_integer, is_odd);
}

INLINE void power_row(const int by_squaring, const float *x, float s, float *out, size_t n) {
  const int is_integer = s == rintf(s), is_odd = is_integer && fmodf(s, 2) != 0;
  size_t i = 0;
  for (; i + DOUBLES <= n; i += DOUBLES) {
    store_doubles(out + i, power_of_kind(by_squaring, load_doubles(x + i), s, is_integer, is_odd));
  }
  if (i < n) {
    float lanes[DOUBLES];
    for (size_t j = 0; j < DOUBLES; j++) lanes[j] = i + j < n ? x[i + j] : 1;
    store_doubles(lanes, power_of_kind(by_squaring, load_doubles(lanes), s, is_integer, is_odd));
    for (size_t j = 0; i + j < n; j++) out[i + j] = lanes[j];
  }
}

static void k_pow_s(const float *x, float s, float *out, size_t n) {
  if (s == rintf(s) && fabsf(s) <= SQUARED_POWERS) {
    power_row(1, x, s, out, n);
  } else if (fabsf(s) < INFINITY) {
    power_row(0, x, s, out, n);
  } else {
    for (size_t i = 0; i < n; i++) out[i] = powf(x[i], s);
  }
}

// The product of a row, in double.
static float k_product(const float *x, size_t n) {
  vd products[4];
  for (int v = 0; v < 4; v++) products[v] = number_d(1);
  size_t i = 0;
  for (; i + 4 * DOUBLES <= n; i += 4 * DOUBLES) {
    UNROLLED for (int v = 0; v < 4; v++) products[v] *= load_doubles(x + i + v * DOUBLES);
  }
  const vd both = (products[0] * products[1]) * (products[2] * products[3]);
  double result = 1;
  for (int lane = 0; lane < DOUBLES; lane++) result *= both[lane];
  for (; i < n; i++) result *= (double)x[i];
  return (float)result;
}
