// Colours: what becomes of a pixel depends on its three bytes alone. Levels are whole numbers from 0 to 255 in lanes of floats,
// and whole again after each step, so that steps follow each other in registers. The results are Pillow's, to the byte:
// where Pillow calculates in double, it is said why floats are enough.

typedef struct {
  vf red, green, blue;
} color_v;

// Towards zero; x fits 32 bits.
INLINE vf whole_v(vf x) { return __builtin_convertvector(__builtin_convertvector(x, vi), vf); }

INLINE vf greater_v(vf a, vf b) { return select_v(a > b, a, b); }
INLINE vf lesser_v(vf a, vf b) { return select_v(a < b, a, b); }

// The byte of any number but NaN.
INLINE vf level_v(vf x) { return whole_v(lesser_v(greater_v(x, all(0)), all(255))); }

INLINE vf blend_v(vf from, vf to, vf factor) { return level_v(from + factor * (to - from)); }

INLINE color_v blend_colors_v(vf from, color_v to, vf factor) {
  return (color_v){blend_v(from, to.red, factor), blend_v(from, to.green, factor), blend_v(from, to.blue, factor)};
}

// Brightness as ITU-R 601-2 defines it, in fixed point. All sums are below 2^24: nothing is rounded before the end.
INLINE vf gray_v(color_v c) {
  const vf sum = fma_v(all(19595), c.red, fma_v(all(38470), c.green, fma_v(all(7471), c.blue, all(32768))));
  return whole_v(sum * 0x1p-16f);
}

// 255 x rounded down, of x in 0...1, as if the product were exact: 256 x is, and so is its distance from a number that near.
INLINE vf times_255_v(vf x) {
  const vf k = whole_v(x * 255.0f);
  return k + __builtin_convertvector(x * 256.0f - k < x, vf);
}

// Hue, saturation and value, a byte each; of gray the saturation is 0, and the hue of no interest.
//
// The hue is counted in sixths of the circle. With x = (greatest - middle) / (greatest - least) it lies 1 - x before or behind
// the place of the greatest level (0, 2, 4 for red, green, blue): 1 - x, 1 + x, 3 - x, 3 + x, 5 - x or x - 1. Pillow rounds to float
// in the same places. Where in the circle's 255 parts the hue comes out is exact in double; times_255_v takes its place.
INLINE color_v hue_saturation_value_v(color_v c) {
  const vf red = c.red, green = c.green, blue = c.blue;
  const vf greatest = greater_v(red, greater_v(green, blue)), least = lesser_v(red, lesser_v(green, blue));
  const vf range = greatest - least;
  const vf x = (greatest - (red + green + blue - greatest - least)) / greater_v(range, all(1));
  const vi is_red = red == greatest, is_green = green == greatest;
  const vf before = select_v(is_red, blue, select_v(is_green, red, green));
  const vf place = select_v(is_red, all(0), select_v(is_green, all(2), all(4)));
  const vi is_behind = before == least;
  const vf sixths = place + select_v(is_behind, all(1), all(-1)) + (vf)((vi)x ^ (is_behind & (int32_t)0x80000000));
  const vf turns = sixths / all(6);
  return (color_v){times_255_v(select_v(turns < 0, all(1) + turns, turns)), times_255_v(range / greater_v(greatest, all(1))),
                   greatest};
}

// The level of a colour that is `distance` from where the hue has all of this colour, in 510ths of the circle: value if that is at
// most 85, value (1 - saturation / 255) if it is 170 or more, in between linear, rounded to the nearest. The products are below 2^24;
// the quotient is never nearer to a half than 1 / 43350, and its rounding is a third of that.
INLINE vf level_of_hue_v(vf value, vf value_saturation, vf distance) {
  const vf part = lesser_v(greater_v(distance - all(85), all(0)), all(85));
  return whole_v(value + all(0.5f) - value_saturation * part * (1 / 21675.0f));
}

// Moves the hue by `shift`, in 0...255, round a circle of 256 steps.
INLINE color_v turn_hue_v(color_v c, vf shift) {
  const color_v hsv = hue_saturation_value_v(c);
  vf hue = hsv.red + shift;
  hue -= select_v(hue > 255, all(256), all(0));
  const vf value = hsv.blue, product = value * hsv.green, place = hue + hue;
  // Red is at 0 and, from the other side, at 510.
  return (color_v){level_of_hue_v(value, product, all(255) - abs_v(place - 255)),
                   level_of_hue_v(value, product, abs_v(place - 170)), level_of_hue_v(value, product, abs_v(place - 340))};
}

// Steps are long chains of dependent operations; enough pixels to keep the processor busy go through each before the next.
enum { COLOR_VECTORS = 8 };

INLINE void color_step(graft_color_step step, color_v *c) {
  const vf amount = all(step.amount), level = all(step.level);
  switch (step.kind) {
  case GRAFT_BLEND_WITH_LEVEL:
    for (int i = 0; i < COLOR_VECTORS; i++) c[i] = blend_colors_v(level, c[i], amount);
    break;
  case GRAFT_BLEND_WITH_GRAY:
    for (int i = 0; i < COLOR_VECTORS; i++) c[i] = blend_colors_v(gray_v(c[i]), c[i], amount);
    break;
  default:
    for (int i = 0; i < COLOR_VECTORS; i++) c[i] = turn_hue_v(c[i], amount);
  }
}

INLINE vf load_levels(const uint8_t *p) {
  return __builtin_convertvector(__builtin_convertvector(*(const vb_part_unaligned *)p, vi), vf);
}

INLINE void store_levels(uint8_t *p, vf x) {
  *(vb_part_unaligned *)p = __builtin_convertvector(__builtin_convertvector(x, vi), vb_part);
}

static void k_gray_levels(const uint8_t *red, const uint8_t *green, const uint8_t *blue, uint8_t *out, size_t n) {
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    store_levels(out + i, gray_v((color_v){load_levels(red + i), load_levels(green + i), load_levels(blue + i)}));
  }
  for (; i < n; i++) out[i] = (uint8_t)((19595u * red[i] + 38470u * green[i] + 7471u * blue[i] + 32768u) >> 16);
}

// COLOR_VECTORS * LANES pixels; the sum of their gray levels.
INLINE vi adjust_block(const graft_color_step *steps, size_t count, const uint8_t *red, const uint8_t *green,
                       const uint8_t *blue, uint8_t *out_red, uint8_t *out_green, uint8_t *out_blue) {
  color_v c[COLOR_VECTORS];
  for (int i = 0; i < COLOR_VECTORS; i++) {
    c[i] = (color_v){load_levels(red + i * LANES), load_levels(green + i * LANES), load_levels(blue + i * LANES)};
  }
  for (size_t i = 0; i < count; i++) color_step(steps[i], c);
  vi sums = {0};
  for (int i = 0; i < COLOR_VECTORS; i++) {
    store_levels(out_red + i * LANES, c[i].red);
    store_levels(out_green + i * LANES, c[i].green);
    store_levels(out_blue + i * LANES, c[i].blue);
    sums += __builtin_convertvector(gray_v(c[i]), vi);
  }
  return sums;
}

static uint64_t k_adjust_colors(const graft_color_step *steps, size_t count, const uint8_t *red, const uint8_t *green,
                                const uint8_t *blue, uint8_t *out_red, uint8_t *out_green, uint8_t *out_blue, size_t n) {
  enum { BLOCK = COLOR_VECTORS * LANES };
  uint64_t total = 0;
  size_t i = 0;
  for (; i + BLOCK <= n; i += BLOCK) {
    const vi sums = adjust_block(steps, count, red + i, green + i, blue + i, out_red + i, out_green + i, out_blue + i);
    int32_t sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += sums[lane];
    total += (uint32_t)sum;
  }
  if (i < n) {
    uint8_t part[3][BLOCK] = {{0}}, gray[BLOCK];
    memcpy(part[0], red + i, n - i);
    memcpy(part[1], green + i, n - i);
    memcpy(part[2], blue + i, n - i);
    adjust_block(steps, count, part[0], part[1], part[2], part[0], part[1], part[2]);
    memcpy(out_red + i, part[0], n - i);
    memcpy(out_green + i, part[1], n - i);
    memcpy(out_blue + i, part[2], n - i);
    k_gray_levels(part[0], part[1], part[2], gray, n - i);
    for (size_t j = 0; j < n - i; j++) total += gray[j];
  }
  return total;
}

static void k_blend_bytes(const uint8_t *from, size_t from_step, const uint8_t *to, float factor, uint8_t *out, size_t n) {
  const vf amount = all(factor);
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    const vf start = from_step ? load_levels(from + i) : all(*from);
    store_levels(out + i, blend_v(start, load_levels(to + i), amount));
  }
  if (i < n) {
    uint8_t start[LANES] = {0}, end[LANES] = {0};
    for (size_t j = 0; j < n - i; j++) start[j] = from[from_step * (i + j)];
    memcpy(end, to + i, n - i);
    store_levels(end, blend_v(load_levels(start), load_levels(end), amount));
    memcpy(out + i, end, n - i);
  }
}
