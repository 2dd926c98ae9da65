// What the tests of the kernels have in common: seeded numbers, memory that notices what is written or read outside
// of it, comparisons, and a record of which members of the table were called.
#ifndef GRAFT_CHECK_H
#define GRAFT_CHECK_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "graft_kernels.h"

// What the references calculate in float is rounded as it is written.
#pragma STDC FP_CONTRACT OFF

// The table under test.
extern const graft_kernel_table *table;

// A member of the table under test; that it was asked for is remembered, and `check_coverage` holds it against the rest.
#define KERNEL(member) (cover(offsetof(graft_kernel_table, member)), table->member)
void cover(size_t offset);
// Fails for each member that no test has asked for since the last call.
void check_coverage(void);

// Numbers that look random and are the same every time.
void seed_random(uint64_t seed);
uint64_t random_bits(void);
size_t random_below(size_t n);               // 0..<n
size_t random_from(size_t low, size_t high);  // low...high
float random_float(float low, float high);
// A length worth testing: short ones, those around whole vectors, and some long ones up to `most`.
size_t random_length(size_t most);

// Memory of the current case. It lies between two pages that may not be touched, at either end of what is between them,
// and what is left there holds a pattern that `end_case` looks at before it frees everything.
void *guarded(size_t bytes);
float *blank(size_t n);  // NaN throughout: what a kernel forgets to write, or reads before it has, is seen
float *filled(size_t n, float low, float high);
float *copied(const float *x, size_t n);
double *doubles(size_t n);  // 0 throughout
void end_case(void);

// One check each; the first few failures of a group are printed.
#define CHECK(condition, ...) check((condition), __VA_ARGS__)
bool check(bool condition, const char *format, ...) __attribute__((format(printf, 2, 3)));
// A row against a reference, |got - expected| <= allowed (NULL: equal), NaN where the reference is NaN.
bool check_row(const char *what, const float *got, const double *expected, const double *allowed, size_t n);
// Bits against bits; any NaN is as good as another.
bool check_same(const char *what, const float *got, const float *expected, size_t n);
bool check_bytes(const char *what, const uint8_t *got, const uint8_t *expected, size_t n);
bool check_number(const char *what, double got, double expected, double allowed);

extern size_t checks_passed, checks_failed;
void begin_group(const char *name);
// Has a use of memory that is out of bounds reported with the group.
void report_faults(void);

// Half the distance of neighbouring floats at 1: the most that rounding one operation changes its result by, relative to it.
#define UNIT 0x1p-24
// `units` such roundings of numbers that amount to `magnitude`. What the bounds leave out is of second order, below a
// thousandth for the sizes here, and the rounding of subnormal results.
static inline double rounding(double units, double magnitude) {
  return units * UNIT * magnitude * 1.001 + (units + 1) * 0x1p-149;
}

// Whether the table's multiply-adds round once.
static inline bool is_fused(void) {
#if defined(__aarch64__)
  return true;
#else
  return table->instruction_set != GRAFT_BASELINE;
#endif
}

#endif
