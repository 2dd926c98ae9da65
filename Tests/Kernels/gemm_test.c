// The tiles of the matrix product and the packing that feeds them.
#include "check.h"
#include "groups.h"

#include <stdio.h>

// A sum of k products goes through at most k roundings (k products and k - 1 additions, the first of them to zero), and one
// more when it is added to C.
static double product_bound(size_t k, double magnitude, double before) {
  return rounding((double)k + 1, magnitude + fabs(before));
}

// A strided matrix, and room for it: element (i, j) is at[i * row + j * column].
typedef struct {
  const float *at;
  ptrdiff_t row, column;
} matrix;

static double entry(matrix x, size_t i, size_t j) { return x.at[(ptrdiff_t)i * x.row + (ptrdiff_t)j * x.column]; }

// In one of four layouts: by rows, by columns, with room between, and backwards.
static matrix any_matrix(size_t rows, size_t columns) {
  const size_t gap = random_below(3);
  switch (random_below(4)) {
  case 0: return (matrix){filled(rows * columns, -1, 1), (ptrdiff_t)columns, 1};
  case 1: return (matrix){filled(rows * columns, -1, 1), 1, (ptrdiff_t)rows};
  case 2: return (matrix){filled(2 * rows * (columns + gap), -1, 1), (ptrdiff_t)(2 * (columns + gap)), 2};
  default: {
    const size_t length = columns + gap, count = rows * length;
    return (matrix){filled(count, -1, 1) + (count > 0 ? count - 1 : 0), -(ptrdiff_t)length, -1};
  }
  }
}

// Where row i of C starts, with room between the rows.
static ptrdiff_t any_row_length(size_t columns) { return (ptrdiff_t)(columns + random_below(3)); }

// C by the definition, C as it was, and what may be off. Elements between the rows have to stay.
static void check_product(const char *what, matrix a, matrix b, const float *before, const float *c, ptrdiff_t c_row,
                          ptrdiff_t c_column, size_t room, size_t rows, size_t columns, size_t k, bool accumulate) {
  double *expected = doubles(room), *allowed = doubles(room);
  for (size_t i = 0; i < room; i++) expected[i] = before[i];
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) {
      const size_t place = i * (size_t)c_row + j * (size_t)c_column;
      const double old = accumulate ? before[place] : 0;
      double sum = 0, magnitude = 0;
      for (size_t p = 0; p < k; p++) {
        sum += entry(a, i, p) * entry(b, p, j);
        magnitude += fabs(entry(a, i, p) * entry(b, p, j));
      }
      expected[place] = old + sum;
      allowed[place] = product_bound(k, magnitude, old);
    }
  }
  char text[160];
  snprintf(text, sizeof text, "%s %zu x %zu x %zu%s", what, rows, columns, k, accumulate ? " added" : "");
  check_row(text, c, expected, allowed, room);
}

// C before: numbers to add to, or NaN, which a product that does not accumulate must not let through.
static float *any_target(size_t room, bool accumulate) { return accumulate ? filled(room, -1, 1) : blank(room); }

static size_t target_room(size_t rows, size_t columns, ptrdiff_t c_row) {
  return rows > 0 && columns > 0 ? (rows - 1) * (size_t)c_row + columns : 0;
}

static void tiles(void) {
  const size_t mr = KERNEL(mr), nr = KERNEL(nr);
  for (size_t i = 0; i < 300; i++) {
    const bool accumulate = random_below(2);
    // Every number of rows and of columns, the whole tile often.
    const size_t rows = i < mr ? i + 1 : random_below(3) ? random_from(1, mr) : mr;
    const size_t columns = i < nr ? i + 1 : random_below(3) ? random_from(1, nr) : nr, k = random_below(40);
    const float *a = filled(mr * k, -1, 1), *b = filled(nr * k, -1, 1);
    const ptrdiff_t c_row = any_row_length(columns);
    const size_t room = target_room(rows, columns, c_row);
    float *c = any_target(room, accumulate), *before = copied(c, room);
    KERNEL(gemm_tile)(k, a, b, c, c_row, rows, columns, accumulate);
    check_product("gemm_tile", (matrix){a, 1, (ptrdiff_t)mr}, (matrix){b, (ptrdiff_t)nr, 1}, before, c, c_row, 1, room,
                  rows, columns, k, accumulate);
    // An edge has the bits of a whole tile: p in ascending order, and C last.
    float *bits = copied(before, room);
    for (size_t at = 0; at < rows * columns; at++) {
      float sum = 0, *place = bits + at / columns * (size_t)c_row + at % columns;
      for (size_t p = 0; p < k; p++) {
        const float x = a[p * mr + at / columns], y = b[p * nr + at % columns];
        sum = is_fused() ? fmaf(x, y, sum) : sum + x * y;
      }
      *place = accumulate ? *place + sum : sum;
    }
    check_same("gemm_tile's bits", c, bits, room);
    end_case();
  }
}

static void panels(void) {
  const size_t mr = KERNEL(mr), nr = KERNEL(nr);
  for (int i = 0; i < 60; i++) {
    const bool accumulate = random_below(2);
    const size_t rows = random_from(1, 3 * mr), columns = random_from(1, 3 * nr), k = random_below(20);
    const matrix a = any_matrix(rows, k), b = any_matrix(k, columns);
    const size_t a_panels = (rows + mr - 1) / mr, b_panels = (columns + nr - 1) / nr;
    const size_t stride = nr * k + random_below(3);
    float *packed_a = blank(a_panels * mr * k), *packed_b = filled(b_panels * stride, -1, 1);
    KERNEL(pack_a)(a.at, a.row, a.column, rows, k, packed_a);
    for (size_t panel = 0; panel < b_panels; panel++) {
      const size_t first = panel * nr, lanes = columns - first < nr ? columns - first : nr;
      KERNEL(pack_b)(b.at + (ptrdiff_t)first * b.column, b.column, b.row, lanes, k, packed_b + panel * stride);
    }
    const ptrdiff_t c_row = any_row_length(columns);
    const size_t room = target_room(rows, columns, c_row);
    float *c = any_target(room, accumulate), *before = copied(c, room);
    KERNEL(gemm_panels)(k, packed_a, packed_b, stride, c, c_row, rows, columns, accumulate);
    check_product("gemm_panels", a, b, before, c, c_row, 1, room, rows, columns, k, accumulate);
    end_case();
  }
}

// Every element to its place, zeros where lanes are missing.
static void check_packing(const char *what, void (*pack)(const float *, ptrdiff_t, ptrdiff_t, size_t, size_t, float *),
                          size_t tile) {
  for (int i = 0; i < 80; i++) {
    const size_t lanes = random_below(3 * tile + 2), k = random_below(20), panels = (lanes + tile - 1) / tile;
    const matrix source = any_matrix(lanes, k);
    float *out = blank(panels * tile * k), *expected = blank(panels * tile * k);
    for (size_t lane = 0; lane < panels * tile; lane++) {
      for (size_t p = 0; p < k; p++) {
        expected[lane / tile * tile * k + p * tile + lane % tile] = lane < lanes ? (float)entry(source, lane, p) : 0;
      }
    }
    pack(source.at, source.row, source.column, lanes, k, out);
    check_same(what, out, expected, panels * tile * k);
    end_case();
  }
}

static void direct(void) {
  const size_t mr = KERNEL(mr), nr = KERNEL(nr);
  for (int i = 0; i < 150; i++) {
    const bool accumulate = random_below(2);
    const size_t rows = random_below(3) ? random_below(2 * mr + 5) : random_below(4);
    const size_t k = random_below(6) ? random_below(30) : 0;
    const size_t columns = random_below(2) ? nr * random_below(3) : random_below(3 * nr);
    const matrix a = any_matrix(rows, k);
    const size_t b_row = columns + random_below(3);
    // b is read in whole rows: nothing beyond the last one's columns.
    const matrix b = {filled(k > 0 ? (k - 1) * b_row + columns : 0, -1, 1), (ptrdiff_t)b_row, 1};
    const ptrdiff_t c_row = any_row_length(columns);
    const size_t room = target_room(rows, columns, c_row);
    float *c = any_target(room, accumulate), *before = copied(c, room);
    KERNEL(gemm_direct)(k, a.at, a.row, a.column, b.at, b.row, c, c_row, rows, columns, accumulate);
    check_product("gemm_direct", a, b, before, c, c_row, 1, room, rows, columns, k, accumulate);
    end_case();
  }
}

static void dots(void) {
  for (int i = 0; i < 150; i++) {
    const bool accumulate = random_below(2), transposed = random_below(2);
    const size_t rows = random_below(20), columns = random_below(3) ? random_below(10) : 1, k = random_length(80);
    const size_t a_row = k + random_below(3), b_column = k + random_below(3);
    const matrix a = {filled(rows > 0 ? (rows - 1) * a_row + k : 0, -1, 1), (ptrdiff_t)a_row, 1};
    const matrix b = {filled(columns > 0 ? (columns - 1) * b_column + k : 0, -1, 1), 1, (ptrdiff_t)b_column};
    const ptrdiff_t c_row = transposed ? 1 : any_row_length(columns), c_column = transposed ? any_row_length(rows) : 1;
    const size_t room = rows > 0 && columns > 0 ? (rows - 1) * (size_t)c_row + (columns - 1) * (size_t)c_column + 1 : 0;
    float *c = any_target(room, accumulate), *before = copied(c, room);
    KERNEL(gemm_dot)(k, a.at, a.row, b.at, b.column, c, c_row, c_column, rows, columns, accumulate);
    check_product("gemm_dot", a, b, before, c, c_row, c_column, room, rows, columns, k, accumulate);
    // Every element is summed in the same order, wherever it lies.
    if (rows > 0 && columns > 0) {
      const size_t row = random_below(rows), column = random_below(columns);
      const size_t place = row * (size_t)c_row + column * (size_t)c_column;
      float one = before[place];
      KERNEL(gemm_dot)(k, a.at + row * a_row, a.row, b.at + column * b_column, b.column, &one, 1, 1, 1, 1, accumulate);
      check_same("gemm_dot's bits", c + place, &one, 1);
    }
    end_case();
  }
}

// What multiplies, NaN and infinity reach exactly the sums they belong to.
static void not_a_number(void) {
  const size_t mr = KERNEL(mr), nr = KERNEL(nr), k = 9;
  float *a = filled(mr * k, 1, 2), *b = filled(nr * k, 1, 2), *c = blank(mr * nr);
  a[3 * mr + 1] = NAN;
  b[5 * nr + 2] = INFINITY;
  KERNEL(gemm_tile)(k, a, b, c, (ptrdiff_t)nr, mr, nr, 0);
  bool right = true;
  for (size_t i = 0; i < mr * nr; i++) {
    const bool nan = i / nr == 1, infinite = i % nr == 2;
    right = right && (nan ? isnan(c[i]) : infinite ? c[i] == INFINITY : isfinite(c[i]));
  }
  CHECK(right, "NaN and infinity in gemm_tile");
  end_case();
}

// The chains start at factor * i and go through x = x * factor + summand: with factor 0 all that is left is the summand.
static void peak(void) {
  const float total = KERNEL(multiply_add_loop)(3, 0, 0.5f);
  check_number("multiply_add_loop", total, 0.5 * (double)KERNEL(multiply_adds_per_round), 0);
}

void test_gemm(void) {
  tiles();
  panels();
  check_packing("pack_a", KERNEL(pack_a), KERNEL(mr));
  check_packing("pack_b", KERNEL(pack_b), KERNEL(nr));
  direct();
  dots();
  not_a_number();
  peak();
}
