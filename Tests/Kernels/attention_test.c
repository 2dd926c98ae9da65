// Attention as a whole, forward and backward, on one thread and on several.
#include "graft_attention.h"

#include "attention_reference.h"
#include "groups.h"

// Heads: [batch, rows, heads, width], whose rows have room between them.

typedef struct {
  float *base;
  size_t batch, rows, heads, width, row, room;
} heads_case;

static heads_case any_heads(size_t batch, size_t rows, size_t heads, size_t width, bool output) {
  heads_case x = {.batch = batch, .rows = rows, .heads = heads, .width = width};
  x.row = heads * width + random_below(3);
  x.room = batch * rows * x.row;
  x.base = output ? filled(x.room, 5, 6) : filled(x.room, -1, 1);
  return x;
}

static size_t at(heads_case x, size_t b, size_t h, size_t row, size_t column) {
  return (b * x.rows + row) * x.row + h * x.width + column;
}

static graft_heads heads_in(heads_case x) {
  return (graft_heads){x.base, (ptrdiff_t)(x.rows * x.row), (ptrdiff_t)x.width, (ptrdiff_t)x.row};
}

static graft_heads_out heads_out(heads_case x) {
  return (graft_heads_out){x.base, (ptrdiff_t)(x.rows * x.row), (ptrdiff_t)x.width, (ptrdiff_t)x.row};
}

static reference references_of(heads_case x) {
  const reference r = references(x.room);
  for (size_t i = 0; i < x.room; i++) put(r, i, exact(x.base[i]));
  return r;
}

static inexact dot_of(const float *a, const float *b, size_t n) {
  running_sum sum = {0};
  for (size_t i = 0; i < n; i++) add_to(&sum, exact((double)a[i] * b[i]));
  return total(sum, (double)n + 1);
}

typedef struct {
  graft_attention a;
  heads_case query, key, value, output, output_gradient, query_gradient, key_gradient, value_gradient;
  float *log_sum;
} attention_case;

static attention_case any_attention(size_t batch, size_t heads, size_t queries, size_t keys) {
  const size_t width = random_below(20), value_width = random_below(20);
  attention_case c = {.a = {.batch = batch, .heads = heads, .queries = queries, .keys = keys, .width = width,
                            .value_width = value_width, .causal = (int)random_below(2),
                            .scale = random_float(0.3f, 1)}};
  c.query = any_heads(batch, queries, heads, width, false);
  c.key = any_heads(batch, keys, heads, width, false);
  c.value = any_heads(batch, keys, heads, value_width, false);
  c.output = any_heads(batch, queries, heads, value_width, true);
  c.output_gradient = any_heads(batch, queries, heads, value_width, false);
  c.query_gradient = any_heads(batch, queries, heads, width, true);
  c.key_gradient = any_heads(batch, keys, heads, width, true);
  c.value_gradient = any_heads(batch, keys, heads, value_width, true);
  c.log_sum = blank(batch * heads * queries);
  c.a.query = heads_in(c.query);
  c.a.key = heads_in(c.key);
  c.a.value = heads_in(c.value);
  if (random_below(2)) {
    unsigned char *mask = guarded(batch * keys);
    for (size_t i = 0; i < batch * keys; i++) mask[i] = random_below(4) > 0;
    c.a.mask = mask;
  }
  if (random_below(2)) {
    c.a.dropped = (uint32_t)random_from(1, 30000);
    c.a.factor = 65536 / (65536 - (float)c.a.dropped);
    c.a.seed = random_bits();
    c.a.stream = random_bits();
    c.a.block = random_bits();
  }
  return c;
}

static bool sees(const graft_attention *a, size_t b, size_t query, size_t key) {
  return (!a->causal || key <= query) && (!a->mask || a->mask[b * a->keys + key]);
}

static double factor_at(const graft_attention *a, size_t b, size_t h, size_t query, size_t key) {
  const uint64_t row = (b * a->heads + h) * a->queries + query, row_blocks = (a->keys + 127) / 128 * 16;
  return dropout_factor(a->seed, a->stream, a->block + row * row_blocks, key, a->dropped, a->factor);
}

// One row of weights, and the logarithm of what they were divided by. Greatest scores of tiles come and go: each weight is
// multiplied by corrections, which amount to e^(old - new maximum), and rounded with them.
static inexact row_of_weights(const attention_case *c, size_t b, size_t h, size_t query, inexact *weights, bool *blind) {
  const graft_attention *a = &c->a;
  const float *q = c->query.base + at(c->query, b, h, query, 0);
  double top = -INFINITY, least_score = INFINITY;
  for (size_t key = 0; key < a->keys; key++) {
    if (!sees(a, b, query, key)) continue;
    weights[key] = times(dot_of(q, c->key.base + at(c->key, b, h, key, 0), a->width), exact(a->scale));
    top = fmax(top, weights[key].value);
    least_score = fmin(least_score, weights[key].value);
  }
  *blind = top == -INFINITY;
  running_sum sum = {0};
  for (size_t key = 0; key < a->keys; key++) {
    if (*blind || !sees(a, b, query, key)) {
      weights[key] = exact(0);
      continue;
    }
    weights[key] = weight_of(minus(weights[key], exact(top)));
    weights[key].error += rounding(8 + top - least_score, weights[key].value);
    add_to(&sum, weights[key]);
  }
  if (*blind) return exact(INFINITY);
  const inexact all = total(sum, (double)a->keys);
  for (size_t key = 0; key < a->keys; key++) weights[key] = over(weights[key], all);
  // A logarithm's error is its argument's relative to it; the C library's own is below a rounding, and so is the sum's.
  const inexact logarithm = {log(all.value), all.error / (all.value - all.error) + rounding(2, fabs(log(all.value)))};
  return plus(logarithm, exact(top));
}

static void check_attention(const attention_case *c) {
  const graft_attention *a = &c->a;
  const size_t rows = a->batch * a->heads * a->queries;
  const reference output = references_of(c->output), log_sums = references(rows);
  const reference d_query = references_of(c->query_gradient), d_key = references_of(c->key_gradient);
  const reference d_value = references_of(c->value_gradient);
  inexact *weights = malloc((a->queries * a->keys + 1) * sizeof *weights);
  inexact *slopes = malloc((a->queries * a->keys + 1) * sizeof *slopes);
  if (!weights || !slopes) abort();
  for (size_t b = 0; b < a->batch; b++) {
    for (size_t h = 0; h < a->heads; h++) {
      for (size_t i = 0; i < a->queries; i++) {
        inexact *row = weights + i * a->keys, *slope = slopes + i * a->keys;
        bool blind;
        const inexact log_sum = row_of_weights(c, b, h, i, row, &blind);
        put(log_sums, (b * a->heads + h) * a->queries + i, log_sum);
        const float *gradient = c->output_gradient.base + at(c->output_gradient, b, h, i, 0);
        running_sum mean = {0};
        for (size_t x = 0; x < a->value_width; x++) {
          running_sum sum = {0};
          for (size_t key = 0; key < a->keys; key++) {
            const double f = factor_at(a, b, h, i, key);
            add_to(&sum, times(times(row[key], exact(f)), exact(c->value.base[at(c->value, b, h, key, x)])));
          }
          const inexact y = total(sum, (double)a->keys + 2);
          put(output, at(c->output, b, h, i, x), y);
          add_to(&mean, times(y, exact(gradient[x])));
        }
        // Backward a weight is e^(score - log_sum): the logarithm's error is one of the weight relative to it.
        for (size_t key = 0; key < a->keys; key++) {
          const double f = factor_at(a, b, h, i, key);
          if (!blind) row[key].error += row[key].value * (2 * log_sum.error + rounding(4 + fabs(log_sum.value), 1));
          const inexact g = dot_of(gradient, c->value.base + at(c->value, b, h, key, 0), a->value_width);
          const inexact difference = minus(times(g, exact(f)), total(mean, (double)a->value_width + 1));
          slope[key] = times(times(row[key], difference), exact(a->scale));
          row[key] = times(row[key], exact(f));
        }
      }
      for (size_t i = 0; i < a->queries; i++) {
        for (size_t x = 0; x < a->width; x++) {
          running_sum sum = {0};
          for (size_t key = 0; key < a->keys; key++) {
            add_to(&sum, times(slopes[i * a->keys + key], exact(c->key.base[at(c->key, b, h, key, x)])));
          }
          put(d_query, at(c->query_gradient, b, h, i, x), total(sum, (double)a->keys + 1));
        }
      }
      for (size_t key = 0; key < a->keys; key++) {
        for (size_t x = 0; x < a->width; x++) {
          running_sum sum = {0};
          for (size_t i = 0; i < a->queries; i++) {
            add_to(&sum, times(slopes[i * a->keys + key], exact(c->query.base[at(c->query, b, h, i, x)])));
          }
          put(d_key, at(c->key_gradient, b, h, key, x), total(sum, (double)a->queries + 1));
        }
        for (size_t x = 0; x < a->value_width; x++) {
          running_sum sum = {0};
          for (size_t i = 0; i < a->queries; i++) {
            const float g = c->output_gradient.base[at(c->output_gradient, b, h, i, x)];
            add_to(&sum, times(weights[i * a->keys + key], exact(g)));
          }
          put(d_value, at(c->value_gradient, b, h, key, x), total(sum, (double)a->queries + 1));
        }
      }
    }
  }
  free(weights);
  free(slopes);
  check_against("graft_attention_forward", c->output.base, output, c->output.room);
  check_against("graft_attention_forward's logarithms", c->log_sum, log_sums, rows);
  check_against("graft_attention_backward's queries", c->query_gradient.base, d_query, c->query_gradient.room);
  check_against("graft_attention_backward's keys", c->key_gradient.base, d_key, c->key_gradient.room);
  check_against("graft_attention_backward's values", c->value_gradient.base, d_value, c->value_gradient.room);
}

static void run_attention(attention_case *c, int threads) {
  CHECK(graft_attention_forward(&c->a, heads_out(c->output), c->log_sum, table, threads), "no memory");
  CHECK(graft_attention_backward(&c->a, heads_in(c->output), c->log_sum, heads_in(c->output_gradient),
                                 heads_out(c->query_gradient), heads_out(c->key_gradient),
                                 heads_out(c->value_gradient), table, threads),
        "no memory");
}

void test_attention(void) {
  // More queries and keys than a tile has, and everything below.
  const size_t sizes[][4] = {{1, 1, 1, 1}, {2, 2, 5, 7},  {1, 3, 17, 17}, {2, 1, 70, 30}, {1, 1, 3, 0},
                             {1, 2, 0, 4}, {1, 1, 20, 530}, {1, 1, 140, 140}, {2, 1, 9, 200}};
  for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
    const size_t *s = sizes[i / 2];
    attention_case c = any_attention(s[0], s[1], s[2], s[3]);
    attention_case again = c;
    again.output.base = copied(c.output.base, c.output.room);
    again.log_sum = copied(c.log_sum, s[0] * s[1] * s[2]);
    again.query_gradient.base = copied(c.query_gradient.base, c.query_gradient.room);
    again.key_gradient.base = copied(c.key_gradient.base, c.key_gradient.room);
    again.value_gradient.base = copied(c.value_gradient.base, c.value_gradient.room);
    check_number("graft_attention_blocks", (double)graft_attention_blocks(&c.a),
                 (double)(s[0] * s[1] * s[2] * ((s[3] + 127) / 128 * 16)), 0);
    run_attention(&c, 1);
    run_attention(&again, 3);
    check_same("attention on three threads", again.output.base, c.output.base, c.output.room);
    check_same("attention on three threads, queries", again.query_gradient.base, c.query_gradient.base,
               c.query_gradient.room);
    check_same("attention on three threads, keys", again.key_gradient.base, c.key_gradient.base, c.key_gradient.room);
    check_same("attention on three threads, values", again.value_gradient.base, c.value_gradient.base,
               c.value_gradient.room);
    check_attention(&c);
    end_case();
  }
}
