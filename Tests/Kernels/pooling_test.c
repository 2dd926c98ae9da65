// Pooling, and its gradients.
#include "check.h"
#include "groups.h"

static graft_window any_window(bool dilated) {
  graft_window w = {.channels = random_from(1, 3), .kernel_height = random_from(1, 3), .kernel_width = random_from(1, 4),
                    .stride_height = random_from(1, 3), .stride_width = random_from(1, 3),
                    .padding_height = random_below(2), .padding_width = random_below(3)};
  w.dilation_height = dilated ? random_from(1, 2) : 1;
  w.dilation_width = dilated ? random_from(1, 2) : 1;
  w.height = random_from(w.dilation_height * w.kernel_height, 9);
  w.width = w.dilation_width * w.kernel_width + random_length(70);
  w.output_height =
      graft_window_positions(w.height, w.kernel_height, w.stride_height, w.padding_height, w.dilation_height);
  w.output_width = graft_window_positions(w.width, w.kernel_width, w.stride_width, w.padding_width, w.dilation_width);
  // As output sizes are rounded up, a last window may begin in the image or its padding and reach beyond.
  if (random_below(3) == 0 && w.output_width * w.stride_width < w.width + w.padding_width) w.output_width++;
  return w;
}

// Calls `visit` for each place of the image under the window of output `at`.
static void each_place(const graft_window *w, size_t at, void (*visit)(void *context, size_t place), void *context) {
  const size_t plane = w->output_height * w->output_width, c = at / plane;
  const size_t y = at % plane / w->output_width, x = at % w->output_width;
  for (size_t i = 0; i < w->kernel_height; i++) {
    for (size_t j = 0; j < w->kernel_width; j++) {
      const ptrdiff_t row = (ptrdiff_t)(y * w->stride_height + i * w->dilation_height) - (ptrdiff_t)w->padding_height;
      const ptrdiff_t column = (ptrdiff_t)(x * w->stride_width + j * w->dilation_width) - (ptrdiff_t)w->padding_width;
      if (row < 0 || row >= (ptrdiff_t)w->height || column < 0 || column >= (ptrdiff_t)w->width) continue;
      visit(context, (c * w->height + (size_t)row) * w->width + (size_t)column);
    }
  }
}

typedef struct {
  const graft_window *w;
  const float *image;
  float best;
  int32_t place;
} greatest_search;

static void take_greatest(void *context, size_t place) {
  greatest_search *s = context;
  const float value = s->image[place];
  if (s->place < 0 || value > s->best || (isnan(value) && !isnan(s->best))) {
    s->best = value;
    s->place = (int32_t)(place % (s->w->height * s->w->width));
  }
}

static void max_pool(void) {
  for (int i = 0; i < 120; i++) {
    const graft_window w = any_window(true);
    const size_t plane = w.height * w.width, outputs = w.output_height * w.output_width, room = w.channels * outputs;
    float *image = filled(w.channels * plane, -1, 1);
    // Equals, NaN and -infinity.
    for (size_t j = 0; j < w.channels * plane; j++) {
      if (random_below(4) == 0) image[j] = (float)random_below(3);
      if (i % 2 && random_below(12) == 0) image[j] = random_below(2) ? NAN : -INFINITY;
    }
    const size_t first = random_below(w.channels + 1), end = random_from(first, w.channels);
    float *output = filled(room, 5, 6), *expected = copied(output, room);
    int32_t *indices = guarded(room * sizeof *indices), *places = guarded(room * sizeof *places);
    for (size_t at = 0; at < room; at++) indices[at] = places[at] = -7;
    for (size_t at = first * outputs; at < end * outputs; at++) {
      greatest_search s = {&w, image, -INFINITY, -1};
      each_place(&w, at, take_greatest, &s);
      expected[at] = s.best;
      places[at] = s.place;
    }
    const bool wants_places = random_below(4);
    KERNEL(max_pool)(&w, image, output, wants_places ? indices : NULL, first, end);
    check_same("max_pool", output, expected, room);
    if (wants_places) CHECK(room == 0 || memcmp(indices, places, room * sizeof *places) == 0, "max_pool's places");

    // The gradient goes where the element was taken from; places outside are passed over and reported.
    bool inside = true;
    for (size_t at = first * outputs; at < end * outputs; at++) inside = inside && places[at] >= 0;
    if (first < end && outputs > 0 && random_below(3) == 0) {
      places[first * outputs] = (int32_t)plane + (int32_t)random_below(3);
      inside = false;
    }
    const float *gradient = filled(room, -1, 1);
    float *target = filled(w.channels * plane, -1, 1), *sums = copied(target, w.channels * plane);
    for (size_t at = first * outputs; at < end * outputs; at++) {
      if ((uint32_t)places[at] < plane) sums[at / outputs * plane + (size_t)places[at]] += gradient[at];
    }
    const int whole = graft_max_pool_backward(&w, gradient, places, target, first, end);
    CHECK((whole != 0) == inside, "graft_max_pool_backward returns %d", whole);
    check_same("graft_max_pool_backward", target, sums, w.channels * plane);
    end_case();
  }
}

typedef struct {
  const float *image;
  double sum, magnitude, count;
} average;

static void add_element(void *context, size_t place) {
  average *a = context;
  a->count++;
  if (!a->image) return;
  a->sum += a->image[place];
  a->magnitude += fabs((double)a->image[place]);
}

typedef struct {
  double *sums, *magnitudes, share;
} spreading;

static void spread(void *context, size_t place) {
  spreading *s = context;
  s->sums[place] += s->share;
  s->magnitudes[place] += fabs(s->share);
}

// How many of a window's elements lie in the image or its padding, along one axis.
static double padded(size_t position, size_t stride, size_t kernel, size_t padding, size_t length) {
  double count = 0;
  for (size_t i = 0; i < kernel; i++) count += position * stride + i < length + 2 * padding;
  return count;
}

static void average_pool(void) {
  for (int i = 0; i < 80; i++) {
    const graft_window w = any_window(false);
    const size_t plane = w.height * w.width, outputs = w.output_height * w.output_width, room = w.channels * outputs;
    const bool counts_padding = random_below(2);
    const size_t first = random_below(w.channels + 1), end = random_from(first, w.channels);
    const float *image = filled(w.channels * plane, -1, 1), *gradient = filled(room, -1, 1);
    float *output = filled(room, 5, 6), *target = filled(w.channels * plane, -1, 1);
    double *expected = doubles(room), *allowed = doubles(room);
    double *sums = doubles(w.channels * plane), *magnitudes = doubles(w.channels * plane);
    for (size_t at = 0; at < room; at++) expected[at] = output[at];
    for (size_t at = 0; at < w.channels * plane; at++) magnitudes[at] = fabs(sums[at] = target[at]);
    const double most = (double)(w.kernel_height * w.kernel_width);
    for (size_t at = first * outputs; at < end * outputs; at++) {
      average a = {.image = image};
      each_place(&w, at, add_element, &a);
      if (counts_padding) {
        a.count = padded(at % outputs / w.output_width, w.stride_height, w.kernel_height, w.padding_height, w.height) *
                  padded(at % w.output_width, w.stride_width, w.kernel_width, w.padding_width, w.width);
      }
      expected[at] = a.count > 0 ? a.sum / a.count : 0;
      // Additions and a division.
      allowed[at] = a.count > 0 ? rounding(most + 1, a.magnitude / a.count) : 0;
      spreading s = {sums, magnitudes, a.count > 0 ? gradient[at] / a.count : 0};
      each_place(&w, at, spread, &s);
    }
    KERNEL(average_pool)(&w, image, output, counts_padding, first, end);
    check_row("average_pool", output, expected, allowed, room);
    // No more windows meet in an element than they have elements.
    for (size_t at = 0; at < w.channels * plane; at++) magnitudes[at] = rounding(most + 1, magnitudes[at]);
    KERNEL(average_pool_backward)(&w, gradient, target, counts_padding, first, end);
    check_row("average_pool_backward", target, sums, magnitudes, w.channels * plane);
    end_case();
  }
}

void test_pooling(void) {
  max_pool();
  average_pool();
}
