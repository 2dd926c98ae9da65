#ifndef GRAFT_IMAGE_FAULT_H
#define GRAFT_IMAGE_FAULT_H

#include "graft_image_files.h"

// Notes what went wrong; always returns false, as the caller will.
bool graft_image_fail(struct graft_image_fault *fault, enum graft_image_status status, size_t offset,
                      const char *message);

#endif
