// Decoding JPEG and PNG by libjpeg and libpng, from memory into memory. Both libraries report errors by longjmp, which
// may not cross Swift: so they are called here, and nothing but status codes comes out.
//
// Without GRAFT_IMAGE_FILES (the package trait `ImageFiles`) neither library is needed, and all functions answer
// GRAFT_IMAGE_UNAVAILABLE.

#ifndef GRAFT_IMAGE_FILES_H
#define GRAFT_IMAGE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum graft_image_status {
  GRAFT_IMAGE_OK,
  GRAFT_IMAGE_UNAVAILABLE,    // built without the libraries
  GRAFT_IMAGE_MALFORMED,      // breaks the rules of its format
  GRAFT_IMAGE_TRUNCATED,      // ends before all pixels are there
  GRAFT_IMAGE_UNSUPPORTED,    // valid, but of a form that the library does not decode
  GRAFT_IMAGE_TOO_LARGE,      // beyond a limit
  GRAFT_IMAGE_OUT_OF_MEMORY,
};

// What went wrong and at which byte, as far as it is known.
struct graft_image_fault {
  enum graft_image_status status;
  size_t offset;
  char message[240];
};

// The bytes of a file.
struct graft_image_source {
  const uint8_t *bytes;
  size_t count;
};

struct graft_image_size {
  uint32_t width;
  uint32_t height;
};

// Where decoded pixels go: channel c of the pixel in row y and column x of the stored image is at
// planes[c * plane_step + first + y * row_step + x * column_step], so that turning an image costs nothing.
struct graft_image_target {
  uint8_t *planes;
  int32_t channels;              // 3: red, green, blue; 1: luma
  struct graft_image_size size;  // of the stored image; decoding fails if the file has another
  ptrdiff_t plane_step;
  ptrdiff_t first;
  ptrdiff_t row_step;
  ptrdiff_t column_step;
  bool blends;                   // over the background by alpha; else alpha is dropped
  uint8_t background[3];
};

// Whether the libraries are there.
bool graft_image_files_available(void);

// Reads no more than the header. Returns whether that went well, and says in `fault` why not.
bool graft_jpeg_size(struct graft_image_source source, struct graft_image_size *size, struct graft_image_fault *fault);
bool graft_png_size(struct graft_image_source source, struct graft_image_size *size, struct graft_image_fault *fault);

// Decodes all pixels. `denominator` (1, 2, 4 or 8) divides both lengths, rounded up; the target's size is what results.
// A file of more than `maximum_scans` scans is refused: each costs as much time as the image is large.
bool graft_jpeg_decode(struct graft_image_source source, uint32_t denominator, uint32_t maximum_scans,
                       const struct graft_image_target *target, struct graft_image_fault *fault);
bool graft_png_decode(struct graft_image_source source, const struct graft_image_target *target,
                      struct graft_image_fault *fault);

#endif
