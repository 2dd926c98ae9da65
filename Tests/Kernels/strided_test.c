// Copies between layouts, and filling.
#include "check.h"
#include "groups.h"

#include "graft_spatial.h"

typedef struct {
  size_t rank, lengths[GRAFT_MAXIMUM_RANK], count;
} block;

static block any_block(void) {
  block b = {.rank = random_below(GRAFT_MAXIMUM_RANK + 1), .count = 1};
  for (size_t i = 0; i < b.rank; i++) {
    b.lengths[i] = b.rank <= 3 ? random_from(1, 40 / b.rank) : random_from(1, 3);
    if (random_below(40) == 0) b.lengths[i] = 0;
    b.count *= b.lengths[i];
  }
  return b;
}

// Strides of a layout whose axes are in a random order, with room between, backwards or, if that is allowed, repeated.
// `first` is where element 0 lies, `room` how many elements there are.
static void any_strides(const block *b, bool is_source, ptrdiff_t *strides, size_t *first, size_t *room) {
  size_t order[GRAFT_MAXIMUM_RANK];
  for (size_t i = 0; i < b->rank; i++) {
    const size_t at = random_below(3) == 0 ? random_below(i + 1) : 0;
    for (size_t j = i; j > at; j--) order[j] = order[j - 1];
    order[at] = i;
  }
  size_t distance = random_below(4) == 0 ? 2 : 1, origin = 0, reach = 0;
  for (size_t i = 0; i < b->rank; i++) {
    const size_t axis = order[i], span = b->lengths[axis] > 0 ? b->lengths[axis] - 1 : 0;
    const size_t kind = is_source ? random_below(6) : 2;
    if (kind == 0) {
      strides[axis] = 0;
      continue;
    }
    strides[axis] = kind == 1 ? -(ptrdiff_t)distance : (ptrdiff_t)distance;
    if (kind == 1) origin += span * distance;
    reach += span * distance;
    distance = (span + 1) * distance + (random_below(4) == 0 ? random_below(3) : 0);
  }
  *first = origin;
  *room = reach + 1;
}

static ptrdiff_t offset(const block *b, const ptrdiff_t *strides, size_t index) {
  ptrdiff_t at = 0;
  for (size_t i = b->rank; i-- > 0;) {
    at += (ptrdiff_t)(index % b->lengths[i]) * strides[i];
    index /= b->lengths[i];
  }
  return at;
}

static unsigned char *any_bytes(size_t count) {
  unsigned char *bytes = guarded(count);
  for (size_t i = 0; i < count; i++) bytes[i] = (unsigned char)random_bits();
  return bytes;
}

static void copies(void) {
  for (int i = 0; i < 400; i++) {
    const block b = any_block();
    const size_t size = (size_t)1 << random_below(4), kind = random_below(3);
    ptrdiff_t from[GRAFT_MAXIMUM_RANK], to[GRAFT_MAXIMUM_RANK];
    size_t from_first = 0, from_room = b.count, to_first = 0, to_room = b.count;
    ptrdiff_t distance = 1;
    for (size_t axis = b.rank; axis-- > 0;) {
      from[axis] = to[axis] = distance;
      distance *= (ptrdiff_t)b.lengths[axis];
    }
    if (kind != 2) any_strides(&b, true, from, &from_first, &from_room);
    if (kind != 1) any_strides(&b, false, to, &to_first, &to_room);
    const unsigned char *source = any_bytes(from_room * size);
    unsigned char *target = any_bytes(to_room * size), *expected = guarded(to_room * size);
    memcpy(expected, target, to_room * size);
    for (size_t e = 0; e < b.count; e++) {
      memcpy(expected + ((ptrdiff_t)to_first + offset(&b, to, e)) * (ptrdiff_t)size,
             source + ((ptrdiff_t)from_first + offset(&b, from, e)) * (ptrdiff_t)size, size);
    }
    void *destination = target + to_first * size;
    const void *start = source + from_first * size;
    switch (kind) {
    case 0: graft_copy_strided(destination, to, start, from, b.lengths, b.rank, size); break;
    case 1: graft_gather_strided(destination, start, from, b.lengths, b.rank, size); break;
    default: graft_scatter_strided(destination, to, start, b.lengths, b.rank, size);
    }
    CHECK(memcmp(target, expected, to_room * size) == 0, "copy %d of %zu axes, %zu bytes each", i, b.rank, size);
    end_case();
  }
}

static void filling(void) {
  for (int i = 0; i < 80; i++) {
    const size_t size = (size_t)1 << random_below(4), count = random_below(i % 8 ? 60 : 3000);
    const unsigned char *value = any_bytes(size);
    unsigned char *target = any_bytes(count * size);
    graft_fill(target, value, count, size);
    bool equal = true;
    for (size_t j = 0; j < count; j++) equal = equal && memcmp(target + j * size, value, size) == 0;
    CHECK(equal, "graft_fill of %zu times %zu bytes", count, size);
    end_case();
  }
}

void test_strided(void) {
  copies();
  filling();
}
