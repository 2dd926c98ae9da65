// The memory in which a narrow group of channels is convolved: strips of its planes, spread and with their padding.
#ifndef GRAFT_DIRECT_LAYOUT_H
#define GRAFT_DIRECT_LAYOUT_H

#include "graft_spatial.h"
#include "spatial_range.h"

// Columns that are a stride apart lie side by side, so that neighbouring positions look at neighbours: a row is
// [stride_width, phase]. Place x of phase q is column left + x * stride_width + q of the spread plane.
typedef struct {
  size_t phase, row;         // elements of a phase, and of a row
  size_t strip, strip_rows;  // positions along the height that are worked on together, and the rows they look at
  size_t plane;              // elements of a channel's strip
  size_t units;              // groups or images whose strips are filled, then used, together
  range inside;              // the columns of a source plane that have a place
} direct_layout;

// Elements of all channels that are used together: 48 KiB. They and what they become stay near the first-level cache.
enum { DIRECT_STRIP = 12288 };

static inline size_t direct_source_rows(const graft_direct *d, size_t positions) {
  return (positions - 1) * d->stride_height + (d->kernel_height - 1) * d->dilation_height + 1;
}

static inline direct_layout direct_layout_of(const graft_direct *d) {
  direct_layout l;
  l.phase = d->columns + (d->kernel_width - 1) * d->dilation_width / d->stride_width;
  l.row = l.phase * d->stride_width;
  const size_t fitting = DIRECT_STRIP / (l.row * d->channels * d->stride_height);
  // At least four rows, since those that strips share are made twice; in fours, which are computed together.
  l.strip = fitting < 4 ? 4 : fitting / 4 * 4;
  if (l.strip > d->rows) l.strip = d->rows;
  l.strip_rows = direct_source_rows(d, l.strip);
  l.plane = l.strip_rows * l.row;
  // A load has to wait for several stores that it overlaps, so that small planes are better not used at once.
  const size_t units = DIRECT_STRIP / (l.plane * d->channels);
  l.units = units < 1 ? 1 : units > 16 ? 16 : units;
  l.inside = positions_inside(-d->left, d->spread_width, l.row, d->width);
  return l;
}

// Filters are packed for as many outputs at a time.
static inline size_t direct_block(size_t outputs) { return outputs >= 4 ? 4 : outputs >= 2 ? 2 : 1; }

#endif
