// How a matrix product is cut into tiles and shared among threads. Documentation/Kernels.md has the picture.
#include "graft_gemm.h"
#include "graft_team.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

// Sizes are in floats; bytes are those of AVX2.
enum {
  // The most of k that a tile runs through. A panel of B, 288 x nr, is then 18 KiB (AVX-512: 36) and stays in the
  // first-level cache while the panels of A pass by it. 288 = 9 * 32 divides the k of most 3 x 3 convolutions.
  TILE_DEPTH = 288,
  // The most of k that is packed before it is used: all of it, mostly, so that a tile of C is finished while it
  // is in the first-level cache.
  PACKED_DEPTH = 4 * TILE_DEPTH,
  // The panels a thread goes through for every panel of the other side: 256 KiB, half of a second-level cache.
  OWN_PANELS = 1 << 16,
  // The panels packed for all threads: 4 MiB, a share of the last-level cache.
  SHARED_PANELS = 1 << 20,
  // Up to this many rows, A is what all threads share: its panels fit OWN_PANELS with a tile's depth of k.
  FEW_ROWS = 192,
  // Multiply-adds worth handing to another thread: some five microseconds.
  SMALLEST_PART = 1 << 18,
  // Multiply-adds that keep every thread busy by themselves.
  LARGE = 1 << 24,
  // Floats worth packing in another thread.
  SMALLEST_PACK = 1 << 15,
  // Parts for each thread, so that a thread that comes late costs little.
  PARTS_PER_THREAD = 4,
  // Up to this many multiply-adds, packing costs more than it gains.
  DIRECT = 1 << 16,
  // Few rows of A that fit the first-level cache as they lie: 32 KiB.
  DIRECT_ROWS = 1 << 13,
  // Up to this many lanes on one side, dot products beat packing.
  DOT_LANES = 32,
  // The most rows that the kernel of dot products takes at a time.
  DOT_ROWS = 8,
};

static inline size_t least(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t most(size_t a, size_t b) { return a > b ? a : b; }
static inline size_t quotient_up(size_t a, size_t b) { return (a + b - 1) / b; }
static inline size_t round_up(size_t a, size_t b) { return quotient_up(a, b) * b; }

// A product on its way. Packed panels of `count` lanes lie block of k after block of k, in each block panel after
// panel: lane l of the block that starts at s, `depth` long, is found at s * round_up(count, tile) + l * depth for l a
// multiple of the tile.
typedef struct {
  graft_product product;
  const graft_kernel_table *kernels;
  int threads;
  size_t tile_depth;         // the blocks of k
  size_t k_start, k_count;   // what is packed of k now,
  size_t n_start, n_count;   // and of B's columns
  size_t parts;              // of the rows (columns), in whole tiles and as equal as can be
  size_t pack_part;          // lanes packed at a time
  float *shared;
  atomic_bool failed;
} graft_job;

// Where a part of `count` lanes begins, and the one before it ends.
static inline size_t part_start(const graft_job *j, size_t count, size_t tile, size_t part) {
  return least(count, quotient_up(count, tile) * part / j->parts * tile);
}

// As many parts as there are wanted, or tiles.
static inline void divide(graft_job *j, size_t count, size_t tile, size_t wanted) {
  j->parts = most(1, least(wanted, quotient_up(count, tile)));
}

static inline int accumulates(const graft_job *j, size_t block) {
  return j->product.accumulate || j->k_start + block > 0;
}

// Finishes a part of C if all of k has been added.
static inline void finish(const graft_job *j, size_t row, size_t column, size_t rows, size_t columns) {
  const graft_product *p = &j->product;
  if (p->epilogue && j->k_start + j->k_count == p->k) {
    j->kernels->gemm_finish(p->epilogue, p->c, p->c_row, row, column, rows, columns);
  }
}

// Packs lanes first..<last of A's rows for what is packed of k now, as lanes 0..<last - first of `out`.
static void pack_rows(const graft_job *j, size_t first, size_t last, float *out) {
  const graft_product *p = &j->product;
  const size_t height = round_up(last - first, j->kernels->mr);
  for (size_t s = 0; s < j->k_count; s += j->tile_depth) {
    const float *source = p->a + (ptrdiff_t)first * p->a_row + (ptrdiff_t)(j->k_start + s) * p->a_column;
    j->kernels->pack_a(source, p->a_row, p->a_column, last - first, least(j->tile_depth, j->k_count - s),
                       out + s * height);
  }
}

// Many rows: all threads share B's panels; a part is some rows of A, whose panels stay in the second-level cache of
// the processor that packs them.

static void pack_shared_columns(void *context, size_t part) {
  const graft_job *j = context;
  const graft_product *p = &j->product;
  const size_t width = round_up(j->n_count, j->kernels->nr);
  const size_t first = part * j->pack_part, last = least(j->n_count, first + j->pack_part);
  for (size_t s = 0; s < j->k_count; s += j->tile_depth) {
    const size_t depth = least(j->tile_depth, j->k_count - s);
    const float *source =
        p->b + (ptrdiff_t)(j->n_start + first) * p->b_column + (ptrdiff_t)(j->k_start + s) * p->b_row;
    j->kernels->pack_b(source, p->b_column, p->b_row, last - first, depth, j->shared + s * width + first * depth);
  }
}

static void multiply_rows(void *context, size_t part) {
  graft_job *j = context;
  const graft_product *p = &j->product;
  const size_t mr = j->kernels->mr, nr = j->kernels->nr, width = round_up(j->n_count, nr);
  const size_t first = part_start(j, p->m, mr, part), rows = part_start(j, p->m, mr, part + 1) - first;
  const size_t height = round_up(rows, mr);
  float *own = graft_scratch(GRAFT_SCRATCH_OWN_PANELS, height * j->k_count * sizeof(float));
  if (!own) {
    j->failed = true;
    return;
  }
  pack_rows(j, first, first + rows, own);
  for (size_t column = 0; column < j->n_count; column += nr) {
    const size_t columns = least(nr, j->n_count - column);
    float *c = p->c + (ptrdiff_t)first * p->c_row + j->n_start + column;
    for (size_t s = 0; s < j->k_count; s += j->tile_depth) {
      const size_t depth = least(j->tile_depth, j->k_count - s);
      const float *b = j->shared + s * width + column * depth;
      const bool complete = s + depth == j->k_count;
      for (size_t row = 0; row < rows; row += mr) {
        const size_t tile_rows = least(mr, rows - row);
        j->kernels->gemm_tile(depth, own + s * height + row * depth, b, c + (ptrdiff_t)row * p->c_row, p->c_row,
                              tile_rows, columns, accumulates(j, s));
        if (complete) finish(j, first + row, j->n_start + column, tile_rows, columns);
      }
    }
  }
}

static int multiply_many_rows(graft_job *j) {
  const graft_product *p = &j->product;
  const size_t mr = j->kernels->mr, nr = j->kernels->nr;
  const size_t packed_depth = least(p->k, PACKED_DEPTH / TILE_DEPTH * j->tile_depth);
  const size_t n_blocks = quotient_up(p->n, SHARED_PANELS / packed_depth);
  const size_t n_block = round_up(quotient_up(p->n, n_blocks), nr);
  j->shared = graft_scratch(GRAFT_SCRATCH_SHARED_PANELS, n_block * packed_depth * sizeof(float));
  if (!j->shared) return 0;

  const size_t largest = most(1, OWN_PANELS / packed_depth / mr) * mr;
  const size_t work = p->m * least(p->n, n_block) * packed_depth;
  size_t parts = quotient_up(p->m, largest);
  if (j->threads > 1) {
    parts = most(parts, least((size_t)(PARTS_PER_THREAD * j->threads), work / SMALLEST_PART));
    // As many for one thread as for the next.
    if (parts > 1) parts = round_up(parts, (size_t)j->threads);
  }
  divide(j, p->m, mr, parts);

  for (j->n_start = 0; j->n_start < p->n; j->n_start += n_block) {
    j->n_count = least(n_block, p->n - j->n_start);
    for (j->k_start = 0; j->k_start < p->k; j->k_start += packed_depth) {
      j->k_count = least(packed_depth, p->k - j->k_start);
      const size_t packs = most(1, least((size_t)(PARTS_PER_THREAD * j->threads),
                                         j->n_count * j->k_count / SMALLEST_PACK));
      j->pack_part = round_up(quotient_up(j->n_count, packs), nr);
      graft_team_run(pack_shared_columns, j, quotient_up(j->n_count, j->pack_part), j->threads);
      graft_team_run(multiply_rows, j, j->parts, j->threads);
    }
  }
  return !j->failed;
}

// Few rows: all threads share A's panels, which are small enough for each second-level cache; a part is some columns of
// B, packed a panel at a time into the first-level cache.

static void pack_shared_rows(void *context, size_t part) {
  const graft_job *j = context;
  const graft_product *p = &j->product;
  const size_t height = round_up(p->m, j->kernels->mr);
  const size_t s = part * j->tile_depth, depth = least(j->tile_depth, j->k_count - s);
  const float *source = p->a + (ptrdiff_t)(j->k_start + s) * p->a_column;
  j->kernels->pack_a(source, p->a_row, p->a_column, p->m, depth, j->shared + s * height);
}

static void multiply_columns(void *context, size_t part) {
  graft_job *j = context;
  const graft_product *p = &j->product;
  const size_t mr = j->kernels->mr, nr = j->kernels->nr, height = round_up(p->m, mr);
  const size_t first = part_start(j, p->n, nr, part), last = part_start(j, p->n, nr, part + 1);
  float *own = graft_scratch(GRAFT_SCRATCH_OWN_PANELS, nr * j->tile_depth * sizeof(float));
  if (!own) {
    j->failed = true;
    return;
  }
  for (size_t column = first; column < last; column += nr) {
    const size_t columns = least(nr, last - column);
    for (size_t s = 0; s < j->k_count; s += j->tile_depth) {
      const size_t depth = least(j->tile_depth, j->k_count - s);
      const float *source = p->b + (ptrdiff_t)column * p->b_column + (ptrdiff_t)(j->k_start + s) * p->b_row;
      j->kernels->pack_b(source, p->b_column, p->b_row, columns, depth, own);
      const bool complete = s + depth == j->k_count;
      for (size_t row = 0; row < p->m; row += mr) {
        const size_t rows = least(mr, p->m - row);
        j->kernels->gemm_tile(depth, j->shared + s * height + row * depth, own,
                              p->c + (ptrdiff_t)row * p->c_row + column, p->c_row, rows, columns, accumulates(j, s));
        if (complete) finish(j, row, column, rows, columns);
      }
    }
  }
}

static int multiply_few_rows(graft_job *j) {
  const graft_product *p = &j->product;
  const size_t mr = j->kernels->mr, nr = j->kernels->nr, height = round_up(p->m, mr);
  const size_t packed_depth = least(p->k, most(1, OWN_PANELS / height / j->tile_depth) * j->tile_depth);
  j->shared = graft_scratch(GRAFT_SCRATCH_SHARED_PANELS, height * packed_depth * sizeof(float));
  if (!j->shared) return 0;
  const size_t work = p->m * p->n * packed_depth;
  const size_t parts = most(1, least((size_t)(PARTS_PER_THREAD * j->threads), work / SMALLEST_PART));
  divide(j, p->n, nr, parts);
  for (j->k_start = 0; j->k_start < p->k; j->k_start += packed_depth) {
    j->k_count = least(packed_depth, p->k - j->k_start);
    const size_t blocks = quotient_up(j->k_count, j->tile_depth);
    if (height * j->tile_depth < SMALLEST_PACK) {
      for (size_t block = 0; block < blocks; block++) pack_shared_rows(j, block);
    } else {
      graft_team_run(pack_shared_rows, j, blocks, j->threads);
    }
    graft_team_run(multiply_columns, j, j->parts, j->threads);
  }
  return !j->failed;
}

// Without packing. These go through all of k at once.

// Columns of C from rows of B as they lie.
static void multiply_directly(void *context, size_t part) {
  const graft_job *j = context;
  const graft_product *p = &j->product;
  const size_t first = part_start(j, p->n, j->kernels->nr, part);
  const size_t columns = part_start(j, p->n, j->kernels->nr, part + 1) - first;
  j->kernels->gemm_direct(p->k, p->a, p->a_row, p->a_column, p->b + first, p->b_row, p->c + first, p->c_row, p->m,
                          columns, p->accumulate);
  finish(j, 0, first, p->m, columns);
}

// Rows of C, each element a dot product.
static void multiply_rows_as_dots(void *context, size_t part) {
  const graft_job *j = context;
  const graft_product *p = &j->product;
  const size_t first = part_start(j, p->m, DOT_ROWS, part), rows = part_start(j, p->m, DOT_ROWS, part + 1) - first;
  j->kernels->gemm_dot(p->k, p->a + (ptrdiff_t)first * p->a_row, p->a_row, p->b, p->b_column,
                       p->c + (ptrdiff_t)first * p->c_row, p->c_row, 1, rows, p->n, p->accumulate);
  finish(j, first, 0, rows, p->n);
}

// Columns of C, each element a dot product: B's columns take the place of rows.
static void multiply_columns_as_dots(void *context, size_t part) {
  const graft_job *j = context;
  const graft_product *p = &j->product;
  const size_t first = part_start(j, p->n, DOT_ROWS, part), columns = part_start(j, p->n, DOT_ROWS, part + 1) - first;
  j->kernels->gemm_dot(p->k, p->b + (ptrdiff_t)first * p->b_column, p->b_column, p->a, p->a_row, p->c + first, 1,
                       p->c_row, columns, p->m, p->accumulate);
  finish(j, 0, first, p->m, columns);
}

// Runs `body` over parts of `count` rows or columns, in whole tiles, as large as is worth a thread's while.
static int run_parts(graft_job *j, void (*body)(void *, size_t), size_t count, size_t tile) {
  const graft_product *p = &j->product;
  const size_t work = p->m * p->n * p->k;
  const size_t parts = most(1, least((size_t)(PARTS_PER_THREAD * j->threads), work / SMALLEST_PART));
  j->k_count = p->k;
  divide(j, count, tile, parts);
  graft_team_run(body, j, j->parts, j->threads);
  return 1;
}

static int multiply(graft_job *j) {
  const graft_product *p = &j->product;
  const size_t mr = j->kernels->mr, nr = j->kernels->nr, work = p->m * p->n * p->k;
  if (p->a_column == 1 && p->b_row == 1 && least(p->m, p->n) <= DOT_LANES) {
    // The longer side is divided.
    return p->m >= p->n ? run_parts(j, multiply_rows_as_dots, p->m, DOT_ROWS)
                        : run_parts(j, multiply_columns_as_dots, p->n, DOT_ROWS);
  }
  if (p->b_column == 1) {
    const bool few = p->n >= nr && (p->m <= 2 * mr || (p->m <= 6 * mr && p->m * p->k <= DIRECT_ROWS));
    if (few || work <= DIRECT) return run_parts(j, multiply_directly, p->n, nr);
  }
  const size_t blocks = quotient_up(p->k, TILE_DEPTH);
  j->tile_depth = quotient_up(p->k, blocks);
  return p->m >= p->n || p->m > FEW_ROWS ? multiply_many_rows(j) : multiply_few_rows(j);
}

static void fill_with_nothing(const graft_product *p, const graft_kernel_table *kernels) {
  for (size_t i = 0; i < p->m && !p->accumulate; i++) {
    memset(p->c + (ptrdiff_t)i * p->c_row, 0, p->n * sizeof(float));
  }
  if (p->epilogue) kernels->gemm_finish(p->epilogue, p->c, p->c_row, 0, 0, p->m, p->n);
}

int graft_gemm(const graft_product *product, const graft_kernel_table *kernels, int threads) {
  if (product->m == 0 || product->n == 0) return 1;
  if (product->k == 0) {
    fill_with_nothing(product, kernels);
    return 1;
  }
  graft_job job = {.product = *product, .kernels = kernels, .threads = threads};
  return multiply(&job);
}

typedef struct {
  graft_product first;
  const graft_batch *batch;
  const graft_kernel_table *kernels;
  int threads;
  size_t part;
  atomic_bool failed;
} graft_batch_job;

static void multiply_some(void *context, size_t part) {
  graft_batch_job *j = context;
  const size_t end = least(j->batch->count, (part + 1) * j->part);
  for (size_t i = part * j->part; i < end; i++) {
    graft_product product = j->first;
    product.a += (ptrdiff_t)i * j->batch->a_step;
    product.b += (ptrdiff_t)i * j->batch->b_step;
    product.c += (ptrdiff_t)i * j->batch->c_step;
    if (!graft_gemm(&product, j->kernels, j->threads)) j->failed = true;
  }
}

int graft_gemm_batched(const graft_product *first, const graft_batch *batch, const graft_kernel_table *kernels,
                       int threads) {
  graft_batch_job job = {.first = *first, .batch = batch, .kernels = kernels, .threads = threads};
  const size_t work = most(1, first->m * first->n * first->k);
  // One after the other, with all threads on each, where each is large or there are too few for all threads.
  if (work >= LARGE || batch->count < (size_t)threads || threads <= 1) {
    job.part = batch->count;
    multiply_some(&job, 0);
  } else {
    job.part = most(most(1, SMALLEST_PART / work), quotient_up(batch->count, (size_t)(4 * PARTS_PER_THREAD * threads)));
    job.threads = 1;
    graft_team_run(multiply_some, &job, quotient_up(batch->count, job.part), threads);
  }
  return !job.failed;
}
