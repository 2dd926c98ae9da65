// Colours of bytes, against Pillow's definitions in double.
#include "check.h"
#include "groups.h"

typedef struct {
  int red, green, blue;
} color;

static int greatest(int a, int b) { return a > b ? a : b; }
static int least(int a, int b) { return a < b ? a : b; }
static int byte(double x) { return x <= 0 ? 0 : x >= 255 ? 255 : (int)x; }

static int gray(color c) { return (19595 * c.red + 38470 * c.green + 7471 * c.blue + 32768) >> 16; }
// Rounded to float after each operation.
static int blend(int from, int to, float factor) {
  const float part = factor * (float)(to - from);
  return byte((float)from + part);
}

// Smith: Color gamut transform pairs, 1978, in double but for the quotients, which Pillow keeps as floats.
static color turned(color c, int shift) {
  const int top = greatest(c.red, greatest(c.green, c.blue)), bottom = least(c.red, least(c.green, c.blue));
  if (top == bottom) return c;
  const float range = (float)(top - bottom), saturation = range / (float)top;
  const float red = (float)(top - c.red) / range, green = (float)(top - c.green) / range, blue = (float)(top - c.blue) / range;
  const float sixths = c.red == top ? blue - green : (float)(c.green == top ? 2.0 + red - blue : 4.0 + green - red);
  const float turns = (float)fmod(sixths / 6.0 + 1.0, 1.0);
  const int h = (byte(turns * 255.0) + shift) & 255, s = byte(saturation * 255.0);
  if (s == 0) return (color){top, top, top};
  const double place = h * 6.0 / 255.0;
  const int sector = (int)floor(place);
  const float fraction = (float)(place - sector), share = (float)(s / 255.0);
  const int p = byte(round(top * (1.0 - share))), q = byte(round(top * (1.0 - share * fraction)));
  const int t = byte(round(top * (1.0 - share * (1.0 - fraction))));
  const color sectors[] = {{top, t, p}, {q, top, p}, {p, top, t}, {p, q, top}, {t, p, top}, {top, p, q}};
  return sectors[sector % 6];
}

static color stepped(graft_color_step step, color c) {
  if (step.kind == GRAFT_TURN_HUE) return turned(c, (int)step.amount);
  const int from = step.kind == GRAFT_BLEND_WITH_LEVEL ? (int)step.level : gray(c);
  return (color){blend(from, c.red, step.amount), blend(from, c.green, step.amount), blend(from, c.blue, step.amount)};
}

static graft_color_step random_step(void) {
  const graft_color_change kind = (graft_color_change)random_below(3);
  const float amount = kind == GRAFT_TURN_HUE        ? (float)random_below(256)
                       : random_below(10) == 0 ? (float)random_below(3)
                                               : random_float(-0.5f, random_below(5) ? 2 : 1e30f);
  return (graft_color_step){kind, amount, (float)random_below(256)};
}

static uint8_t *bytes(size_t n) {
  uint8_t *x = guarded(n);
  // Few levels, so that many are equal, or all of them.
  const size_t few = random_below(2) ? 256 : 4;
  for (size_t i = 0; i < n; i++) x[i] = (uint8_t)(random_below(few) * (few == 4 ? 85 : 1));
  return x;
}

static void adjustments(void) {
  for (int i = 0; i < 300; i++) {
    const size_t n = random_length(500), count = random_below(5);
    graft_color_step steps[4];
    for (size_t s = 0; s < count; s++) steps[s] = random_step();
    uint8_t *in[3], *out[3], *expected[3];
    for (int c = 0; c < 3; c++) {
      in[c] = bytes(n);
      expected[c] = guarded(n);
    }
    uint64_t sum = 0;
    for (size_t j = 0; j < n; j++) {
      color x = {in[0][j], in[1][j], in[2][j]};
      for (size_t s = 0; s < count; s++) x = stepped(steps[s], x);
      expected[0][j] = (uint8_t)x.red;
      expected[1][j] = (uint8_t)x.green;
      expected[2][j] = (uint8_t)x.blue;
      sum += (uint64_t)gray(x);
    }
    const bool in_place = random_below(2);
    for (int c = 0; c < 3; c++) out[c] = in_place ? in[c] : guarded(n);
    const uint64_t total = KERNEL(adjust_colors)(steps, count, in[0], in[1], in[2], out[0], out[1], out[2], n);
    CHECK(total == sum, "adjust_colors: %zu pixels add up to %llu, not %llu", n, (unsigned long long)total, (unsigned long long)sum);
    for (int c = 0; c < 3; c++) check_bytes("adjust_colors", out[c], expected[c], n);
    end_case();
  }
}

// Every hue, saturation and value there is among the colours with one level 0 or 255, and many others, at every shift.
static void hues(void) {
  enum { N = 65536 };
  for (int shift = 0; shift < 256; shift += 5) {
    uint8_t *in[3], *out[3], *expected[3];
    for (int c = 0; c < 3; c++) {
      in[c] = guarded(N);
      out[c] = guarded(N);
      expected[c] = guarded(N);
    }
    const size_t third = random_below(256), order = random_below(3);
    for (size_t j = 0; j < N; j++) {
      const uint8_t levels[] = {(uint8_t)(j >> 8), (uint8_t)j, (uint8_t)third};
      for (size_t c = 0; c < 3; c++) in[c][j] = levels[(c + order) % 3];
      const color x = turned((color){in[0][j], in[1][j], in[2][j]}, shift);
      expected[0][j] = (uint8_t)x.red;
      expected[1][j] = (uint8_t)x.green;
      expected[2][j] = (uint8_t)x.blue;
    }
    const graft_color_step step = {GRAFT_TURN_HUE, (float)shift, 0};
    KERNEL(adjust_colors)(&step, 1, in[0], in[1], in[2], out[0], out[1], out[2], N);
    for (int c = 0; c < 3; c++) check_bytes("adjust_colors, hue", out[c], expected[c], N);
    end_case();
  }
}

static void rows(void) {
  for (int i = 0; i < 200; i++) {
    const size_t n = random_length(300), step = random_below(2);
    const uint8_t *red = bytes(n), *green = bytes(n), *blue = bytes(n), *from = bytes(step ? n : 1);
    uint8_t *out = guarded(n), *expected = guarded(n);
    for (size_t j = 0; j < n; j++) expected[j] = (uint8_t)gray((color){red[j], green[j], blue[j]});
    KERNEL(gray_levels)(red, green, blue, out, n);
    check_bytes("gray_levels", out, expected, n);
    const float factor = random_below(4) ? random_float(-1, 3) : (float)random_below(2);
    for (size_t j = 0; j < n; j++) expected[j] = (uint8_t)blend(from[j * step], red[j], factor);
    KERNEL(blend_bytes)(from, step, red, factor, out, n);
    check_bytes("blend_bytes", out, expected, n);
    end_case();
  }
}

void test_color(void) {
  adjustments();
  hues();
  rows();
}
