// Numbers computed from rows, and rows of a probability.
#include "check.h"
#include "groups.h"

// What Documentation/Kernels.md allows a sum, in roundings of the absolute terms: blocks of 1024 in four vectors, the lanes
// added in a tree, two for a term and the result.
static double sum_units(void) {
  const double side_by_side = 4 * (double)KERNEL(lanes);
  return 1024 / side_by_side + log2(side_by_side) + 2;
}

typedef enum { VALUES, SQUARES, PRODUCTS, DEVIATIONS } terms;

static void check_sum(const char *what, terms kind, const float *a, const float *b, float center, size_t n, float got) {
  double sum = 0, magnitude = 0;
  for (size_t i = 0; i < n; i++) {
    const double x = a[i], d = x - center;
    const double term = kind == VALUES     ? x
                        : kind == SQUARES  ? x * x
                        : kind == PRODUCTS ? x * b[i]
                                           : d * d;
    sum += term;
    magnitude += fabs(term);
  }
  // A deviation is rounded before it is squared: two more.
  check_number(what, got, sum, rounding(sum_units() + (kind == DEVIATIONS ? 2 : 0), magnitude));
}

static void sums(void) {
  for (int i = 0; i < 60; i++) {
    const size_t n = random_length(i % 10 == 0 ? 5000 : 300);
    const float *a = filled(n, -1, 3), *b = filled(n, -1, 1);
    const float center = random_float(-1, 1);
    check_sum("sum", VALUES, a, b, center, n, KERNEL(sum)(a, n));
    check_sum("sum_squares", SQUARES, a, b, center, n, KERNEL(sum_squares)(a, n));
    check_sum("dot", PRODUCTS, a, b, center, n, KERNEL(dot)(a, b, n));
    check_sum("sum_squared_deviations", DEVIATIONS, a, b, center, n, KERNEL(sum_squared_deviations)(a, center, n));
    end_case();
  }
}

// Multiplied in double: the last rounding is the only one that counts.
static void products(void) {
  for (int i = 0; i < 60; i++) {
    const size_t n = random_length(300);
    float *x = filled(n, 0.7f, 1.4f);
    long double product = 1;
    for (size_t j = 0; j < n; j++) {
      if (random_below(2)) x[j] = -x[j];
      product *= x[j];
    }
    check_number("product", KERNEL(product)(x, n), (double)product, rounding(1, fabs((double)product)));
    if (n > 0) {
      x[random_below(n)] = NAN;
      check_number("product", KERNEL(product)(x, n), NAN, 0);
    }
    end_case();
  }
}

// The extreme at any place, NaN at any place.
static void extremes(void) {
  for (int i = 0; i < 120; i++) {
    const size_t n = random_length(300);
    float *x = filled(n, -1, 1);
    double greatest = -INFINITY, least = INFINITY;
    if (n > 0 && random_below(3) == 0) x[random_below(n)] = random_below(2) ? INFINITY : -INFINITY;
    for (size_t j = 0; j < n; j++) {
      greatest = fmax(greatest, x[j]);
      least = fmin(least, x[j]);
    }
    if (n > 0 && random_below(3) == 0) {
      x[random_below(n)] = NAN;
      greatest = least = NAN;
    }
    check_number("maximum", KERNEL(maximum)(x, n), greatest, 0);
    check_number("minimum", KERNEL(minimum)(x, n), least, 0);
    end_case();
  }
}

typedef struct {
  double greatest, total;  // of e^(x - greatest)
} exponentials;

static exponentials exponentials_of(const float *x, size_t n) {
  exponentials e = {-INFINITY, 0};
  for (size_t i = 0; i < n; i++) e.greatest = fmax(e.greatest, x[i]);
  for (size_t i = 0; i < n; i++) e.total += exp(x[i] - e.greatest);
  return e;
}

// Relative error of e^(x - greatest), in roundings: three for 1.5 units in the last place, and the rounding of the
// difference, which the exponential multiplies by it.
static double exponential_units(double difference) { return 3 + fabs(difference); }

// The same of their sum: as above for the terms, then a chain of at most 1024 / lanes additions, a tree, and one more.
static double total_units(double reach, size_t n) {
  const double lanes = (double)KERNEL(lanes), longest = n < 1024 ? (double)n : 1024;
  return exponential_units(reach) + longest / lanes + log2(lanes) + 2;
}

static void probabilities(void) {
  enum { REACH = 12 };  // the spread of the logits
  for (int i = 0; i < 60; i++) {
    const size_t n = random_length(i % 10 == 0 ? 3000 : 200);
    const float *x = filled(n, 94, 94 + REACH);
    const exponentials e = exponentials_of(x, n);
    const double total_error = total_units(REACH, n);
    double *expected = doubles(n), *allowed = doubles(n);
    float *out = random_below(2) ? copied(x, n) : blank(n);
    for (size_t j = 0; j < n; j++) {
      expected[j] = exp(x[j] - e.greatest) / e.total;
      // The exponential, the total, its reciprocal and the product.
      allowed[j] = rounding(exponential_units(x[j] - e.greatest) + total_error + 2, expected[j]);
    }
    KERNEL(softmax)(x, out, n);
    check_row("softmax", out, expected, allowed, n);

    float *logarithms = random_below(2) ? copied(x, n) : blank(n);
    for (size_t j = 0; j < n; j++) {
      expected[j] = x[j] - e.greatest - log(e.total);
      // An error of the total relative to it is one of its logarithm; that is rounded, and so are the two differences.
      allowed[j] = rounding(total_error, 1) + rounding(3, REACH + fabs(log(e.total)));
    }
    KERNEL(log_softmax)(x, logarithms, n);
    check_row("log_softmax", logarithms, expected, allowed, n);

    if (n > 0) {
      check_number("log_sum_exp", KERNEL(log_sum_exp)(x, n), e.greatest + log(e.total),
                   rounding(total_error, 1) + rounding(1, 94 + REACH + fabs(log(e.total))));
      float greatest = NAN;
      const float *weights = random_below(2) ? filled(n, 0, 1) : NULL;
      double projection, expected_projection = 0;
      for (size_t j = 0; j < n; j++) expected_projection += (weights ? (double)weights[j] : 1) * (x[j] - e.greatest);
      double *into = random_below(4) ? &projection : NULL;
      check_number("softmax_terms", KERNEL(softmax_terms)(x, weights, n, &greatest, into), e.total,
                   rounding(total_error, e.total));
      check_number("softmax_terms' greatest", greatest, e.greatest, 0);
      // The difference, and the same chain; no term is positive.
      if (into) {
        check_number("softmax_terms' projection", projection, expected_projection,
                     rounding(total_error, fabs(expected_projection)));
      }
    }

    const float factor = random_float(0.1f, 2), amount = random_float(-1, 1);
    const float *targets = random_below(2) ? filled(n, 0, 1) : NULL;
    float *scaled = random_below(2) ? copied(x, n) : blank(n);
    for (size_t j = 0; j < n; j++) {
      const double y = factor * exp(x[j] - e.greatest), target = (double)amount * (targets ? (double)targets[j] : 1);
      expected[j] = y - target;
      allowed[j] = rounding(exponential_units(x[j] - e.greatest) + 2, y) + rounding(2, fabs(target));
    }
    KERNEL(softmax_scaled)(x, (float)e.greatest, factor, targets, amount, scaled, n);
    check_row("softmax_scaled", scaled, expected, allowed, n);
    end_case();
  }
}

static void slopes(void) {
  for (int i = 0; i < 40; i++) {
    const size_t n = random_length(i % 10 == 0 ? 3000 : 200);
    const float *y = filled(n, 0, 1), *logarithms = filled(n, -6, 0), *g = filled(n, -1, 1);
    double *expected = doubles(n), *allowed = doubles(n), mean = 0, mean_size = 0, sum = 0, size = 0;
    for (size_t j = 0; j < n; j++) {
      mean += (double)y[j] * g[j];
      mean_size += fabs((double)y[j] * g[j]);
      sum += g[j];
      size += fabs((double)g[j]);
    }
    // The sum's error, then a difference and a product.
    float *out = random_below(2) ? copied(g, n) : blank(n);
    for (size_t j = 0; j < n; j++) {
      expected[j] = y[j] * (g[j] - mean);
      allowed[j] = rounding(sum_units(), mean_size) * y[j] + rounding(2, y[j] * (fabs((double)g[j]) + fabs(mean)));
    }
    KERNEL(softmax_backward)(y, g, out, n);
    check_row("softmax_backward", out, expected, allowed, n);

    float *out2 = random_below(2) ? copied(logarithms, n) : blank(n);
    for (size_t j = 0; j < n; j++) {
      const double e = exp(logarithms[j]);
      expected[j] = g[j] - e * sum;
      allowed[j] = e * rounding(sum_units(), size) + rounding(3 + 2, e * fabs(sum)) + rounding(1, fabs((double)g[j]));
    }
    KERNEL(log_softmax_backward)(logarithms, g, out2, n);
    check_row("log_softmax_backward", out2, expected, allowed, n);
    end_case();
  }
}

static void special_rows(void) {
  const float nothing[] = {-INFINITY, -INFINITY, -INFINITY}, hole[] = {0, NAN, 0}, top[] = {0, INFINITY, 0};
  const double nan[] = {NAN, NAN, NAN};
  float out[3];
  KERNEL(softmax)(nothing, out, 3);
  check_row("softmax of -infinity", out, nan, NULL, 3);
  KERNEL(softmax)(hole, out, 3);
  check_row("softmax of NaN", out, nan, NULL, 3);
  check_number("log_sum_exp of -infinity", KERNEL(log_sum_exp)(nothing, 3), -INFINITY, 0);
  check_number("log_sum_exp of nothing", KERNEL(log_sum_exp)(nothing, 0), -INFINITY, 0);
  check_number("log_sum_exp of infinity", KERNEL(log_sum_exp)(top, 3), INFINITY, 0);
  check_number("log_sum_exp of NaN", KERNEL(log_sum_exp)(hole, 3), NAN, 0);
  check_number("sum of NaN", KERNEL(sum)(hole, 3), NAN, 0);
}

void test_reduction(void) {
  sums();
  products();
  extremes();
  probabilities();
  slopes();
  special_rows();
}
