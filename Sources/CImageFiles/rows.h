#ifndef GRAFT_IMAGE_ROWS_H
#define GRAFT_IMAGE_ROWS_H

#include "graft_image_files.h"

// What the bytes of a decoded pixel are, 8 bits each.
enum graft_pixel {
  GRAFT_PIXEL_GRAY,
  GRAFT_PIXEL_GRAY_ALPHA,
  GRAFT_PIXEL_RGB,
  GRAFT_PIXEL_RGB_ALPHA,
  GRAFT_PIXEL_INVERTED_CMYK,  // 255 is no ink, as Adobe's programs write it
};

// Writes row `y` of the stored image, `target->size.width` pixels, where it belongs.
void graft_image_put_row(const struct graft_image_target *target, enum graft_pixel pixel, size_t y,
                         const uint8_t *row);

#endif
