// Convolution in narrow groups, the gradient of its input, and that of its filters.
#include "check.h"
#include "groups.h"

// A convolution of `images` images, and the gradient of its input, which is one too.
typedef struct {
  graft_direct forward, backward;
  size_t images;
} direct_case;

static direct_case any_case(bool is_large) {
  // 3x3 windows, moved by one or two, take ways of their own if there is one channel and one output.
  const bool usual = random_below(2), depthwise = random_below(2);
  const size_t stride = random_from(1, 2);
  graft_direct d = {.groups = random_from(1, 3), .channels = depthwise ? 1 : random_from(1, 3),
                    .outputs = depthwise ? 1 : random_from(1, 7), .spread_height = 1, .spread_width = 1,
                    .kernel_height = usual ? 3 : random_from(1, 5), .kernel_width = usual ? 3 : random_from(1, 5),
                    .stride_height = usual ? stride : random_from(1, 3),
                    .stride_width = usual ? stride : random_from(1, 3),
                    .dilation_height = usual ? 1 : random_from(1, 3), .dilation_width = random_from(1, 3),
                    .top = -(ptrdiff_t)random_below(4), .left = -(ptrdiff_t)random_below(4)};
  const size_t tall = d.dilation_height * (d.kernel_height - 1), wide = d.dilation_width * (d.kernel_width - 1);
  const size_t above = (size_t)-d.top, before = (size_t)-d.left;
  d.height = random_from(1, is_large ? 150 : 9) + (tall > 2 * above ? tall - 2 * above : 0);
  d.width = (is_large ? random_from(1, 150) : random_length(37) + 1) + (wide > 2 * before ? wide - 2 * before : 0);
  d.rows = graft_window_positions(d.height, d.kernel_height, d.stride_height, above, d.dilation_height);
  d.columns = graft_window_positions(d.width, d.kernel_width, d.stride_width, before, d.dilation_width);
  graft_direct b = d;
  b.channels = d.outputs;
  b.outputs = d.channels;
  b.height = d.rows;
  b.width = d.columns;
  b.rows = d.height;
  b.columns = d.width;
  b.spread_height = d.stride_height;
  b.spread_width = d.stride_width;
  b.stride_height = b.stride_width = 1;
  b.top = (ptrdiff_t)above - (ptrdiff_t)tall;
  b.left = (ptrdiff_t)before - (ptrdiff_t)wide;
  return (direct_case){d, b, random_from(1, is_large ? 18 : 3)};
}

// Sums of products and of their magnitudes.
typedef struct {
  double *sums, *magnitudes;
} exact;

static exact exact_sums(size_t n) { return (exact){doubles(n), doubles(n)}; }

static void add_product(exact e, size_t at, double product) {
  e.sums[at] += product;
  e.magnitudes[at] += fabs(product);
}

static void check_sums(const char *what, const float *got, exact e, size_t n, size_t terms) {
  for (size_t i = 0; i < n; i++) e.magnitudes[i] = rounding((double)terms, e.magnitudes[i]);
  check_row(what, got, e.sums, e.magnitudes, n);
}

// By the definition: output, gradient of the input, gradient of the filters.
static void convolve(const direct_case *t, const float *x, const float *f, const float *g, exact y, exact dx, exact df) {
  const graft_direct *d = &t->forward;
  for (size_t n = 0; n < t->images; n++) {
    for (size_t o = 0; o < d->groups * d->outputs; o++) {
      for (size_t i = 0; i < d->rows * d->columns; i++) {
        const size_t at = (n * d->groups * d->outputs + o) * d->rows * d->columns + i;
        for (size_t tap = 0; tap < graft_direct_taps(d); tap++) {
          const size_t c = tap / (d->kernel_height * d->kernel_width);
          const size_t k = tap / d->kernel_width % d->kernel_height, l = tap % d->kernel_width;
          const ptrdiff_t row = d->top + (ptrdiff_t)(i / d->columns * d->stride_height + k * d->dilation_height);
          const ptrdiff_t column = d->left + (ptrdiff_t)(i % d->columns * d->stride_width + l * d->dilation_width);
          if (row < 0 || row >= (ptrdiff_t)d->height || column < 0 || column >= (ptrdiff_t)d->width) continue;
          const size_t plane = (n * d->groups + o / d->outputs) * d->channels + c;
          const size_t place = (plane * d->height + (size_t)row) * d->width + (size_t)column;
          const size_t weight = o * graft_direct_taps(d) + tap;
          add_product(y, at, (double)x[place] * f[weight]);
          add_product(dx, place, (double)g[at] * f[weight]);
          add_product(df, weight, (double)x[place] * g[at]);
        }
      }
    }
  }
}

// Units `first`..<`end` of a convolution, with filters of the forward one.
static void run(const graft_direct *d, bool reversed, const float *source, const float *filters,
                const graft_channel_epilogue *epilogue, float *target, size_t first, size_t end) {
  const size_t taps = graft_direct_taps(d), window = d->kernel_height * d->kernel_width, lanes = KERNEL(lanes);
  ptrdiff_t *offsets = guarded(taps * sizeof *offsets);
  float *panels = blank(d->groups * d->outputs * taps), *scratch = blank(graft_direct_scratch(d, lanes));
  graft_direct_offsets(d, offsets);
  const size_t split = random_below(d->groups + 1);
  const size_t outputs = reversed ? window : taps, channels = reversed ? d->outputs * window : window;
  graft_direct_pack(d, filters, d->outputs * taps, outputs, channels, reversed, 0, split, panels);
  graft_direct_pack(d, filters, d->outputs * taps, outputs, channels, reversed, split, d->groups, panels);
  KERNEL(direct_convolution)(d, offsets, source, panels, epilogue, target, first, end, scratch);
}

static void sums_and_gradients(void) {
  for (int i = 0; i < 300; i++) {
    const direct_case t = any_case(i % 60 == 59);
    const graft_direct *d = &t.forward;
    const size_t taps = graft_direct_taps(d), units = t.images * d->groups, lanes = KERNEL(lanes);
    const size_t in = units * d->channels * d->height * d->width, out = units * d->outputs * d->rows * d->columns;
    const size_t weights = d->groups * d->outputs * taps;
    const float *x = filled(in, -1, 1), *f = filled(weights, -1, 1), *g = filled(out, -1, 1);
    const exact y = exact_sums(out), dx = exact_sums(in), df = exact_sums(weights);
    convolve(&t, x, f, g, y, dx, df);

    // In two parts: where they meet must make no difference.
    const graft_channel_epilogue nothing = {0};
    float *output = blank(out), *input_gradient = blank(in), *filter_gradient = blank(weights);
    const size_t split = random_below(units + 1);
    run(d, false, x, f, &nothing, output, 0, split);
    run(d, false, x, f, &nothing, output, split, units);
    check_sums("direct_convolution", output, y, out, taps + 1);
    run(&t.backward, true, g, f, &nothing, input_gradient, 0, units);
    check_sums("direct_convolution backward", input_gradient, dx, in, graft_direct_taps(&t.backward) + 1);

    ptrdiff_t *offsets = guarded(taps * sizeof *offsets);
    graft_direct_offsets(d, offsets);
    const size_t part = random_below(d->groups + 1);
    for (size_t half = 0; half < 2; half++) {
      float *scratch = blank(graft_direct_scratch(d, lanes)), *partial = blank(lanes * d->outputs * taps);
      KERNEL(direct_filter_gradient)(d, offsets, x, g, t.images, filter_gradient, half ? part : 0,
                                     half ? d->groups : part, scratch, partial);
    }
    check_sums("direct_filter_gradient", filter_gradient, df, weights, t.images * d->rows * d->columns + 1);
    end_case();
  }
}

// What follows the sums: the bits of the separate kernels.
static void epilogues(void) {
  for (int i = 0; i < 60; i++) {
    const direct_case t = any_case(false);
    const graft_direct *d = &t.forward;
    const size_t units = t.images * d->groups, channels = d->groups * d->outputs, plane = d->rows * d->columns;
    const size_t in = units * d->channels * d->height * d->width, out = units * d->outputs * plane;
    const float *x = filled(in, -1, 1), *f = filled(channels * graft_direct_taps(d), -1, 1);
    const float *bias = filled(channels, -1, 1), *residual = filled(out, -1, 1);
    graft_affine *affines = guarded(channels * sizeof *affines);
    for (size_t c = 0; c < channels; c++) {
      affines[c] = (graft_affine){random_float(-1, 1), random_float(0, 2), random_float(-1, 1)};
    }
    const graft_channel_epilogue nothing = {0};
    const graft_channel_epilogue epilogue = {random_below(2) ? bias : NULL, random_below(2) ? affines : NULL,
                                             random_below(2) ? residual : NULL, random_below(2) != 0};
    float *output = blank(out), *expected = blank(out);
    run(d, false, x, f, &epilogue, output, 0, units);
    run(d, false, x, f, &nothing, expected, 0, units);
    for (size_t at = 0; at < out; at += plane) {
      const size_t c = at / plane % channels;
      const graft_affine identity = {0, 1, 0};
      if (epilogue.bias) KERNEL(add_s)(expected + at, bias[c], expected + at, plane);
      KERNEL(normalize)(expected + at, epilogue.residual ? residual + at : NULL, expected + at,
                        (graft_pieces){1, plane, 0}, epilogue.affines ? affines[c] : identity, epilogue.relu);
    }
    check_same("direct_convolution's epilogue", output, expected, out);
    end_case();
  }
}

void test_direct(void) {
  sums_and_gradients();
  epilogues();
}
