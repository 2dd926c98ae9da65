// Element by element: rows with rows, rows with numbers, and the functions that are rounded once.
#include "check.h"
#include "groups.h"

// One operation on floats, calculated in double and rounded once more, is what IEEE wants: double has more than twice the
// digits and two to spare (Figueroa: When is double rounding innocuous?, 1995).
static double add(double a, double b) { return a + b; }
static double sub(double a, double b) { return a - b; }
static double mul(double a, double b) { return a * b; }
static double quotient(double a, double b) { return a / b; }
static double greater(double a, double b) { return isnan(a) || isnan(b) ? NAN : a > b ? a : b; }
static double less(double a, double b) { return isnan(a) || isnan(b) ? NAN : a < b ? a : b; }
static double relu_slope(double x, double g) { return x > 0 ? g : 0; }
static double relu(double x) { return x <= 0 ? 0 : x; }
static double reciprocal_root(double x) { return 1 / (double)(float)sqrt(x); }
static double square(double x) { return x * x; }
static double reciprocal(double x) { return 1 / x; }

// Numbers of all sizes, with zeros, infinities and NaN among them.
static float *any_numbers(size_t n) {
  static const float special[] = {0, -0.0f, 1, -1, INFINITY, -INFINITY, NAN, FLT_MAX, FLT_MIN, 0x1p-149f};
  float *x = filled(n, -1, 1);
  for (size_t i = 0; i < n; i++) {
    if (random_below(8) == 0) x[i] = special[random_below(sizeof special / sizeof *special)];
    else x[i] = ldexpf(x[i], (int)random_below(60) - 30);
  }
  return x;
}

// A zero's sign counts, but for max and min.
static void check_rounded(const char *what, const float *got, const double *exact, size_t n, bool signs) {
  float *expected = blank(n);
  for (size_t i = 0; i < n; i++) {
    expected[i] = (float)exact[i];
    if (!signs && expected[i] == 0) expected[i] = got[i] == 0 ? got[i] : expected[i];
  }
  check_same(what, got, expected, n);
}

static void binary(const char *what, graft_binary *kernel, double (*f)(double, double), bool signs) {
  for (int i = 0; i < 24; i++) {
    const size_t n = random_length(200);
    float *a = any_numbers(n), *b = any_numbers(n);
    double *exact = doubles(n);
    for (size_t j = 0; j < n; j++) exact[j] = f(a[j], b[j]);
    // Into a row of its own, or into one of the operands.
    float *out = random_below(3) == 0 ? a : random_below(2) ? b : blank(n);
    kernel(a, b, out, n);
    check_rounded(what, out, exact, n, signs);
    end_case();
  }
}

static void scalar(const char *what, graft_scalar *kernel, double (*f)(double, double), bool reversed, bool signs) {
  for (int i = 0; i < 24; i++) {
    const size_t n = random_length(200);
    float *a = any_numbers(n), *number = any_numbers(1);
    double *exact = doubles(n);
    for (size_t j = 0; j < n; j++) exact[j] = reversed ? f(*number, a[j]) : f(a[j], *number);
    float *out = random_below(2) ? a : blank(n);
    kernel(a, *number, out, n);
    check_rounded(what, out, exact, n, signs);
    end_case();
  }
}

static void unary(const char *what, graft_unary *kernel, double (*f)(double), bool signs) {
  for (int i = 0; i < 24; i++) {
    const size_t n = random_length(200);
    float *x = any_numbers(n);
    double *exact = doubles(n);
    for (size_t j = 0; j < n; j++) exact[j] = f(x[j]);
    float *out = random_below(2) ? x : blank(n);
    kernel(x, out, n);
    check_rounded(what, out, exact, n, signs);
    end_case();
  }
}

// Beside the numbers of all sizes: those around which rounding changes its mind.
static void rounded(const char *what, graft_unary *kernel, double (*f)(double)) {
  for (int i = 0; i < 24; i++) {
    const size_t n = random_length(200);
    float *x = any_numbers(n);
    double *exact = doubles(n);
    for (size_t j = 0; j < n; j++) {
      static const float edges[] = {0x1p23f, 0x1.fffffep22f, 0x1.fffffcp22f, 0x1p22f, 0x1.000002p23f, 0x1.fffffep-2f};
      const float sign = random_below(2) ? 1 : -1;
      if (random_below(3) == 0) x[j] = sign * (float)random_below(9) / 2;
      if (random_below(6) == 0) x[j] = sign * edges[random_below(6)];
    }
    for (size_t j = 0; j < n; j++) exact[j] = f(x[j]);
    float *out = random_below(2) ? x : blank(n);
    kernel(x, out, n);
    check_rounded(what, out, exact, n, true);
    end_case();
  }
}

static double sign_of(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }

void test_elementwise(void) {
  binary("add", KERNEL(add), add, true);
  binary("sub", KERNEL(sub), sub, true);
  binary("mul", KERNEL(mul), mul, true);
  binary("div", KERNEL(div), quotient, true);
  binary("max", KERNEL(max), greater, false);
  binary("min", KERNEL(min), less, false);
  binary("relu_backward", KERNEL(relu_backward), relu_slope, true);
  scalar("add_s", KERNEL(add_s), add, false, true);
  scalar("sub_s", KERNEL(sub_s), sub, false, true);
  scalar("rsub_s", KERNEL(rsub_s), sub, true, true);
  scalar("mul_s", KERNEL(mul_s), mul, false, true);
  scalar("div_s", KERNEL(div_s), quotient, false, true);
  scalar("rdiv_s", KERNEL(rdiv_s), quotient, true, true);
  scalar("max_s", KERNEL(max_s), greater, false, false);
  scalar("min_s", KERNEL(min_s), less, false, false);
  unary("relu", KERNEL(relu), relu, false);
  unary("sqrt", KERNEL(sqrt), sqrt, true);
  unary("rsqrt", KERNEL(rsqrt), reciprocal_root, true);
  unary("abs", KERNEL(abs), fabs, true);
  unary("square", KERNEL(square), square, true);
  unary("reciprocal", KERNEL(reciprocal), reciprocal, true);
  unary("sign", KERNEL(sign), sign_of, true);
  rounded("floor", KERNEL(floor), floor);
  rounded("ceil", KERNEL(ceil), ceil);
  rounded("round", KERNEL(round), nearbyint);
  rounded("trunc", KERNEL(trunc), trunc);
}
