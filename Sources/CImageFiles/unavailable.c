// What a build without the libraries has in the place of jpeg.c and png.c.
#include "fault.h"

#ifdef GRAFT_IMAGE_FILES

bool graft_image_files_available(void) { return true; }

#else

bool graft_image_files_available(void) { return false; }

static bool unavailable(struct graft_image_fault *fault) {
  return graft_image_fail(fault, GRAFT_IMAGE_UNAVAILABLE, 0, "built without the trait ImageFiles");
}

bool graft_jpeg_size(struct graft_image_source source, struct graft_image_size *size, struct graft_image_fault *fault) {
  (void)source, (void)size;
  return unavailable(fault);
}

bool graft_png_size(struct graft_image_source source, struct graft_image_size *size, struct graft_image_fault *fault) {
  (void)source, (void)size;
  return unavailable(fault);
}

bool graft_jpeg_decode(struct graft_image_source source, uint32_t denominator, uint32_t maximum_scans,
                       const struct graft_image_target *target, struct graft_image_fault *fault) {
  (void)source, (void)denominator, (void)maximum_scans, (void)target;
  return unavailable(fault);
}

bool graft_png_decode(struct graft_image_source source, const struct graft_image_target *target,
                      struct graft_image_fault *fault) {
  (void)source, (void)target;
  return unavailable(fault);
}

#endif
