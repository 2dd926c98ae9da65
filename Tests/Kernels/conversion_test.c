// The same numbers as another type.
#include "check.h"
#include "groups.h"

static void from_integers(void) {
  for (int i = 0; i < 60; i++) {
    const size_t n = random_length(300);
    uint8_t *bytes = guarded(n);
    int32_t *integers = guarded(n * sizeof *integers);
    float *out = blank(n), *expected = blank(n);
    for (size_t j = 0; j < n; j++) bytes[j] = (uint8_t)random_bits();
    for (size_t j = 0; j < n; j++) integers[j] = (int32_t)random_bits() >> random_below(32);
    for (size_t j = 0; j < n; j++) expected[j] = (float)bytes[j];
    CHECK(KERNEL(float_from_uint8)(bytes, out, n) == 1, "float_from_uint8 did not convert all");
    check_same("float_from_uint8", out, expected, n);
    for (size_t j = 0; j < n; j++) expected[j] = (float)integers[j];
    CHECK(KERNEL(float_from_int32)(integers, out, n) == 1, "float_from_int32 did not convert all");
    check_same("float_from_int32", out, expected, n);
    end_case();
  }
}

// What the 16 bits mean, by definition.
static float half(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double size = exponent == 31  ? (fraction ? NAN : INFINITY)
                      : exponent == 0 ? ldexp(fraction, -24)
                                      : ldexp(1024 + fraction, exponent - 25);
  return (float)(bits >> 15 ? -size : size);
}

// All there are.
static void from_halves(void) {
  enum { ALL = 1 << 16 };
  uint16_t *bits = guarded(ALL * sizeof *bits);
  float *out = blank(ALL), *expected = blank(ALL);
  for (uint32_t j = 0; j < ALL; j++) {
    bits[j] = (uint16_t)j;
    expected[j] = half((uint16_t)j);
  }
  CHECK(KERNEL(float_from_half)(bits, out, ALL) == 1, "float_from_half did not convert all");
  check_same("float_from_half", out, expected, ALL);
  for (uint32_t j = 0; j < ALL; j++) {
    const uint32_t whole = j << 16;
    memcpy(expected + j, &whole, 4);
  }
  CHECK(KERNEL(float_from_bfloat16)(bits, out, ALL) == 1, "float_from_bfloat16 did not convert all");
  check_same("float_from_bfloat16", out, expected, ALL);
  end_case();
  for (int i = 0; i < 30; i++) {
    const size_t n = random_length(200);
    uint16_t *some = guarded(n * sizeof *some);
    float *row = blank(n), *wanted = blank(n);
    for (size_t j = 0; j < n; j++) {
      some[j] = (uint16_t)random_bits();
      wanted[j] = half(some[j]);
    }
    KERNEL(float_from_half)(some, row, n);
    check_same("float_from_half", row, wanted, n);
    end_case();
  }
}

static void to_integers(void) {
  // The first and last that fit, rounded towards zero, and the first beyond them.
  static const float inside8[] = {-0.0f, -0x1.fffffep-1f, 0x1.fffffep+7f, 255}, outside8[] = {-1, 256, NAN, INFINITY, -INFINITY};
  static const float inside32[] = {-0x1p31f, 0x1.fffffep30f, -0.5f, 0}, outside32[] = {-0x1.000002p31f, 0x1p31f, NAN, INFINITY, -INFINITY};
  for (int i = 0; i < 200; i++) {
    const size_t n = random_length(300);
    float *small = filled(n, -0.9f, 255.9f), *large = filled(n, -2e9f, 2e9f);
    for (size_t j = 0; j < n; j++) {
      if (random_below(4) == 0) small[j] = inside8[random_below(4)];
      if (random_below(4) == 0) large[j] = inside32[random_below(4)];
    }
    uint8_t *bytes = guarded(n);
    int32_t *integers = guarded(n * sizeof *integers);
    CHECK(KERNEL(uint8_from_float)(small, bytes, n) == 1, "uint8_from_float did not convert all %zu", n);
    CHECK(KERNEL(int32_from_float)(large, integers, n) == 1, "int32_from_float did not convert all %zu", n);
    for (size_t j = 0; j < n; j++) {
      check_number("uint8_from_float", bytes[j], (uint8_t)small[j], 0);
      check_number("int32_from_float", integers[j], (int32_t)large[j], 0);
    }
    if (n > 0) {
      small[random_below(n)] = outside8[random_below(5)];
      large[random_below(n)] = outside32[random_below(5)];
      CHECK(KERNEL(uint8_from_float)(small, bytes, n) == 0, "uint8_from_float converted what does not fit");
      CHECK(KERNEL(int32_from_float)(large, integers, n) == 0, "int32_from_float converted what does not fit");
    }
    end_case();
  }
}

void test_conversion(void) {
  from_integers();
  from_halves();
  to_integers();
}
