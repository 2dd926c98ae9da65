// Numbers with what they may be off by: a reference in double that keeps account of the roundings a kernel is allowed.
#ifndef GRAFT_INEXACT_H
#define GRAFT_INEXACT_H

#include "check.h"

typedef struct {
  double value, error;
} inexact;

static inline inexact exact(double x) { return (inexact){x, 0}; }

// What a kernel rounds to float before it uses it.
static inline inexact setting(double x) { return (inexact){x, rounding(1, fabs(x))}; }

// The result of one more operation, whose operands bring `error`. If the kernel fuses it with the next, it is less.
static inline inexact rounded(double value, double error) {
  return (inexact){value, error + rounding(1, fabs(value) + error)};
}

static inline inexact plus(inexact a, inexact b) { return rounded(a.value + b.value, a.error + b.error); }
static inline inexact minus(inexact a, inexact b) { return rounded(a.value - b.value, a.error + b.error); }

static inline inexact times(inexact a, inexact b) {
  return rounded(a.value * b.value, fabs(a.value) * b.error + fabs(b.value) * a.error + a.error * b.error);
}

// b has to be greater than its error.
static inline inexact over(inexact a, inexact b) {
  const double value = a.value / b.value;
  return rounded(value, (a.error + fabs(value) * b.error) / (b.value - b.error));
}

static inline inexact root(inexact a) {
  const double value = sqrt(a.value), low = a.value - a.error;
  return rounded(value, value - sqrt(low > 0 ? low : 0));
}

// e^a, within 1.5 units in the last place: at most three roundings.
static inline inexact exponential(inexact a) {
  const double value = exp(a.value);
  return (inexact){value, value * expm1(a.error) + rounding(3, value)};
}

// A sum in any order: no partial sum is greater than the absolute terms together, and each term goes through at most
// `depth` additions.
typedef struct {
  double value, error, magnitude;
} running_sum;

static inline void add_to(running_sum *s, inexact term) {
  s->value += term.value;
  s->error += term.error;
  s->magnitude += fabs(term.value) + term.error;
}

static inline inexact total(running_sum s, double depth) {
  return (inexact){s.value, s.error + rounding(depth, s.magnitude)};
}

// A row of references.
typedef struct {
  double *expected, *allowed;
} reference;

static inline reference references(size_t n) { return (reference){doubles(n), doubles(n)}; }

static inline void put(reference r, size_t i, inexact x) {
  r.expected[i] = x.value;
  r.allowed[i] = x.error;
}

static inline void check_against(const char *what, const float *got, reference r, size_t n) {
  check_row(what, got, r.expected, r.allowed, n);
}

#endif
