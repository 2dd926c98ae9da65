// Images in another size, against the same sums in 64 bits: exact.
#include "check.h"
#include "groups.h"

enum { ROOM = 16 };

// Weights of one pixel: some negative, none of them so large that sums overflow.
static void fill_weights(int32_t *weights, size_t stride, size_t taps) {
  for (size_t tap = 0; tap < taps; tap++) {
    weights[tap * stride] = (int32_t)(random_float(-0.3f, 1) / (float)taps * 0x1p22f * 1.9f);
  }
}

static uint8_t nearest(int64_t sum) {
  const int64_t byte = (sum + (1 << 21)) >> 22;
  return (uint8_t)(byte < 0 ? 0 : byte > 255 ? 255 : byte);
}

static uint8_t *bytes_of(size_t n) {
  uint8_t *bytes = guarded(n);
  for (size_t i = 0; i < n; i++) bytes[i] = random_below(3) ? (uint8_t)random_bits() : 255;
  return bytes;
}

static void columns(void) {
  for (int i = 0; i < 120; i++) {
    const size_t n = random_length(300), taps = random_from(1, 9), stride = n + random_below(9);
    const uint8_t *rows = bytes_of((taps - 1) * stride + n);
    int32_t *weights = guarded(taps * sizeof *weights);
    fill_weights(weights, 1, taps);
    uint8_t *out = guarded(n), *expected = guarded(n);
    for (size_t j = 0; j < n; j++) {
      int64_t sum = 0;
      for (size_t tap = 0; tap < taps; tap++) sum += (int64_t)weights[tap] * rows[tap * stride + j];
      expected[j] = nearest(sum);
    }
    KERNEL(resample_columns)(rows, (ptrdiff_t)stride, weights, taps, out, n);
    check_bytes("resample_columns", out, expected, n);
    end_case();
  }
}

static void rows(void) {
  for (int i = 0; i < 120; i++) {
    const size_t n = random_length(300), taps = 4 * random_from(1, 4), width = random_from(taps, 200);
    const size_t stride = (n + ROOM - 1) / ROOM * ROOM;
    const uint8_t *row = bytes_of(width);
    int32_t *offsets = guarded(n * sizeof *offsets), *weights = guarded(taps * stride * sizeof *weights);
    memset(weights, 0, taps * stride * sizeof *weights);
    uint8_t *out = guarded(n), *expected = guarded(n);
    for (size_t j = 0; j < n; j++) {
      offsets[j] = (int32_t)random_below(width - taps + 1);
      fill_weights(weights + j, stride, taps);
      int64_t sum = 0;
      for (size_t tap = 0; tap < taps; tap++) sum += (int64_t)weights[tap * stride + j] * row[(size_t)offsets[j] + tap];
      expected[j] = nearest(sum);
    }
    KERNEL(resample_row)(row, offsets, weights, stride, taps, out, n);
    check_bytes("resample_row", out, expected, n);
    end_case();
  }
}

void test_resample(void) {
  columns();
  rows();
}
