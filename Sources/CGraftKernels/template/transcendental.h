// exp, log, tanh, erf and what follows from them. The polynomials are weighted minimax fits of the function
// named beside them; errors are in units in the last place (ulp), measured over all floats in the range by
// the tests. No branches: both sides of a case are computed and one is selected.

// What added to a small number rounds it to an integer, and leaves that in the low bits: 1.5 * 2^23.
#define SHIFTER 12582912.0f

// e^r with x = n ln 2 + r and |r| <= ln 2 / 2: e^r = 1 + r + r^2 P(r). `shifted` becomes n + SHIFTER.
INLINE vf exp_of_rest_v(vf x, vf *shifted) {
  *shifted = fma_v(x, all(1.442695041f), all(SHIFTER));
  const vf n = *shifted - all(SHIFTER);
  // ln 2 in two pieces, the first so short that n times it is exact.
  vf r = fma_v(n, all(-0.693359375f), x);
  r = fma_v(n, all(2.12194440e-4f), r);
  vf p = all(1.381314243e-03f);
  p = fma_v(p, r, all(8.369418792e-03f));
  p = fma_v(p, r, all(4.166845605e-02f));
  p = fma_v(p, r, all(1.666651517e-01f));
  p = fma_v(p, r, all(4.999999404e-01f));
  return fma_v(r * r, p, r) + 1;
}

// e^x. Error <= 1.5 ulp, in subnormal results too; overflow is +infinity.
INLINE vf exp_v(vf x) {
  // Beyond these the result is infinity or zero already. A NaN passes both.
  x = select_v(x > 89.0f, all(89.0f), x);
  x = select_v(x < -104.0f, all(-104.0f), x);
  vf shifted;
  const vf p = exp_of_rest_v(x, &shifted);
  // 2^n as two factors, because n may lie outside the exponents of normal numbers.
  const vi exponent = (vi)shifted - (vi)all(SHIFTER), half = exponent >> 1;
  return p * (vf)((half + 127) << 23) * (vf)((exponent - half + 127) << 23);
}

// e^x for x <= 0, and 0 where that is below e^-87, as small a part of a row's greatest term as makes no difference.
// Error <= 1.5 ulp above.
INLINE vf exp_of_negative_v(vf x) {
  vf shifted;
  const vf p = exp_of_rest_v(x, &shifted);
  // The shifter's low bits are 0: what is left of the exponent's bits moves to its place.
  const vf power = (vf)(((vi)shifted << 23) + (127 << 23));
  // A NaN is no less than -87 and stays.
  return (vf)((vi)(p * power) & ~(x < -87.0f));
}

// ln x. Error <= 1.5 ulp, subnormal x included; ln 0 = -infinity, NaN below.
// x = 2^e m with m in [sqrt(1/2), sqrt 2); f = m - 1; ln m = f - f^2 / 2 + f^3 P(f).
INLINE vf log_v(vf x) {
  const vi tiny = x < 1.17549435e-38f;
  const vi bits = (vi)select_v(tiny, x * 8388608.0f, x);
  const vi exponent = (bits - 0x3f3504f3) >> 23;
  const vf f = (vf)(bits - (exponent << 23)) - 1;
  const vf e = __builtin_convertvector(exponent - (tiny & 23), vf);
  vf p = all(-7.634429634e-02f);
  p = fma_v(p, f, all(1.276154965e-01f));
  p = fma_v(p, f, all(-1.316019446e-01f));
  p = fma_v(p, f, all(1.420176178e-01f));
  p = fma_v(p, f, all(-1.662335694e-01f));
  p = fma_v(p, f, all(2.000122666e-01f));
  p = fma_v(p, f, all(-2.500082254e-01f));
  p = fma_v(p, f, all(3.333333135e-01f));
  const vf square = f * f;
  vf y = f * square * p;
  y = fma_v(e, all(-2.12194440e-4f), y);
  y = fma_v(square, all(-0.5f), y);
  y = fma_v(e, all(0.693359375f), f + y);
  y = select_v(x == 0, all(-INFINITY), y);
  y = select_v(x == INFINITY, x, y);
  return select_v((x < 0) | (x != x), all(NAN), y);
}

// ln(1 + x) for x in [0, 1]. What 1 + x loses in rounding is put back to first order.
INLINE vf log1p_unit_v(vf x) {
  const vf u = 1 + x;
  return log_v(u) + (x - (u - 1)) / u;
}

// tanh x. Error <= 2 ulp. x + x^3 P(x^2) for |x| < 0.625, else 1 - 2 / (e^2|x| + 1) with the sign of x.
INLINE vf tanh_v(vf x) {
  const vf size = abs_v(x), z = x * x;
  vf p = all(-5.666980054e-03f);
  p = fma_v(p, z, all(2.060618065e-02f));
  p = fma_v(p, z, all(-5.373000726e-02f));
  p = fma_v(p, z, all(1.333133131e-01f));
  p = fma_v(p, z, all(-3.333327770e-01f));
  const vf near = fma_v(x * z, p, x);
  const vf far = 1 - 2 / (exp_v(2 * size) + 1);
  // The near side has the sign of x already, but for a zero.
  return with_sign_of(select_v(size < 0.625f, near, far), x);
}

// erf x. Error <= 2 ulp. x + x P(x^2) for |x| < 0.85, else 1 - e^-Q(|x|) with the sign of x, where
// Q fits -ln erfc up to 4; from 3.92 on erf rounds to 1.
INLINE vf erf_v(vf x) {
  const vf size = abs_v(x), z = x * x;
  vf p = all(-6.315240753e-04f);
  p = fma_v(p, z, all(5.051116925e-03f));
  p = fma_v(p, z, all(-2.680256404e-02f));
  p = fma_v(p, z, all(1.128271818e-01f));
  p = fma_v(p, z, all(-3.761257231e-01f));
  p = fma_v(p, z, all(1.283791661e-01f));
  const vf near = fma_v(x, p, x);
  const vf a = select_v(size > 4, all(4), size);
  vf q = all(-2.025284775e-04f);
  q = fma_v(q, a, all(3.107188968e-03f));
  q = fma_v(q, a, all(-2.247901075e-02f));
  q = fma_v(q, a, all(1.044480950e-01f));
  q = fma_v(q, a, all(6.366015673e-01f));
  q = fma_v(q, a, all(1.128015518e+00f));
  q = fma_v(q, a, all(1.146954528e-04f));
  const vf far = 1 - exp_of_negative_v(-q);
  return select_v(size < 0.85f, near, with_sign_of(far, x));
}

// 1 / (1 + e^-x). Error <= 3 ulp on both sides: the exponential is only ever taken of a negative number.
INLINE vf sigmoid_v(vf x) {
  const vf decay = exp_v(-abs_v(x));
  const vf upper = 1 / (1 + decay);
  return select_v(x < 0, decay * upper, upper);
}

// ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|). Error <= 2.5 ulp.
INLINE vf softplus_v(vf x) {
  return select_v(x < 0, all(0), x) + log1p_unit_v(exp_v(-abs_v(x)));
}

UNARY(k_exp, 0, exp_v(x))
UNARY(k_log, 1, log_v(x))
UNARY(k_tanh, 0, tanh_v(x))
UNARY(k_erf, 0, erf_v(x))
UNARY(k_sigmoid, 0, sigmoid_v(x))
UNARY(k_softplus, 0, softplus_v(x))

// These need the reduction of large angles, are rarely hot, and are left to the C library.
static void k_sin(const float *x, float *out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = sinf(x[i]);
}

static void k_cos(const float *x, float *out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = cosf(x[i]);
}
