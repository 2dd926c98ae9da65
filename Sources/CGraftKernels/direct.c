// What direct convolution needs once, whatever the instruction set.
#include "direct_layout.h"

size_t graft_direct_taps(const graft_direct *d) { return d->channels * d->kernel_height * d->kernel_width; }

size_t graft_direct_scratch(const graft_direct *d, size_t lanes) {
  const direct_layout l = direct_layout_of(d);
  // The strips; gradients whose rows do not fill vectors, or the last rows of such results; what is read beyond either.
  const size_t stage = d->columns >= lanes ? 0 : d->outputs * (l.units * l.strip * d->columns + lanes);
  return l.units * d->channels * l.plane + lanes + stage;
}

void graft_direct_offsets(const graft_direct *d, ptrdiff_t *offsets) {
  const direct_layout l = direct_layout_of(d);
  for (size_t c = 0; c < d->channels; c++) {
    for (size_t i = 0; i < d->kernel_height; i++) {
      for (size_t j = 0; j < d->kernel_width; j++) {
        const size_t column = j * d->dilation_width;
        *offsets++ = (ptrdiff_t)(c * l.plane + i * d->dilation_height * l.row +
                                 column % d->stride_width * l.phase + column / d->stride_width);
      }
    }
  }
}

void graft_direct_pack(const graft_direct *d, const float *filters, size_t group_stride, size_t output_stride,
                       size_t channel_stride, int reversed, size_t first_group, size_t end_group, float *panels) {
  const size_t window = d->kernel_height * d->kernel_width, taps = d->channels * window;
  for (size_t group = first_group; group < end_group; group++) {
    float *out = panels + group * d->outputs * taps;
    for (size_t o = 0, block; o < d->outputs; o += block) {
      block = direct_block(d->outputs - o);
      const float *first = filters + group * group_stride + o * output_stride;
      for (size_t c = 0; c < d->channels; c++) {
        for (size_t t = 0; t < window; t++) {
          const float *tap = first + c * channel_stride + (reversed ? window - 1 - t : t);
          for (size_t m = 0; m < block; m++) *out++ = tap[m * output_stride];
        }
      }
    }
  }
}
