// Attention, a head at a time: a tile of scores is computed, turned into weights and used up before the next.
// Documentation/Kernels.md has the picture.
#include "graft_attention.h"
#include "graft_team.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum {
  // Queries of a forward tile: with the 512 keys of a tile 128 KiB of scores, a quarter of a second-level cache.
  FORWARD_QUERIES = 64,
  // Queries and keys of a backward tile, which needs scores and their gradients, 64 KiB each. More queries than
  // forward, since the products for the gradients of keys and values run along them.
  BACKWARD_QUERIES = 128,
  BACKWARD_KEYS = 128,
  // Parts wanted for each thread.
  PARTS_PER_THREAD = 4,
};

static inline size_t least(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t most(size_t a, size_t b) { return a > b ? a : b; }
static inline size_t quotient_up(size_t a, size_t b) { return (a + b - 1) / b; }
static inline size_t round_up(size_t a, size_t b) { return quotient_up(a, b) * b; }

// The length of nearly equal pieces of `count`, at most `limit`.
static inline size_t piece(size_t count, size_t limit) { return quotient_up(count, quotient_up(count, limit)); }

typedef struct {
  const graft_attention *a;
  const graft_kernel_table *t;
  graft_heads_out output;
  float *log_sum;
  graft_heads forward_output, output_gradient;
  const float *forward_log_sum;
  graft_heads_out query_gradient, key_gradient, value_gradient;
  size_t query_piece, key_piece;  // of a tile
  size_t chunks, chunk;           // pieces of a head's queries that are parts of their own, and their length
  atomic_bool failed;
} graft_attention_job;

// One after the other out of a buffer, each at a multiple of 64 bytes.
static float *carve(float **next, size_t count) {
  float *piece = *next;
  *next += round_up(count, 16);
  return piece;
}

static inline const float *head_at(graft_heads x, size_t batch, size_t head, size_t row) {
  return x.base + (ptrdiff_t)batch * x.batch + (ptrdiff_t)head * x.head + (ptrdiff_t)row * x.row;
}

static inline float *head_out(graft_heads_out x, size_t batch, size_t head, size_t row) {
  return x.base + (ptrdiff_t)batch * x.batch + (ptrdiff_t)head * x.head + (ptrdiff_t)row * x.row;
}

// C = A B with B in panels of nr columns, k long: `columns` of C, whole panels.
static void multiply_panels(const graft_kernel_table *t, size_t k, const float *a, ptrdiff_t a_row,
                            ptrdiff_t a_column, const float *panels, size_t panel_length, float *c,
                            ptrdiff_t c_row, size_t rows, size_t columns, int accumulate) {
  const size_t nr = t->nr;
  for (size_t j = 0; j < columns; j += nr) {
    t->gemm_direct(k, a, a_row, a_column, panels + j * panel_length, (ptrdiff_t)nr, c + j, c_row, rows, nr,
                   accumulate);
  }
}

// Blocks of the random sequence for a row of scores.
static inline uint64_t row_blocks(const graft_attention *a) { return quotient_up(a->keys, 128) * 16; }

// Tiles start at multiples of this many keys: whole panels, and whole blocks of the random sequence.
static inline size_t key_unit(const graft_kernel_table *t) {
  size_t unit = 128;
  while (unit % t->nr != 0) unit += 128;
  return unit;
}

// What all tiles of a head have in common.
static graft_attention_tile tile_of(const graft_attention *a, const float *key_bias) {
  return (graft_attention_tile){
      .scale = a->scale, .key_bias = key_bias, .causal = a->causal, .dropped = a->dropped,
      .factor = a->factor, .seed = a->seed, .stream = a->stream, .row_blocks = row_blocks(a)};
}

// Moves a tile to its place: `row` counts rows of scores over all heads.
static void place_tile(graft_attention_tile *tile, const graft_attention *a, size_t head, size_t query, size_t rows,
                       size_t key, size_t keys, size_t stride) {
  tile->rows = rows;
  tile->keys = keys;
  tile->stride = stride;
  tile->diagonal = (ptrdiff_t)query - (ptrdiff_t)key;
  tile->block = a->block + (head * a->queries + query) * tile->row_blocks + key / 8;
}

// A mask as numbers to add: 0 or -infinity, and the latter for what pads the last panel.
static void write_key_bias(const graft_attention *a, size_t batch, float *bias, size_t padded) {
  const unsigned char *mask = a->mask + batch * a->keys;
  for (size_t j = 0; j < padded; j++) bias[j] = j < a->keys && mask[j] ? 0 : -INFINITY;
}

// How many keys, from `key` on, the last of `rows` queries from `query` on sees of `keys`.
static size_t seen_keys(const graft_attention *a, size_t query, size_t rows, size_t key, size_t keys) {
  if (!a->causal) return keys;
  const size_t end = query + rows;
  return end <= key ? 0 : least(keys, end - key);
}

// Forward. Panels of keys run along the width, panels of values along the keys.

static void forward_part(void *context, size_t part) {
  graft_attention_job *j = context;
  const graft_attention *a = j->a;
  const graft_kernel_table *t = j->t;
  const size_t nr = t->nr, head = part / j->chunks, b = head / a->heads, h = head % a->heads;
  const size_t first = part % j->chunks * j->chunk, last = least(a->queries, first + j->chunk);
  if (first >= last) return;
  // Of a causal head, keys after the last query are never seen.
  const size_t keys = seen_keys(a, first, last - first, 0, a->keys);
  const size_t padded = round_up(keys, nr), width = round_up(a->value_width, nr);
  const size_t stride = round_up(j->key_piece, nr), rows_most = j->query_piece;

  const size_t floats = padded * a->width + width * keys + rows_most * (stride + width + 3) + padded + 8 * 16;
  float *next = graft_scratch(GRAFT_SCRATCH_OWN_PANELS, floats * sizeof(float));
  if (!next) {
    j->failed = true;
    return;
  }
  float *key_panels = carve(&next, padded * a->width), *value_panels = carve(&next, width * keys);
  float *scores = carve(&next, rows_most * stride), *sums = carve(&next, rows_most * width);
  float *maximum = carve(&next, rows_most), *total = carve(&next, rows_most);
  float *correction = carve(&next, rows_most), *bias = a->mask ? carve(&next, padded) : NULL;

  t->pack_b(head_at(a->key, b, h, 0), a->key.row, 1, keys, a->width, key_panels);
  for (size_t key = 0; key < keys; key += j->key_piece) {
    const size_t count = least(j->key_piece, keys - key);
    t->pack_b(head_at(a->value, b, h, key), 1, a->value.row, a->value_width, count, value_panels + key * width);
  }
  if (bias) write_key_bias(a, b, bias, padded);
  graft_attention_tile tile = tile_of(a, NULL);

  for (size_t query = first; query < last; query += rows_most) {
    const size_t rows = least(rows_most, last - query);
    for (size_t i = 0; i < rows; i++) {
      maximum[i] = -INFINITY;
      total[i] = 0;
    }
    if (keys == 0) memset(sums, 0, rows * width * sizeof(float));
    for (size_t key = 0; key < keys; key += j->key_piece) {
      const size_t whole = least(j->key_piece, keys - key), count = seen_keys(a, query, rows, key, whole);
      if (count == 0) break;
      const size_t columns = round_up(count, nr);
      multiply_panels(t, a->width, head_at(a->query, b, h, query), a->query.row, 1, key_panels + key * a->width,
                      a->width, scores, (ptrdiff_t)stride, rows, columns, 0);
      place_tile(&tile, a, head, query, rows, key, count, stride);
      tile.key_bias = bias ? bias + key : NULL;
      t->attention_weights(&tile, scores, maximum, total, correction);
      for (size_t i = 0; i < rows && key > 0; i++) t->mul_s(sums + i * width, correction[i], sums + i * width, width);
      multiply_panels(t, count, scores, (ptrdiff_t)stride, 1, value_panels + key * width, whole, sums,
                      (ptrdiff_t)width, rows, width, key > 0);
    }
    for (size_t i = 0; i < rows; i++) {
      const bool blind = maximum[i] == -INFINITY;
      t->mul_s(sums + i * width, blind ? 0 : 1 / total[i], head_out(j->output, b, h, query + i), a->value_width);
      j->log_sum[head * a->queries + query + i] = blind ? INFINITY : maximum[i] + logf(total[i]);
    }
  }
}

uint64_t graft_attention_blocks(const graft_attention *a) {
  return (uint64_t)(a->batch * a->heads * a->queries) * row_blocks(a);
}

int graft_attention_forward(const graft_attention *attention, graft_heads_out output, float *log_sum,
                            const graft_kernel_table *kernels, int threads) {
  graft_attention_job j = {.a = attention, .t = kernels, .output = output, .log_sum = log_sum};
  const size_t heads = attention->batch * attention->heads;
  if (heads == 0 || attention->queries == 0) return 1;
  j.query_piece = piece(attention->queries, FORWARD_QUERIES);
  const size_t unit = key_unit(kernels);
  j.key_piece = least(GRAFT_ATTENTION_KEYS / unit * unit, most(1, attention->keys));
  const size_t pieces = quotient_up(attention->queries, j.query_piece);
  const size_t wanted = quotient_up((size_t)(PARTS_PER_THREAD * threads), heads);
  j.chunk = quotient_up(pieces, least(pieces, wanted)) * j.query_piece;
  j.chunks = quotient_up(attention->queries, j.chunk);
  graft_team_run(forward_part, &j, heads * j.chunks, threads);
  return !j.failed;
}

// Backward, with p the weights, g the gradients of weights, s those of scores:
//
//     value_gradient = pᵀ output_gradient      g = output_gradient valueᵀ      s = p (g - mean) scale
//     query_gradient = s key                   key_gradient = sᵀ query
//
// where mean is the sum over the width of output * output_gradient. One part is one head: the sums over queries are
// then added in order.

static void backward_part(void *context, size_t head) {
  graft_attention_job *j = context;
  const graft_attention *a = j->a;
  const graft_kernel_table *t = j->t;
  const size_t nr = t->nr, b = head / a->heads, h = head % a->heads;
  const size_t queries = a->queries, keys = a->keys, width = round_up(a->width, nr);
  const size_t value_width = round_up(a->value_width, nr), padded = round_up(keys, nr);
  const size_t rows_most = j->query_piece, stride = round_up(j->key_piece, nr);
  const size_t keys_most = j->key_piece;

  const size_t floats = padded * (a->width + a->value_width) + keys * width + rows_most * (width + value_width) +
                        2 * rows_most * stride + queries * width + keys_most * (width + value_width) + queries +
                        padded + 16 * 16;
  float *next = graft_scratch(GRAFT_SCRATCH_OWN_PANELS, floats * sizeof(float));
  if (!next) {
    j->failed = true;
    return;
  }
  float *key_panels = carve(&next, padded * a->width), *value_panels = carve(&next, padded * a->value_width);
  float *key_columns = carve(&next, keys * width);
  float *query_columns = carve(&next, rows_most * width);
  float *gradient_columns = carve(&next, rows_most * value_width);
  float *scores = carve(&next, rows_most * stride), *gradients = carve(&next, rows_most * stride);
  float *query_sums = carve(&next, queries * width);
  float *key_sums = carve(&next, keys_most * width), *value_sums = carve(&next, keys_most * value_width);
  float *mean = carve(&next, queries), *bias = a->mask ? carve(&next, padded) : NULL;
  const float *log_sum = j->forward_log_sum + head * queries;

  t->pack_b(head_at(a->key, b, h, 0), a->key.row, 1, keys, a->width, key_panels);
  t->pack_b(head_at(a->value, b, h, 0), a->value.row, 1, keys, a->value_width, value_panels);
  for (size_t i = 0; i < queries; i++) {
    mean[i] = t->dot(head_at(j->forward_output, b, h, i), head_at(j->output_gradient, b, h, i), a->value_width);
  }
  if (bias) write_key_bias(a, b, bias, padded);
  memset(query_sums, 0, queries * width * sizeof(float));
  graft_attention_tile tile = tile_of(a, NULL);

  for (size_t key = 0; key < keys; key += keys_most) {
    const size_t count = least(keys_most, keys - key);
    t->pack_b(head_at(a->key, b, h, key), 1, a->key.row, a->width, count, key_columns);
    memset(key_sums, 0, keys_most * width * sizeof(float));
    memset(value_sums, 0, keys_most * value_width * sizeof(float));
    for (size_t query = 0; query < queries; query += rows_most) {
      const size_t rows = least(rows_most, queries - query), seen = seen_keys(a, query, rows, key, count);
      if (seen == 0) continue;
      const size_t columns = round_up(seen, nr);
      const float *q = head_at(a->query, b, h, query), *g = head_at(j->output_gradient, b, h, query);
      t->pack_b(q, 1, a->query.row, a->width, rows, query_columns);
      t->pack_b(g, 1, j->output_gradient.row, a->value_width, rows, gradient_columns);
      multiply_panels(t, a->width, q, a->query.row, 1, key_panels + key * a->width, a->width, scores,
                      (ptrdiff_t)stride, rows, columns, 0);
      multiply_panels(t, a->value_width, g, j->output_gradient.row, 1, value_panels + key * a->value_width,
                      a->value_width, gradients, (ptrdiff_t)stride, rows, columns, 0);
      place_tile(&tile, a, head, query, rows, key, seen, stride);
      tile.key_bias = bias ? bias + key : NULL;
      t->attention_gradients(&tile, scores, gradients, log_sum + query, mean + query);
      multiply_panels(t, rows, scores, 1, (ptrdiff_t)stride, gradient_columns, rows, value_sums,
                      (ptrdiff_t)value_width, seen, value_width, 1);
      multiply_panels(t, rows, gradients, 1, (ptrdiff_t)stride, query_columns, rows, key_sums, (ptrdiff_t)width, seen,
                      width, 1);
      multiply_panels(t, seen, gradients, (ptrdiff_t)stride, 1, key_columns, count, query_sums + query * width,
                      (ptrdiff_t)width, rows, width, 1);
    }
    for (size_t i = 0; i < count; i++) {
      memcpy(head_out(j->key_gradient, b, h, key + i), key_sums + i * width, a->width * sizeof(float));
      memcpy(head_out(j->value_gradient, b, h, key + i), value_sums + i * value_width,
             a->value_width * sizeof(float));
    }
  }
  for (size_t i = 0; i < queries; i++) {
    memcpy(head_out(j->query_gradient, b, h, i), query_sums + i * width, a->width * sizeof(float));
  }
}

int graft_attention_backward(const graft_attention *attention, graft_heads output, const float *log_sum,
                             graft_heads output_gradient, graft_heads_out query_gradient,
                             graft_heads_out key_gradient, graft_heads_out value_gradient,
                             const graft_kernel_table *kernels, int threads) {
  graft_attention_job j = {
      .a = attention, .t = kernels, .forward_output = output, .output_gradient = output_gradient,
      .forward_log_sum = log_sum, .query_gradient = query_gradient, .key_gradient = key_gradient,
      .value_gradient = value_gradient};
  // Shorter tiles leave out more of what a causal mask hides.
  const size_t queries = attention->causal ? BACKWARD_QUERIES / 2 : BACKWARD_QUERIES;
  j.query_piece = piece(most(1, attention->queries), queries);
  j.key_piece = least(most(BACKWARD_KEYS, key_unit(kernels)), most(1, attention->keys));
  graft_team_run(backward_part, &j, attention->batch * attention->heads, threads);
  return !j.failed;
}
