// Attention's two kernels, on a tile of scores.
#include "attention_reference.h"
#include "groups.h"

typedef struct {
  graft_attention_tile tile;
  float *scores;
} tile_case;

static tile_case any_tile(void) {
  const size_t lanes = KERNEL(lanes);
  graft_attention_tile t = {.rows = random_from(1, 5), .scale = random_float(0.2f, 1),
                            .causal = (int)random_below(2), .diagonal = (ptrdiff_t)random_below(40) - 10};
  t.keys = random_below(8) ? random_length(140) : GRAFT_ATTENTION_KEYS;
  t.stride = (t.keys + lanes - 1) / lanes * lanes + lanes * random_below(2);
  if (random_below(2)) {
    float *bias = filled(t.stride, -1, 1);
    for (size_t j = 0; j < t.stride; j++) {
      if (random_below(6) == 0) bias[j] = -INFINITY;
    }
    t.key_bias = bias;
  }
  if (random_below(2)) {
    t.dropped = (uint32_t)random_from(1, 40000);
    t.factor = 65536 / (65536 - (float)t.dropped);
    t.seed = random_bits();
    t.stream = random_bits();
    t.block = random_below(2) ? 0xfffffff0 : random_bits();
    t.row_blocks = (t.keys + 127) / 128 * 16;
  }
  return (tile_case){t, filled(t.rows * t.stride, -10, 10)};
}

static size_t visible(const graft_attention_tile *t, size_t row) {
  if (!t->causal) return t->keys;
  const ptrdiff_t end = t->diagonal + (ptrdiff_t)row + 1;
  return end < 0 ? 0 : (size_t)end < t->keys ? (size_t)end : t->keys;
}

static inexact score(const graft_attention_tile *t, const float *scores, size_t row, size_t column) {
  const inexact s = times(exact(scores[row * t->stride + column]), exact(t->scale));
  return t->key_bias ? isinf(t->key_bias[column]) ? exact(-INFINITY) : plus(s, exact(t->key_bias[column])) : s;
}

static inexact with_factor(const graft_attention_tile *t, size_t row, size_t column, inexact weight) {
  if (t->dropped == 0) return weight;
  const double f = dropout_factor(t->seed, t->stream, t->block + row * t->row_blocks, column, t->dropped, t->factor);
  return f == 0 ? exact(0) : times(weight, exact(f));
}

static void weights(void) {
  for (int i = 0; i < 80; i++) {
    const tile_case c = any_tile();
    const graft_attention_tile *t = &c.tile;
    const size_t room = t->rows * t->stride;
    // The first tile of a row, or one after others.
    float *maximum = filled(t->rows, -3, 6), *sum = filled(t->rows, 1, 4), *correction = blank(t->rows);
    for (size_t row = 0; row < t->rows; row++) {
      if (random_below(2) == 0) {
        maximum[row] = -INFINITY;
        sum[row] = 0;
      }
    }
    const reference expected = references(room), maxima = references(t->rows), sums = references(t->rows);
    const reference corrections = references(t->rows);
    for (size_t row = 0; row < t->rows; row++) {
      const size_t n = visible(t, row);
      inexact top = exact(maximum[row]);
      for (size_t j = 0; j < n; j++) {
        const inexact s = score(t, c.scores, row, j);
        if (s.value > top.value) top = s;
      }
      put(maxima, row, top);
      if (top.value == -INFINITY) continue;  // sees nothing: zeros throughout
      running_sum total_weight = {0};
      for (size_t j = 0; j < n; j++) {
        const inexact s = score(t, c.scores, row, j);
        const inexact w = s.value == -INFINITY ? exact(0) : weight_of(minus(s, top));
        add_to(&total_weight, w);
        put(expected, row * t->stride + j, with_factor(t, row, j, w));
      }
      const inexact first = maximum[row] == -INFINITY ? exact(0) : exponential(minus(exact(maximum[row]), top));
      put(corrections, row, first);
      put(sums, row, plus(times(exact(sum[row]), first), total(total_weight, (double)n)));
    }
    KERNEL(attention_weights)(t, c.scores, maximum, sum, correction);
    check_against("attention_weights", c.scores, expected, room);
    check_against("attention_weights' maxima", maximum, maxima, t->rows);
    check_against("attention_weights' totals", sum, sums, t->rows);
    check_against("attention_weights' corrections", correction, corrections, t->rows);
    end_case();
  }
}

static void gradients(void) {
  for (int i = 0; i < 80; i++) {
    const tile_case c = any_tile();
    const graft_attention_tile *t = &c.tile;
    const size_t room = t->rows * t->stride;
    float *gradient = filled(room, -1, 1);
    // A row that saw no key has an infinite logarithm, and its weights are 0.
    float *log_sum = filled(t->rows, 8, 12);
    const float *mean = filled(t->rows, -1, 1);
    if (random_below(3) == 0) log_sum[0] = INFINITY;
    const reference weights = references(room), changes = references(room);
    for (size_t row = 0; row < t->rows; row++) {
      for (size_t j = 0; j < visible(t, row); j++) {
        const size_t at = row * t->stride + j;
        const inexact s = score(t, c.scores, row, j);
        const bool blind = s.value == -INFINITY || log_sum[row] == INFINITY;
        const inexact w = blind ? exact(0) : weight_of(minus(s, exact(log_sum[row])));
        put(weights, at, with_factor(t, row, j, w));
        const inexact g = with_factor(t, row, j, exact(gradient[at]));
        put(changes, at, times(times(w, minus(g, exact(mean[row]))), exact(t->scale)));
      }
    }
    KERNEL(attention_gradients)(t, c.scores, gradient, log_sum, mean);
    check_against("attention_gradients' weights", c.scores, weights, room);
    check_against("attention_gradients", gradient, changes, room);
    end_case();
  }
}

// A NaN reaches its own row and no other.
static void not_a_number(void) {
  const size_t lanes = KERNEL(lanes);
  float *scores = filled(2 * lanes, -1, 1), maximum[2] = {-INFINITY, -INFINITY}, sum[2] = {0, 0}, correction[2];
  scores[1] = NAN;
  const graft_attention_tile t = {.rows = 2, .keys = lanes, .stride = lanes, .scale = 1};
  KERNEL(attention_weights)(&t, scores, maximum, sum, correction);
  CHECK(isnan(sum[0]) && isnan(scores[1]), "NaN is lost in attention_weights");
  CHECK(isfinite(sum[1]), "NaN reaches another row in attention_weights");
  end_case();
}

void test_attention_tile(void) {
  weights();
  gradients();
  not_a_number();
}
