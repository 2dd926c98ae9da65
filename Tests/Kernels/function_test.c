// Transcendental functions and activations against those of the C library in double, over their whole range. The bounds are
// those of Documentation/Kernels.md.
#include "check.h"
#include "groups.h"

// In forms that do not cancel.
static double sigmoid(double x) { return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)); }
static double softplus(double x) { return fmax(x, 0) + log1p(exp(-fabs(x))); }
static double silu(double x) { return x * sigmoid(x); }
static double normal_share(double x) { return 0.5 * erfc(-x / sqrt(2)); }
static double gelu(double x) { return x * normal_share(x); }
static double inner(double x) { return sqrt(2 / acos(-1)) * (x + 0.044715 * x * x * x); }
static double gelu_tanh(double x) { return x * sigmoid(2 * inner(x)); }
static double gelu_slope(double x) { return normal_share(x) + x * exp(-x * x / 2) / sqrt(2 * acos(-1)); }
static double gelu_tanh_slope(double x) {
  const double slope = 2 * sqrt(2 / acos(-1)) * (1 + 3 * 0.044715 * x * x);
  return sigmoid(2 * inner(x)) + x * sigmoid(2 * inner(x)) * sigmoid(-2 * inner(x)) * slope;
}
static double silu_slope(double x) { return sigmoid(x) * (1 + x * sigmoid(-x)); }
static double tanh_slope(double y) { return 1 - y * y; }
static double sigmoid_slope(double y) { return y * (1 - y); }

// Bit patterns in the order of the numbers.
static int64_t order(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits < 0 ? -(int64_t)(bits & 0x7fffffff) : bits;
}

static float number_at(int64_t order) {
  const uint32_t bits = order < 0 ? (uint32_t)-order | 0x80000000u : (uint32_t)order;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// Some thousand floats, spread over all that there are from low to high rather than over the number line.
enum { SWEEP = 2003 };
static float *sweep(float low, float high) {
  const int64_t first = order(low), last = order(high);
  float *x = blank(SWEEP);
  for (int64_t i = 0; i < SWEEP; i++) x[i] = number_at(first + (last - first) / (SWEEP - 1) * i);
  return x;
}

// The distance of neighbouring floats at x.
static double unit_at(double x) {
  int exponent;
  frexp(x, &exponent);
  return fabs(x) < FLT_MIN ? 0x1p-149 : ldexp(1, exponent - 24);
}

static void units(const char *what, graft_unary *kernel, double (*f)(double), float low, float high, double limit) {
  const float *x = sweep(low, high);
  double *expected = doubles(SWEEP), *allowed = doubles(SWEEP);
  for (size_t i = 0; i < SWEEP; i++) {
    expected[i] = f(x[i]);
    allowed[i] = limit * unit_at(expected[i]);
  }
  float *y = blank(SWEEP);
  kernel(x, y, SWEEP);
  check_row(what, y, expected, allowed, SWEEP);
  end_case();
}

// x times a number from 0 to 1: the error is stated in units of 2^-23 |x|.
static void relative_to_argument(const char *what, graft_unary *kernel, double (*f)(double), float low, float high) {
  const float *x = sweep(low, high);
  double *expected = doubles(SWEEP), *allowed = doubles(SWEEP);
  for (size_t i = 0; i < SWEEP; i++) {
    expected[i] = f(x[i]);
    allowed[i] = 1.5 * 0x1p-23 * fabs((double)x[i]) + 0x1p-149;
  }
  float *y = blank(SWEEP);
  kernel(x, y, SWEEP);
  check_row(what, y, expected, allowed, SWEEP);
  end_case();
}

// Derivatives of about 1, times a gradient of 2: the error is stated in units of 2^-23.
static void derivative(const char *what, graft_binary *kernel, double (*f)(double), float low, float high) {
  const float *x = sweep(low, high), *g = filled(SWEEP, 2, 2);
  double *expected = doubles(SWEEP), *allowed = doubles(SWEEP);
  for (size_t i = 0; i < SWEEP; i++) {
    expected[i] = 2 * f(x[i]);
    allowed[i] = 2 * 2.5 * 0x1p-23;
  }
  float *y = blank(SWEEP);
  kernel(x, g, y, SWEEP);
  check_row(what, y, expected, allowed, SWEEP);
  end_case();
}

static void special(const char *what, graft_unary *kernel, const float *arguments, const float *values, size_t n) {
  float *y = blank(n);
  kernel(arguments, y, n);
  check_same(what, y, values, n);
  end_case();
}

static void special_values(void) {
  const float inf = INFINITY, nan = NAN, x[] = {0, -0.0f, inf, -inf, nan, 100, -110};
  const float exponentials[] = {1, 1, inf, 0, nan, inf, 0}, ones[] = {0, -0.0f, 1, -1, nan, 1, -1};
  const float shares[] = {0.5f, 0.5f, 1, 0, nan, 1, 0};
  special("exp", KERNEL(exp), x, exponentials, 7);
  special("tanh", KERNEL(tanh), x, ones, 7);
  special("erf", KERNEL(erf), x, ones, 7);
  special("sigmoid", KERNEL(sigmoid), x, shares, 7);
  const float y[] = {0, -0.0f, inf, -inf, nan, -1}, logarithms[] = {-inf, -inf, inf, nan, nan, nan};
  special("log", KERNEL(log), y, logarithms, 6);
  const float z[] = {inf, -inf, nan, 100, -110}, softpluses[] = {inf, 0, nan, 100, 0};
  special("softplus", KERNEL(softplus), z, softpluses, 5);
  const float w[] = {inf, nan, -inf}, gates[] = {inf, nan, nan};
  special("gelu", KERNEL(gelu), w, gates, 3);
  special("gelu_tanh", KERNEL(gelu_tanh), w, gates, 3);
  special("silu", KERNEL(silu), w, gates, 3);
}

// An element's bits depend neither on its place in the row nor on the row's length.
static void places(const char *what, graft_unary *kernel) {
  for (int i = 0; i < 12; i++) {
    const size_t n = random_length(100);
    float *x = filled(n, -5, 5), *y = blank(n), *one_by_one = blank(n);
    for (size_t j = 0; j < n; j++) kernel(x + j, one_by_one + j, 1);
    kernel(x, y, n);
    check_same(what, y, one_by_one, n);
    kernel(x, x, n);
    check_same(what, x, one_by_one, n);
    end_case();
  }
}

static void binary_places(const char *what, graft_binary *kernel) {
  for (int i = 0; i < 12; i++) {
    const size_t n = random_length(100);
    float *x = filled(n, -1, 1), *g = filled(n, -5, 5), *y = blank(n), *one_by_one = blank(n);
    for (size_t j = 0; j < n; j++) kernel(x + j, g + j, one_by_one + j, 1);
    kernel(x, g, y, n);
    check_same(what, y, one_by_one, n);
    kernel(x, g, g, n);
    check_same(what, g, one_by_one, n);
    end_case();
  }
}

// In double the function is rounded once and a little more: 0.51 units in the last place. The C library's own is no worse in double.
static void powers(void) {
  static const float exponents[] = {0.5f,  -0.5f, 3,    -3,    2.5f, -7.7f, 64,     -64,       65,        -66,  0.01f, 0,
                                    40.5f, 1e5f,  1e30f, -1e30f, 1,  -1,    0.333f, INFINITY, -INFINITY, NAN, 101,   16777215};
  static const float special[] = {0, -0.0f, 1, -1, INFINITY, -INFINITY, NAN, 2, -2, 0.5f, -0.5f, -0x1p-149f, -FLT_MAX};
  for (size_t e = 0; e < sizeof exponents / sizeof *exponents; e++) {
    const float s = exponents[e];
    for (int i = 0; i < 20; i++) {
      const size_t n = random_length(300);
      float *x = filled(n, 1, 2);
      // Bases whose power is in reach, bases of all sizes, and special ones.
      const double reach = isfinite(s) && fabsf(s) > 1 ? 150 / fabs((double)s) : 150;
      for (size_t j = 0; j < n; j++) {
        if (i % 2) x[j] = (float)exp2(reach * (2.0 * (double)random_below(1 << 20) / (1 << 20) - 1));
        else x[j] = ldexpf(x[j], (int)random_below(270) - 145);
        if (random_below(8) == 0) x[j] = special[random_below(sizeof special / sizeof *special)];
      }
      double *expected = doubles(n), *allowed = doubles(n);
      for (size_t j = 0; j < n; j++) {
        expected[j] = pow(x[j], s);
        const float size = fabsf((float)expected[j]);
        // A result that float has not becomes infinity, or 0, with its sign.
        if (isinf(size)) expected[j] = copysign(INFINITY, expected[j]);
        else allowed[j] = 0.51 * fmax(0x1p-149, (double)size - (double)nextafterf(size, 0));
        if (!isinf(size) && size >= FLT_MIN) allowed[j] = 0.51 * ldexp(1, ilogb(fabs(expected[j])) - 23);
      }
      float *out = random_below(2) ? x : blank(n);
      KERNEL(pow_s)(x, s, out, n);
      check_row("pow_s", out, expected, allowed, n);
      for (size_t j = 0; j < n; j++) {
        CHECK(isnan(out[j]) || signbit(out[j]) == signbit(expected[j]), "pow_s: %g has the wrong sign", (double)out[j]);
      }
      end_case();
    }
  }
}

void test_function(void) {
  units("exp", KERNEL(exp), exp, -104, 88.72f, 1.5);
  units("exp", KERNEL(exp), exp, -1, -0.01f, 1.5);
  units("exp", KERNEL(exp), exp, 0.01f, 1, 1.5);
  units("log", KERNEL(log), log, 0x1p-149f, FLT_MAX, 1.5);
  units("log", KERNEL(log), log, 0.5f, 2, 1.5);
  units("tanh", KERNEL(tanh), tanh, -20, 20, 2);
  units("tanh", KERNEL(tanh), tanh, 0.1f, 4, 2);
  units("erf", KERNEL(erf), erf, -6, 6, 2);
  units("erf", KERNEL(erf), erf, 0.1f, 4, 2);
  units("sigmoid", KERNEL(sigmoid), sigmoid, -104, 50, 3);
  units("sigmoid", KERNEL(sigmoid), sigmoid, -8, -0.1f, 3);
  units("softplus", KERNEL(softplus), softplus, -104, 1e30f, 2.5);
  units("softplus", KERNEL(softplus), softplus, -8, -0.1f, 2.5);
  units("silu", KERNEL(silu), silu, -80, 1e30f, 4);
  units("silu", KERNEL(silu), silu, -8, -0.1f, 4);
  units("sin", KERNEL(sin), sin, -100, 100, 1.5);
  units("cos", KERNEL(cos), cos, -100, 100, 1.5);
  relative_to_argument("gelu", KERNEL(gelu), gelu, -1e30f, 1e30f);
  relative_to_argument("gelu", KERNEL(gelu), gelu, -8, -0.1f);
  relative_to_argument("gelu", KERNEL(gelu), gelu, 0.1f, 8);
  relative_to_argument("gelu_tanh", KERNEL(gelu_tanh), gelu_tanh, -1e30f, 1e30f);
  relative_to_argument("gelu_tanh", KERNEL(gelu_tanh), gelu_tanh, -8, -0.1f);
  relative_to_argument("gelu_tanh", KERNEL(gelu_tanh), gelu_tanh, 0.1f, 8);
  static const float ranges[][2] = {{-80, 80}, {-8, -0.1f}, {0.1f, 8}};
  for (int i = 0; i < 3; i++) {
    derivative("gelu_backward", KERNEL(gelu_backward), gelu_slope, ranges[i][0], ranges[i][1]);
    derivative("gelu_tanh_backward", KERNEL(gelu_tanh_backward), gelu_tanh_slope, ranges[i][0], ranges[i][1]);
    derivative("silu_backward", KERNEL(silu_backward), silu_slope, ranges[i][0], ranges[i][1]);
    derivative("softplus_backward", KERNEL(softplus_backward), sigmoid, ranges[i][0], ranges[i][1]);
  }
  derivative("tanh_backward_from_output", KERNEL(tanh_backward_from_output), tanh_slope, -1, 1);
  derivative("sigmoid_backward_from_output", KERNEL(sigmoid_backward_from_output), sigmoid_slope, 0, 1);
  powers();
  special_values();
  places("exp", KERNEL(exp));
  places("log", KERNEL(log));
  places("tanh", KERNEL(tanh));
  places("erf", KERNEL(erf));
  places("sigmoid", KERNEL(sigmoid));
  places("softplus", KERNEL(softplus));
  places("sin", KERNEL(sin));
  places("cos", KERNEL(cos));
  places("gelu", KERNEL(gelu));
  places("gelu_tanh", KERNEL(gelu_tanh));
  places("silu", KERNEL(silu));
  binary_places("gelu_backward", KERNEL(gelu_backward));
  binary_places("gelu_tanh_backward", KERNEL(gelu_tanh_backward));
  binary_places("silu_backward", KERNEL(silu_backward));
  binary_places("softplus_backward", KERNEL(softplus_backward));
  binary_places("tanh_backward_from_output", KERNEL(tanh_backward_from_output));
  binary_places("sigmoid_backward_from_output", KERNEL(sigmoid_backward_from_output));
}
