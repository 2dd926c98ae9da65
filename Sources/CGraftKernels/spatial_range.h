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

// The rows (or columns) under the window at one position, without padding, and how many there are with it.
typedef struct {
  size_t start, end;  // inside the image; empty if start == end
  size_t padded;      // inside the image and its padding
} extent;

static inline extent extent_at(size_t position, size_t stride, size_t kernel, size_t padding, size_t length) {
  const size_t start = position * stride, end = start + kernel;  // counted from the edge of the padding
  const size_t limit = length + 2 * padding;
  extent e;
  e.padded = (end < limit ? end : limit) - (start < limit ? start : limit);
  e.start = start > padding ? start - padding : 0;
  e.end = end > padding ? end - padding : 0;
  if (e.end > length) e.end = length;
  if (e.start > e.end) e.start = e.end;
  return e;
}

#endif
