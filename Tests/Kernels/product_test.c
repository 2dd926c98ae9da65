// Whole products of matrices: every way of graft_gemm, on one thread and on several.
#include "check.h"
#include "groups.h"
#include "inexact.h"

#include <stdio.h>

#include "graft_gemm.h"

typedef struct {
  size_t m, n, k;
  bool a_transposed, b_transposed;
} product_case;

// Each way of Documentation/Kernels.md, and sizes at which the blocks of k and of columns change.
static const product_case cases[] = {
    {0, 5, 3, false, false},     {5, 0, 3, false, false},     {3, 4, 0, false, false},    {1, 1, 1, false, false},
    {1, 70, 33, false, false},   {3, 31, 40, true, false},    {17, 40, 25, false, true},  {40, 3, 130, false, true},
    {70, 9, 50, false, true},    {9, 90, 70, false, false},   {20, 50, 300, false, false}, {64, 64, 64, true, true},
    {50, 130, 300, false, false}, {50, 130, 700, true, true}, {130, 50, 300, false, false}, {130, 40, 1300, true, false},
    {65, 66, 290, false, true},  {100, 33, 577, true, true},  {200, 201, 40, false, true}, {190, 191, 60, true, false},
};

// An operand of rows x columns, its rows or its columns contiguous.
static const float *operand(size_t rows, size_t columns, bool transposed, ptrdiff_t *row, ptrdiff_t *column) {
  const size_t gap = random_below(3);
  *row = transposed ? 1 : (ptrdiff_t)(columns + gap);
  *column = transposed ? (ptrdiff_t)(rows + gap) : 1;
  return filled(transposed ? columns * (rows + gap) : rows * (columns + gap), -1, 1);
}

// C's element by the definition, before any epilogue. A block of k is added to C when it is complete.
static inexact element(const graft_product *p, const float *before, size_t i, size_t j) {
  running_sum sum = {0};
  if (p->accumulate) add_to(&sum, exact(before[(ptrdiff_t)i * p->c_row + (ptrdiff_t)j]));
  for (size_t q = 0; q < p->k; q++) {
    const double a = p->a[(ptrdiff_t)i * p->a_row + (ptrdiff_t)q * p->a_column];
    add_to(&sum, exact(a * p->b[(ptrdiff_t)q * p->b_row + (ptrdiff_t)j * p->b_column]));
  }
  return total(sum, (double)p->k + 1);
}

// Some elements, those at the edges among them: in a large product all would take long.
static void check_elements(const char *what, const graft_product *p, const float *before, const float *c) {
  if (p->m == 0 || p->n == 0) return;
  const size_t count = p->m * p->n < 150 ? p->m * p->n : 150;
  const reference r = references(count);
  float *got = blank(count);
  for (size_t s = 0; s < count; s++) {
    size_t i = random_below(p->m), j = random_below(p->n);
    if (random_below(4) == 0) i = p->m - 1;
    if (random_below(4) == 0) j = p->n - 1;
    inexact z = element(p, before, i, j);
    if (p->epilogue) {
      z = plus(plus(z, exact(p->epilogue->row_bias[i])), exact(p->epilogue->column_bias[j]));
      if (z.value < 0) z.value = 0;
    }
    put(r, s, z);
    got[s] = c[(ptrdiff_t)i * p->c_row + (ptrdiff_t)j];
  }
  check_against(what, got, r, count);
}

static void products(void) {
  // Each without and with something to add to, without and with an epilogue.
  for (size_t i = 0; i < 4 * sizeof cases / sizeof *cases; i++) {
    const product_case s = cases[i / 4];
    graft_product p = {.m = s.m, .n = s.n, .k = s.k, .accumulate = i % 4 / 2};
    p.a = operand(s.m, s.k, s.a_transposed, &p.a_row, &p.a_column);
    p.b = operand(s.k, s.n, s.b_transposed, &p.b_row, &p.b_column);
    const size_t gap = random_below(3), room = s.m > 0 ? (s.m - 1) * (s.n + gap) + s.n : 0;
    p.c_row = (ptrdiff_t)(s.n + gap);
    const graft_epilogue epilogue = {.row_bias = filled(s.m, -1, 1), .column_bias = filled(s.n, -1, 1),
                                     .activation = GRAFT_RELU};
    if (i % 2) p.epilogue = &epilogue;
    char what[120];
    snprintf(what, sizeof what, "graft_gemm %zu x %zu x %zu%s%s", s.m, s.n, s.k, p.accumulate ? " added" : "",
             p.epilogue ? " finished" : "");
    float *before = p.accumulate ? filled(room, -1, 1) : blank(room), *first = copied(before, room);
    p.c = first;
    CHECK(graft_gemm(&p, table, 1), "no memory");
    check_elements(what, &p, before, first);
    // Neither the number of threads nor the time they come at may show.
    for (int threads = 2; threads <= 3; threads++) {
      p.c = copied(before, room);
      CHECK(graft_gemm(&p, table, threads), "no memory");
      check_same(what, p.c, first, room);
    }
    end_case();
  }
}

static void batches(void) {
  for (int i = 0; i < 12; i++) {
    const size_t m = random_from(1, 40), n = random_from(1, 40), k = random_below(50);
    const graft_batch batch = {random_below(9), (ptrdiff_t)(m * k + random_below(3)), (ptrdiff_t)(k * n),
                               (ptrdiff_t)(m * n + random_below(3))};
    graft_product p = {.m = m, .n = n, .k = k, .a_row = (ptrdiff_t)k, .a_column = 1, .b_row = (ptrdiff_t)n,
                       .b_column = 1, .c_row = (ptrdiff_t)n, .accumulate = (int)random_below(2)};
    const float *a = filled(batch.count * (size_t)batch.a_step, -1, 1);
    const float *b = filled(batch.count * (size_t)batch.b_step, -1, 1);
    const size_t room = batch.count * (size_t)batch.c_step;
    float *before = filled(room, -1, 1), *c = copied(before, room);
    p.a = a;
    p.b = b;
    p.c = c;
    CHECK(graft_gemm_batched(&p, &batch, table, 1 + i % 3), "no memory");
    for (size_t s = 0; s < batch.count; s++) {
      p.a = a + (ptrdiff_t)s * batch.a_step;
      p.b = b + (ptrdiff_t)s * batch.b_step;
      const ptrdiff_t at = (ptrdiff_t)s * batch.c_step;
      check_elements("graft_gemm_batched", &p, before + at, c + at);
      check_same("graft_gemm_batched's room", c + at + m * n, before + at + m * n, (size_t)batch.c_step - m * n);
    }
    end_case();
  }
}

void test_product(void) {
  products();
  batches();
}
