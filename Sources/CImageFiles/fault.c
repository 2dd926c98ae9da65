#include "fault.h"

#include <stdio.h>

bool graft_image_fail(struct graft_image_fault *fault, enum graft_image_status status, size_t offset,
                      const char *message) {
  fault->status = status;
  fault->offset = offset;
  snprintf(fault->message, sizeof fault->message, "%s", message);
  return false;
}
