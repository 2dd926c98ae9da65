// Relations between rows, and what is done with the masks that they make: rows of bytes, 0 or 1. A step is 1 for a row and
// 0 for one element that repeats.

enum { MASK_LANES = 4 * LANES };  // a vector of bytes: the masks of four vectors of floats

typedef float vf_four __attribute__((vector_size(16 * LANES)));
typedef float vf_four_unaligned __attribute__((vector_size(16 * LANES), aligned(4), may_alias));
typedef uint8_t vb __attribute__((vector_size(4 * LANES)));
typedef uint8_t vb_unaligned __attribute__((vector_size(4 * LANES), aligned(1), may_alias));
typedef uint8_t vb_part __attribute__((vector_size(LANES)));
typedef uint8_t vb_part_unaligned __attribute__((vector_size(LANES), aligned(1), may_alias));

// Where the relation holds the mask's lanes are all ones, of which one is left.
#define RELATION(EXPRESSION) (__builtin_convertvector(EXPRESSION, vb) & 1)

INLINE void compare_four(const graft_relation relation, const float *a_row, const float *b_row, uint8_t *out) {
  const vf_four a = *(const vf_four_unaligned *)a_row, b = *(const vf_four_unaligned *)b_row;
  vb mask;
  switch (relation) {
  case GRAFT_EQUAL: mask = RELATION(a == b); break;
  case GRAFT_NOT_EQUAL: mask = RELATION(a != b); break;
  case GRAFT_LESS: mask = RELATION(a < b); break;
  default: mask = RELATION(a <= b); break;
  }
  *(vb_unaligned *)out = mask;
}

INLINE void compare(const graft_relation relation, const float *a, const size_t a_step, const float *b,
                    const size_t b_step, uint8_t *out, size_t n) {
  // What repeats is written out once.
  float a_part[MASK_LANES], b_part[MASK_LANES];
  for (size_t i = 0; i < MASK_LANES; i++) {
    a_part[i] = a_step ? 0 : a[0];
    b_part[i] = b_step ? 0 : b[0];
  }
  size_t i = 0;
  for (; i + MASK_LANES <= n; i += MASK_LANES) {
    compare_four(relation, a_step ? a + i : a_part, b_step ? b + i : b_part, out + i);
  }
  if (i < n) {
    uint8_t mask[MASK_LANES];
    for (size_t j = 0; j < n - i; j++) {
      if (a_step) a_part[j] = a[i + j];
      if (b_step) b_part[j] = b[i + j];
    }
    compare_four(relation, a_part, b_part, mask);
    for (size_t j = 0; j < n - i; j++) out[i + j] = mask[j];
  }
}

INLINE void compare_steps(const graft_relation relation, const float *a, size_t a_step, const float *b,
                          size_t b_step, uint8_t *out, size_t n) {
  if (a_step) {
    b_step ? compare(relation, a, 1, b, 1, out, n) : compare(relation, a, 1, b, 0, out, n);
  } else {
    b_step ? compare(relation, a, 0, b, 1, out, n) : compare(relation, a, 0, b, 0, out, n);
  }
}

static void k_compare(graft_relation relation, const float *a, size_t a_step, const float *b, size_t b_step,
                      uint8_t *out, size_t n) {
  if (n == 0) return;
  switch (relation) {
  case GRAFT_EQUAL: compare_steps(GRAFT_EQUAL, a, a_step, b, b_step, out, n); break;
  case GRAFT_NOT_EQUAL: compare_steps(GRAFT_NOT_EQUAL, a, a_step, b, b_step, out, n); break;
  case GRAFT_LESS: compare_steps(GRAFT_LESS, a, a_step, b, b_step, out, n); break;
  case GRAFT_LESS_OR_EQUAL: compare_steps(GRAFT_LESS_OR_EQUAL, a, a_step, b, b_step, out, n); break;
  }
}

// Words of 32 bits, whatever they mean. All are copied as integers: a float's bits may change when it is moved as one.
typedef int32_t vi_unaligned __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE vi load_words(const uint32_t *p) { return *(const vi_unaligned *)p; }

INLINE vi choose_v(const uint8_t *mask, vi a, vi b) {
  const vi chosen = __builtin_convertvector(*(const vb_part_unaligned *)mask, vi) != 0;
  return (chosen & a) | (~chosen & b);
}

INLINE void choose(const uint8_t *mask, const uint32_t *a, const size_t a_step, const uint32_t *b,
                   const size_t b_step, uint32_t *out, size_t n) {
  uint32_t a_part[LANES], b_part[LANES];
  for (size_t i = 0; i < LANES; i++) {
    a_part[i] = a_step ? 0 : a[0];
    b_part[i] = b_step ? 0 : b[0];
  }
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    *(vi_unaligned *)(out + i) =
        choose_v(mask + i, load_words(a_step ? a + i : a_part), load_words(b_step ? b + i : b_part));
  }
  for (; i < n; i++) out[i] = mask[i] ? a[i * a_step] : b[i * b_step];
}

static void k_choose(const uint8_t *mask, size_t mask_step, const uint32_t *a, size_t a_step, const uint32_t *b,
                     size_t b_step, uint32_t *out, size_t n) {
  if (n == 0) return;
  if (mask_step == 0) {
    const uint32_t *chosen = *mask ? a : b;
    const size_t step = *mask ? a_step : b_step;
    if (step == 0) {
      const uint32_t word = *chosen;
      for (size_t i = 0; i < n; i++) out[i] = word;
    } else if (out != chosen) {
      memcpy(out, chosen, n * sizeof *out);
    }
  } else if (a_step) {
    b_step ? choose(mask, a, 1, b, 1, out, n) : choose(mask, a, 1, b, 0, out, n);
  } else {
    b_step ? choose(mask, a, 0, b, 1, out, n) : choose(mask, a, 0, b, 0, out, n);
  }
}

INLINE vb load_mask(const uint8_t *p) { return *(const vb_unaligned *)p; }

INLINE void combine_masks(const int both, const uint8_t *a, size_t a_step, const uint8_t *b, size_t b_step,
                          uint8_t *out, size_t n) {
  if (n == 0) return;
  const vb a_all = (vb){0} + a[0], b_all = (vb){0} + b[0];
  size_t i = 0;
  for (; i + MASK_LANES <= n; i += MASK_LANES) {
    const vb x = a_step ? load_mask(a + i) : a_all, y = b_step ? load_mask(b + i) : b_all;
    *(vb_unaligned *)(out + i) = both ? x & y : x | y;
  }
  for (; i < n; i++) {
    const uint8_t x = a[i * a_step], y = b[i * b_step];
    out[i] = both ? x & y : x | y;
  }
}

static void k_mask_and(const uint8_t *a, size_t a_step, const uint8_t *b, size_t b_step, uint8_t *out, size_t n) {
  combine_masks(1, a, a_step, b, b_step, out, n);
}

static void k_mask_or(const uint8_t *a, size_t a_step, const uint8_t *b, size_t b_step, uint8_t *out, size_t n) {
  combine_masks(0, a, a_step, b, b_step, out, n);
}

static void k_mask_not(const uint8_t *a, uint8_t *out, size_t n) {
  size_t i = 0;
  for (; i + MASK_LANES <= n; i += MASK_LANES) *(vb_unaligned *)(out + i) = load_mask(a + i) ^ 1;
  for (; i < n; i++) out[i] = a[i] ^ 1;
}

static size_t k_mask_count(const uint8_t *a, size_t n) {
  size_t total = 0, i = 0;
  while (i + MASK_LANES <= n) {
    // As many as a byte can count.
    vb counts = {0};
    for (int round = 0; round < 255 && i + MASK_LANES <= n; round++, i += MASK_LANES) counts += load_mask(a + i);
    uint8_t lanes[MASK_LANES];
    *(vb_unaligned *)lanes = counts;
    for (size_t lane = 0; lane < MASK_LANES; lane++) total += lanes[lane];
  }
  for (; i < n; i++) total += a[i];
  return total;
}
