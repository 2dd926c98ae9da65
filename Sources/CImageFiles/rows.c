#include "rows.h"

#include <string.h>

struct colour {
  uint8_t red, green, blue;
};

// The nearest integer to a product of bytes (or a sum of two that is at most 255²) divided by 255.
static inline uint8_t over_255(uint32_t product) {
  product += 128;
  return (uint8_t)((product + (product >> 8)) >> 8);
}

static inline uint8_t blended(uint8_t value, uint8_t alpha, uint8_t background) {
  return over_255((uint32_t)value * alpha + (uint32_t)background * (255u - alpha));
}

// Luma of ITU-R BT.601 in 16 bits of fraction, rounded: what Pillow makes of a colour.
static inline uint8_t luma(struct colour colour) {
  return (uint8_t)((19595u * colour.red + 38470u * colour.green + 7471u * colour.blue + 32768u) >> 16);
}

static inline int byte_count(enum graft_pixel pixel) {
  switch (pixel) {
    case GRAFT_PIXEL_GRAY: return 1;
    case GRAFT_PIXEL_GRAY_ALPHA: return 2;
    case GRAFT_PIXEL_RGB: return 3;
    default: return 4;
  }
}

// What transparent pixels lie on.
struct paper {
  bool blends;
  struct colour colour;
};

static inline struct colour load(enum graft_pixel pixel, const uint8_t *bytes, const struct paper *paper) {
  struct colour colour;
  uint8_t alpha = 255;
  switch (pixel) {
    case GRAFT_PIXEL_GRAY:
    case GRAFT_PIXEL_GRAY_ALPHA:
      colour = (struct colour){bytes[0], bytes[0], bytes[0]};
      if (pixel == GRAFT_PIXEL_GRAY_ALPHA) alpha = bytes[1];
      break;
    case GRAFT_PIXEL_INVERTED_CMYK: {
      // Each ink takes its share of the light that black leaves.
      uint32_t light = bytes[3];
      colour.red = (uint8_t)(light - over_255((255u - bytes[0]) * light));
      colour.green = (uint8_t)(light - over_255((255u - bytes[1]) * light));
      colour.blue = (uint8_t)(light - over_255((255u - bytes[2]) * light));
      break;
    }
    default:
      colour = (struct colour){bytes[0], bytes[1], bytes[2]};
      if (pixel == GRAFT_PIXEL_RGB_ALPHA) alpha = bytes[3];
  }
  if (paper->blends && (pixel == GRAFT_PIXEL_GRAY_ALPHA || pixel == GRAFT_PIXEL_RGB_ALPHA)) {
    colour.red = blended(colour.red, alpha, paper->colour.red);
    colour.green = blended(colour.green, alpha, paper->colour.green);
    colour.blue = blended(colour.blue, alpha, paper->colour.blue);
  }
  return colour;
}

// Inlined for each kind of pixel, so that nothing is decided within the loops. Nothing of `target` is read there
// either: it could be changed by what is written.
static inline __attribute__((always_inline)) void put(const struct graft_image_target *target, enum graft_pixel pixel,
                                                      uint8_t *restrict out, const uint8_t *restrict row) {
  const int size = byte_count(pixel);
  const ptrdiff_t width = target->size.width, plane = target->plane_step, step = target->column_step;
  const struct paper paper = {target->blends,
                              {target->background[0], target->background[1], target->background[2]}};
  if (target->channels == 1) {
    for (ptrdiff_t x = 0; x < width; x++) out[x * step] = luma(load(pixel, row + x * size, &paper));
  } else {
    for (ptrdiff_t x = 0; x < width; x++) {
      struct colour colour = load(pixel, row + x * size, &paper);
      out[x * step] = colour.red;
      out[x * step + plane] = colour.green;
      out[x * step + 2 * plane] = colour.blue;
    }
  }
}

typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef uint8_t bytes32 __attribute__((vector_size(32)));

// Nearly every image: a row of red, green and blue as three rows. A plain loop takes three times as long.
static void separate(const uint8_t *restrict row, uint8_t *restrict red, uint8_t *restrict green,
                     uint8_t *restrict blue, size_t width) {
  size_t x = 0;
  for (; x + 16 <= width; x += 16) {
    bytes32 front;
    bytes16 back;
    memcpy(&front, row + 3 * x, 32);
    memcpy(&back, row + 3 * x + 32, 16);
    bytes32 rest = __builtin_shufflevector(back, back, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, -1, -1, -1,
                                           -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    bytes16 r = __builtin_shufflevector(front, rest, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45);
    bytes16 g = __builtin_shufflevector(front, rest, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 34, 37, 40, 43, 46);
    bytes16 b = __builtin_shufflevector(front, rest, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 32, 35, 38, 41, 44, 47);
    memcpy(red + x, &r, 16);
    memcpy(green + x, &g, 16);
    memcpy(blue + x, &b, 16);
  }
  for (; x < width; x++) {
    red[x] = row[3 * x];
    green[x] = row[3 * x + 1];
    blue[x] = row[3 * x + 2];
  }
}

void graft_image_put_row(const struct graft_image_target *target, enum graft_pixel pixel, size_t y,
                         const uint8_t *row) {
  uint8_t *out = target->planes + target->first + (ptrdiff_t)y * target->row_step;
  if (pixel == GRAFT_PIXEL_RGB && target->channels == 3 && target->column_step == 1) {
    separate(row, out, out + target->plane_step, out + 2 * target->plane_step, target->size.width);
    return;
  }
  switch (pixel) {
    case GRAFT_PIXEL_GRAY: put(target, GRAFT_PIXEL_GRAY, out, row); break;
    case GRAFT_PIXEL_GRAY_ALPHA: put(target, GRAFT_PIXEL_GRAY_ALPHA, out, row); break;
    case GRAFT_PIXEL_RGB: put(target, GRAFT_PIXEL_RGB, out, row); break;
    case GRAFT_PIXEL_RGB_ALPHA: put(target, GRAFT_PIXEL_RGB_ALPHA, out, row); break;
    case GRAFT_PIXEL_INVERTED_CMYK: put(target, GRAFT_PIXEL_INVERTED_CMYK, out, row); break;
  }
}
