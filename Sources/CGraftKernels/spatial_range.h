// Which places of a moving window lie inside an image.
#ifndef GRAFT_SPATIAL_RANGE_H
#define GRAFT_SPATIAL_RANGE_H

#include <stddef.h>

typedef struct {
  size_t start, end;
} range;

// The positions p in 0..<positions for which offset + p * stride lies in 0..<length.
static inline range positions_inside(ptrdiff_t offset, size_t stride, size_t length, size_t positions) {
  const ptrdiff_t step = (ptrdiff_t)stride, rest = (ptrdiff_t)length - offset;
  ptrdiff_t start = offset < 0 ? -offset : 0;
  ptrdiff_t end = rest > 0 ? rest : 0;
  if (step > 1) {
    start = (start + step - 1) / step;
    end = (end + step - 1) / step;
  }
  if (end > (ptrdiff_t)positions) end = (ptrdiff_t)positions;
  if (start > end) start = end;
  return (range){(size_t)start, (size_t)end};
}

#endif
