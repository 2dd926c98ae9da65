// Relations, choosing by a mask, masks with masks, and where the extremes of a row or of columns are.
#include "check.h"
#include "groups.h"

// Small whole numbers, so that many are equal, with zeros of both signs, infinities and NaN among them.
static float *some_equal(size_t n) {
  static const float special[] = {0, -0.0f, INFINITY, -INFINITY, NAN, 0x1p-149f};
  float *x = guarded(n * sizeof *x);
  for (size_t i = 0; i < n; i++) {
    x[i] = random_below(6) == 0 ? special[random_below(6)] : (float)random_below(5) - 2;
  }
  return x;
}

static uint8_t *mask_of(size_t n) {
  uint8_t *mask = guarded(n);
  // All true and all false, too.
  const size_t kind = random_below(8);
  for (size_t i = 0; i < n; i++) mask[i] = kind == 0 ? 1 : kind == 1 ? 0 : (uint8_t)random_below(2);
  return mask;
}

static bool holds(graft_relation relation, float a, float b) {
  switch (relation) {
  case GRAFT_EQUAL: return a == b;
  case GRAFT_NOT_EQUAL: return a != b;
  case GRAFT_LESS: return a < b;
  default: return a <= b;
  }
}

static void relations(void) {
  for (int i = 0; i < 240; i++) {
    const graft_relation relation = (graft_relation)(i % 4);
    const size_t a_step = i / 4 % 2, b_step = i / 8 % 2, n = random_length(300);
    const float *a = some_equal(a_step ? n : 1), *b = some_equal(b_step ? n : 1);
    uint8_t *out = guarded(n), *expected = guarded(n);
    for (size_t j = 0; j < n; j++) expected[j] = holds(relation, a[j * a_step], b[j * b_step]);
    KERNEL(compare)(relation, a, a_step, b, b_step, out, n);
    check_bytes("compare", out, expected, n);
    end_case();
  }
}

static uint32_t *words(size_t n) {
  uint32_t *x = guarded(n * sizeof *x);
  for (size_t i = 0; i < n; i++) x[i] = (uint32_t)random_bits();
  return x;
}

static void choices(void) {
  for (int i = 0; i < 240; i++) {
    const size_t mask_step = i % 4 != 0, a_step = i / 4 % 2, b_step = i / 8 % 2, n = random_length(300);
    const uint8_t *mask = mask_of(mask_step ? n : 1);
    uint32_t *a = words(a_step ? n : 1), *b = words(b_step ? n : 1), *expected = words(n);
    for (size_t j = 0; j < n; j++) expected[j] = mask[j * mask_step] ? a[j * a_step] : b[j * b_step];
    // Into a row of its own, or into one of the operands.
    uint32_t *out = a_step && random_below(3) == 0 ? a : b_step && random_below(2) ? b : words(n);
    KERNEL(choose)(mask, mask_step, a, a_step, b, b_step, out, n);
    check_bytes("choose", (const uint8_t *)out, (const uint8_t *)expected, n * sizeof *out);
    end_case();
  }
}

static void masks(void) {
  for (int i = 0; i < 120; i++) {
    const size_t a_step = i % 3 != 0, b_step = i % 4 != 0, n = random_length(i % 10 == 0 ? 40000 : 300);
    const uint8_t *a = mask_of(a_step ? n : 1), *b = mask_of(b_step ? n : 1);
    uint8_t *out = guarded(n), *both = guarded(n), *either = guarded(n), *other = guarded(n);
    size_t count = 0;
    for (size_t j = 0; j < n; j++) {
      both[j] = a[j * a_step] && b[j * b_step];
      either[j] = a[j * a_step] || b[j * b_step];
      other[j] = !either[j];
      count += either[j];
    }
    KERNEL(mask_and)(a, a_step, b, b_step, out, n);
    check_bytes("mask_and", out, both, n);
    KERNEL(mask_or)(a, a_step, b, b_step, out, n);
    check_bytes("mask_or", out, either, n);
    check_number("mask_count", (double)KERNEL(mask_count)(out, n), (double)count, 0);
    KERNEL(mask_not)(out, out, n);
    check_bytes("mask_not", out, other, n);
    end_case();
  }
}

static bool better(int sign, float x, float best) {
  return sign > 0 ? x > best || (isnan(x) && !isnan(best)) : x < best || (isnan(x) && !isnan(best));
}

static void places(void) {
  for (int i = 0; i < 240; i++) {
    const int sign = i % 2 ? 1 : -1;
    const size_t n = random_length(i % 10 < 2 ? 5000 : 300) + 1;
    float *x = i % 3 ? filled(n, -1, 1) : some_equal(n);
    if (i % 7 == 0) for (size_t j = 0; j < n; j++) x[j] = sign > 0 ? -INFINITY : INFINITY;
    if (i % 5 == 0) x[random_below(n)] = NAN;
    size_t expected = 0;
    for (size_t j = 1; j < n; j++) if (better(sign, x[j], x[expected])) expected = j;
    const size_t got = sign > 0 ? KERNEL(argmax)(x, n) : KERNEL(argmin)(x, n);
    check_number(sign > 0 ? "argmax" : "argmin", (double)got, (double)expected, 0);
    end_case();
  }
}

static void places_of_columns(void) {
  for (int i = 0; i < 120; i++) {
    const int sign = i % 2 ? 1 : -1;
    const size_t n = random_length(200), rows = random_from(1, 6);
    float *best = some_equal(n), *expected = copied(best, n);
    int32_t *got_places = guarded(n * sizeof *got_places), *expected_places = guarded(n * sizeof *got_places);
    for (size_t j = 0; j < n; j++) got_places[j] = expected_places[j] = 0;
    for (size_t row = 1; row < rows; row++) {
      const float *x = some_equal(n);
      for (size_t j = 0; j < n; j++) {
        if (!better(sign, x[j], expected[j])) continue;
        expected[j] = x[j];
        expected_places[j] = (int32_t)row;
      }
      if (sign > 0) KERNEL(argmax_step)(x, (int32_t)row, best, got_places, n);
      else KERNEL(argmin_step)(x, (int32_t)row, best, got_places, n);
    }
    check_same("the extremes of columns", best, expected, n);
    check_bytes("the places of extremes", (const uint8_t *)got_places, (const uint8_t *)expected_places, 4 * n);
    end_case();
  }
}

void test_comparison(void) {
  relations();
  choices();
  masks();
  places();
  places_of_columns();
}
