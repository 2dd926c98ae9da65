// Copies between layouts, and filling.
#include "graft_spatial.h"

#include <string.h>

typedef struct {
  size_t length;
  ptrdiff_t destination, source;
} axis;

// An element size known to the compiler makes each copy one load and one store.
static inline __attribute__((always_inline)) void copy_row(char *d, ptrdiff_t d_step, const char *s,
                                                           ptrdiff_t s_step, size_t count, const size_t size) {
  for (size_t i = 0; i < count; i++) {
    __builtin_memcpy(d, s, size);
    d += d_step;
    s += s_step;
  }
}

// A plane whose rows are contiguous on one side and whose columns are on the other: in tiles, so that the cache
// lines read in one row are still there for the next.
static inline __attribute__((always_inline)) void transpose(char *d, const char *s, axis rows, axis columns,
                                                            const size_t size) {
  enum { TILE = 16 };
  const ptrdiff_t bytes = (ptrdiff_t)size;
  for (size_t i = 0; i < rows.length; i += TILE) {
    const size_t i_end = rows.length - i < TILE ? rows.length : i + TILE;
    for (size_t j = 0; j < columns.length; j += TILE) {
      const size_t count = columns.length - j < TILE ? columns.length - j : TILE;
      for (size_t row = i; row < i_end; row++) {
        copy_row(d + ((ptrdiff_t)row * rows.destination + (ptrdiff_t)j * columns.destination) * bytes,
                 columns.destination * bytes,
                 s + ((ptrdiff_t)row * rows.source + (ptrdiff_t)j * columns.source) * bytes,
                 columns.source * bytes, count, size);
      }
    }
  }
}

// The two innermost axes.
static inline __attribute__((always_inline)) void copy_plane(char *d, const char *s, axis rows, axis columns,
                                                             const size_t size) {
  const ptrdiff_t bytes = (ptrdiff_t)size;
  if (columns.destination == 1 && columns.source == 1) {
    for (size_t i = 0; i < rows.length; i++) {
      memcpy(d + (ptrdiff_t)i * rows.destination * bytes, s + (ptrdiff_t)i * rows.source * bytes,
             columns.length * size);
    }
  } else if (rows.source == 1 || rows.destination == 1) {
    transpose(d, s, rows, columns, size);
  } else {
    for (size_t i = 0; i < rows.length; i++) {
      copy_row(d + (ptrdiff_t)i * rows.destination * bytes, columns.destination * bytes,
               s + (ptrdiff_t)i * rows.source * bytes, columns.source * bytes, columns.length, size);
    }
  }
}

static void copy_plane_of(char *d, const char *s, axis rows, axis columns, size_t size) {
  switch (size) {
  case 1: copy_plane(d, s, rows, columns, 1); break;
  case 2: copy_plane(d, s, rows, columns, 2); break;
  case 4: copy_plane(d, s, rows, columns, 4); break;
  case 8: copy_plane(d, s, rows, columns, 8); break;
  default: __builtin_trap();
  }
}

// Drops axes of length 1 and joins neighbours that are one axis on both sides. Returns how many are left.
static size_t simplify(axis *axes, size_t rank) {
  size_t count = 0;
  for (size_t i = 0; i < rank; i++) {
    if (axes[i].length == 1) continue;
    if (count > 0) {
      axis *outer = &axes[count - 1];
      const ptrdiff_t length = (ptrdiff_t)axes[i].length;
      if (outer->destination == axes[i].destination * length && outer->source == axes[i].source * length) {
        outer->length *= axes[i].length;
        outer->destination = axes[i].destination;
        outer->source = axes[i].source;
        continue;
      }
    }
    axes[count++] = axes[i];
  }
  return count;
}

static void move_to(axis *axes, size_t from, size_t to) {
  const axis moved = axes[from];
  for (size_t i = from; i < to; i++) axes[i] = axes[i + 1];
  axes[to] = moved;
}

void graft_copy_strided(void *destination, const ptrdiff_t *destination_strides, const void *source,
                        const ptrdiff_t *source_strides, const size_t *lengths, size_t rank,
                        size_t element_size) {
  axis axes[GRAFT_MAXIMUM_RANK + 2];
  if (rank > GRAFT_MAXIMUM_RANK) __builtin_trap();
  for (size_t i = 0; i < rank; i++) {
    if (lengths[i] == 0) return;
    axes[i] = (axis){lengths[i], destination_strides[i], source_strides[i]};
  }
  size_t count = simplify(axes, rank);
  // Innermost the axis contiguous in the destination; beside it the one contiguous in the source.
  for (size_t i = 0; i + 1 < count; i++) {
    if (axes[i].destination == 1 && axes[count - 1].destination != 1) move_to(axes, i, count - 1);
  }
  for (size_t i = 0; i + 2 < count; i++) {
    if (axes[i].source == 1 && axes[count - 1].source != 1) {
      move_to(axes, i, count - 2);
      break;
    }
  }
  const axis single = {1, 0, 0};
  const axis columns = count >= 1 ? axes[count - 1] : single;
  const axis rows = count >= 2 ? axes[count - 2] : single;
  const size_t outer = count >= 2 ? count - 2 : 0;

  char *d = destination;
  const char *s = source;
  const ptrdiff_t bytes = (ptrdiff_t)element_size;
  size_t position[GRAFT_MAXIMUM_RANK] = {0};
  for (;;) {
    copy_plane_of(d, s, rows, columns, element_size);
    // The next place along the outer axes, like an odometer.
    size_t i = outer;
    for (;;) {
      if (i == 0) return;
      i--;
      d += axes[i].destination * bytes;
      s += axes[i].source * bytes;
      if (++position[i] < axes[i].length) break;
      d -= axes[i].destination * bytes * (ptrdiff_t)axes[i].length;
      s -= axes[i].source * bytes * (ptrdiff_t)axes[i].length;
      position[i] = 0;
    }
  }
}

static void contiguous_strides(const size_t *lengths, size_t rank, ptrdiff_t *strides) {
  ptrdiff_t distance = 1;
  for (size_t i = rank; i-- > 0;) {
    strides[i] = distance;
    distance *= (ptrdiff_t)lengths[i];
  }
}

void graft_gather_strided(void *destination, const void *source, const ptrdiff_t *source_strides,
                          const size_t *lengths, size_t rank, size_t element_size) {
  ptrdiff_t strides[GRAFT_MAXIMUM_RANK];
  if (rank > GRAFT_MAXIMUM_RANK) __builtin_trap();
  contiguous_strides(lengths, rank, strides);
  graft_copy_strided(destination, strides, source, source_strides, lengths, rank, element_size);
}

void graft_scatter_strided(void *destination, const ptrdiff_t *destination_strides, const void *source,
                           const size_t *lengths, size_t rank, size_t element_size) {
  ptrdiff_t strides[GRAFT_MAXIMUM_RANK];
  if (rank > GRAFT_MAXIMUM_RANK) __builtin_trap();
  contiguous_strides(lengths, rank, strides);
  graft_copy_strided(destination, destination_strides, source, strides, lengths, rank, element_size);
}

void graft_fill(void *destination, const void *value, size_t count, size_t element_size) {
  const size_t total = count * element_size;
  if (total == 0) return;
  // The first element, then what is there already doubled, up to a piece that stays in the cache.
  char *d = destination;
  memcpy(d, value, element_size);
  size_t done = element_size;
  const size_t piece = 4096;
  while (done < total) {
    size_t copy = done < piece ? done : piece;
    if (copy > total - done) copy = total - done;
    memcpy(d + done, d, copy);
    done += copy;
  }
}
