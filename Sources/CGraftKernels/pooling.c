// Pooling of planes.
#include "graft_spatial.h"

int graft_max_pool_backward(const graft_window *w, const float *gradient, const int32_t *indices,
                            float *image_gradient, size_t first_channel, size_t end_channel) {
  const size_t plane = w->output_height * w->output_width, places = w->height * w->width;
  int all_inside = 1;
  for (size_t c = first_channel; c < end_channel; c++) {
    float *target = image_gradient + c * places;
    for (size_t i = c * plane; i < (c + 1) * plane; i++) {
      // A negative place becomes one far outside.
      const size_t place = (size_t)indices[i];
      if (place < places) {
        target[place] += gradient[i];
      } else {
        all_inside = 0;
      }
    }
  }
  return all_inside;
}
