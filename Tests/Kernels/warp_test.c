// Rows of warped images: the places of their pixels, and the pixels.
#include "check.h"
#include "groups.h"

enum { ROOM = 16 };

static size_t with_room(size_t n) { return (n + ROOM - 1) / ROOM * ROOM; }

// A place moved into the image, as the kernel promises, in double.
static double confined(double place, double most) { return place > 0 ? (place < most ? place : most) : 0; }

static void check_place(const char *what, double got, double numerator, double denominator, double shift, double most,
                        double magnitude) {
  // Numerator and denominator round twice where there is no fused operation, the quotient and the shift once each; the relative error
  // of the denominator is that of its terms.
  const double exact = numerator / denominator, scale = fabs(exact) + fabs(shift);
  const double allowed = rounding(3, magnitude / fabs(denominator)) + rounding(2, scale) +
                         rounding(3, fabs(exact) * 1.5 / fabs(denominator));
  check_number(what, got, confined(exact + shift, most), allowed);
}

static void places(void) {
  for (int i = 0; i < 120; i++) {
    const size_t n = random_length(200);
    const bool is_affine = i % 2;
    graft_warp_row row = {
        .u = random_float(-20, 80), .v = random_float(-20, 80),
        .w = is_affine ? 1 : random_float(0.6f, 1.5f),
        .du = random_float(-2, 2), .dv = random_float(-2, 2), .dw = i % 4 ? 0 : random_float(-0.5f, 0.5f) / 200,
        .shift = (float)random_below(3) / 2 - 0.5f,
        .columns = (float)random_from(1, 60), .rows = (float)random_from(1, 60), .stride = (int32_t)random_from(60, 90),
    };
    int32_t *offsets = guarded(with_room(n) * sizeof *offsets);
    float *across = blank(with_room(n)), *down = blank(with_room(n));
    KERNEL(warp_places)(&row, n, offsets, across, down);
    for (size_t j = 0; j < n; j++) {
      const int column = offsets[j] % row.stride, line = offsets[j] / row.stride;
      CHECK(offsets[j] >= 0 && column < row.columns && line < row.rows, "warp_places: offset %d", offsets[j]);
      CHECK(across[j] >= 0 && across[j] <= 1 && down[j] >= 0 && down[j] <= 1, "warp_places: %g, %g", across[j], down[j]);
      const double w = row.w + (double)j * row.dw, steps = (double)j;
      check_place("column", column + (double)across[j], row.u + steps * row.du, w, row.shift, row.columns,
                  fabs(row.u) + steps * fabs(row.du));
      check_place("row", line + (double)down[j], row.v + steps * row.dv, w, row.shift, row.rows,
                  fabs(row.v) + steps * fabs(row.dv));
    }
    end_case();
  }
}

// What is no number, and what lies beyond the horizon, begins at some footprint nevertheless.
static void places_that_are_none(void) {
  const graft_warp_row rows[] = {
      {.w = 0, .dw = 0.5f, .u = 0, .v = 1, .columns = 3, .rows = 4, .stride = 5},
      {.w = -1, .dw = 0.01f, .u = 1e30f, .v = -1e30f, .columns = 3, .rows = 4, .stride = 5},
      {.w = 1, .u = NAN, .v = INFINITY, .columns = 3, .rows = 4, .stride = 5},
  };
  for (size_t i = 0; i < 3; i++) {
    int32_t *offsets = guarded(ROOM * sizeof *offsets);
    float *across = blank(ROOM), *down = blank(ROOM);
    KERNEL(warp_places)(&rows[i], ROOM, offsets, across, down);
    for (size_t j = 0; j < ROOM; j++) {
      CHECK(offsets[j] >= 0 && offsets[j] / 5 < 4 && offsets[j] % 5 < 3, "warp_places: offset %d", offsets[j]);
      CHECK(across[j] >= 0 && across[j] <= 1 && down[j] >= 0 && down[j] <= 1, "warp_places: %g, %g", across[j], down[j]);
    }
    end_case();
  }
}

// Keys' kernel, by definition.
static double cubic(double distance) {
  const double a = -1, t = fabs(distance);
  return t < 1 ? (a + 2) * t * t * t - (a + 3) * t * t + 1 : t < 2 ? a * (t * t * t - 5 * t * t + 8 * t - 4) : 0;
}

// Sums weights times pixels over a footprint of `taps` × `taps`.
static double reference(const uint8_t *place, ptrdiff_t stride, size_t taps, double x, double y) {
  double sum = 0;
  for (size_t i = 0; i < taps; i++) {
    for (size_t j = 0; j < taps; j++) {
      const double across = taps == 1 ? 1 : taps == 2 ? 1 - fabs(x - (double)j) : cubic(x + 1 - (double)j);
      const double down = taps == 1 ? 1 : taps == 2 ? 1 - fabs(y - (double)i) : cubic(y + 1 - (double)i);
      sum += across * down * place[(ptrdiff_t)i * stride + (ptrdiff_t)j];
    }
  }
  return sum < 0 ? 0 : sum > 255 ? 255 : sum;
}

static void pixels(const char *name, graft_warp *warp, size_t taps) {
  for (int i = 0; i < 80; i++) {
    const size_t n = random_length(400), height = random_from(taps, 40), width = random_from(taps, 40);
    uint8_t *plane = guarded(height * width), *out = guarded(n);
    int32_t *offsets = guarded(with_room(n) * sizeof *offsets);
    float *across = filled(with_room(n), 0, 1), *down = filled(with_room(n), 0, 1);
    for (size_t j = 0; j < height * width; j++) {
      plane[j] = i % 4 == 0 ? (uint8_t)(255 * random_below(2)) : (uint8_t)random_bits();
    }
    for (size_t j = 0; j < with_room(n); j++) {
      // Footprints in all the corners, too.
      const size_t row = random_below(height - taps + 1), column = random_below(width - taps + 1);
      offsets[j] = (int32_t)(row * width + column);
      if (random_below(8) == 0) across[j] = (float)random_below(2);
      if (random_below(8) == 0) down[j] = (float)random_below(2);
    }
    warp(plane, (ptrdiff_t)width, offsets, across, down, out, n);
    for (size_t j = 0; j < n; j++) {
      const double exact = reference(plane + offsets[j], (ptrdiff_t)width, taps, across[j], down[j]);
      // Half a level, and the roundings of weights and sums: fewer than 40 of terms below 255 · 1.5².
      check_number(name, out[j], exact, 0.5 + rounding(40, 255 * 2.25));
    }
    end_case();
  }
}

void test_warp(void) {
  places();
  places_that_are_none();
  pixels("warp_nearest", KERNEL(warp_nearest), 1);
  pixels("warp_bilinear", KERNEL(warp_bilinear), 2);
  pixels("warp_bicubic", KERNEL(warp_bicubic), 4);
}
