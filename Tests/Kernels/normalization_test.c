// Normalisation of channels and of rows, and the gradients.
#include "check.h"
#include "groups.h"
#include "inexact.h"

// Sums over blocks of 1024 elements, at worst in one vector whose lanes are added in a tree, the blocks in double.
static double depth(void) { return 1024 / (double)KERNEL(lanes) + log2((double)KERNEL(lanes)) + 2; }

// Pieces of a channel, with room between them.
static graft_pieces any_pieces(void) {
  const size_t count = random_below(4) ? random_from(1, 5) : random_below(40);
  const size_t length = random_length(count == 1 && random_below(4) == 0 ? 2500 : 60);
  return (graft_pieces){count, length, (ptrdiff_t)(length + random_below(5))};
}

static size_t room(graft_pieces p) { return p.count > 0 ? (p.count - 1) * (size_t)p.stride + p.length : 0; }

static size_t place(graft_pieces p, size_t i) { return i / p.length * (size_t)p.stride + i % p.length; }

// References that hold the elements between the pieces to what they are.
static reference kept(const float *row, graft_pieces p) {
  reference r = references(room(p));
  for (size_t i = 0; i < room(p); i++) r.expected[i] = row[i];
  return r;
}

// What the kernels compute of an argument, to the bit: the mask of a gradient depends on its sign.
static float argument(float x, graft_affine a) {
  const float d = x - a.mean;
  return is_fused() ? fmaf(d, a.scale, a.shift) : d * a.scale + a.shift;
}

static graft_affine any_affine(void) {
  return (graft_affine){random_float(-0.5f, 0.5f), random_float(-2, 2), random_float(-1, 1)};
}

static void check_moments(const char *what, const float *x, graft_pieces p, float mean, float variance) {
  const size_t n = p.count * p.length;
  double sum = 0, squares = 0, deviation = 0;
  for (size_t i = 0; i < n; i++) sum += x[place(p, i)];
  const double center = n > 0 ? sum / (double)n : 0;
  for (size_t i = 0; i < n; i++) {
    const double d = x[place(p, i)] - center;
    squares += d * d;
    deviation += fabs(d);
  }
  const double expected = n > 0 ? squares / (double)n : 0;
  // 84 as promised, and two for the rounding of a difference, squared. A block's center lies up to a rounding from its mean,
  // and so do the deviations.
  const double off_center = rounding(1, fabs(center));
  check_number(what, variance, expected, rounding(86, expected + off_center * off_center));
  check_number(what, mean, center,
               rounding(1, fabs(center)) + (n > 0 ? rounding(86, deviation / (double)n + off_center) : 0));
}

static void moments(void) {
  for (int i = 0; i < 80; i++) {
    const graft_pieces p = any_pieces();
    const float center = random_below(2) ? 0 : ldexpf(random_float(-1, 1), (int)random_below(21));
    const float *x = filled(room(p), center - 1, center + 1);
    float mean = NAN, variance = NAN;
    KERNEL(moments)(x, p, &mean, &variance);
    check_moments("moments", x, p, mean, variance);
    end_case();
  }
}

static void normalize(void) {
  for (int i = 0; i < 80; i++) {
    const graft_pieces p = any_pieces();
    const graft_affine a = any_affine();
    const bool relu = random_below(2);
    float *x = filled(room(p), -2, 2), *addend = random_below(2) ? filled(room(p), -1, 1) : NULL;
    float *out = random_below(3) == 0 ? x : random_below(2) && addend ? addend : filled(room(p), -1, 1);
    const reference r = kept(out, p);
    for (size_t j = 0; j < p.count * p.length; j++) {
      const size_t at = place(p, j);
      inexact y = plus(times(minus(exact(x[at]), exact(a.mean)), exact(a.scale)), exact(a.shift));
      if (addend) y = plus(y, exact(addend[at]));
      if (relu && y.value < 0) y.value = 0;
      put(r, at, y);
    }
    KERNEL(normalize)(x, addend, out, p, a, relu);
    check_against("normalize", out, r, room(p));
    end_case();
  }
}

static void normalize_sums(void) {
  for (int i = 0; i < 80; i++) {
    const graft_pieces p = any_pieces();
    const graft_affine a = any_affine();
    const bool relu = random_below(2);
    const float *x = filled(room(p), -2, 2), *y = random_below(2) ? filled(room(p), -1, 1) : NULL;
    float *g = filled(room(p), -1, 1), *masked = y ? random_below(2) ? g : filled(room(p), -1, 1) : NULL;
    const reference r = masked ? kept(masked, p) : references(room(p));
    running_sum sum = {0}, projection = {0};
    for (size_t j = 0; j < p.count * p.length; j++) {
      const size_t at = place(p, j);
      const bool counts = y ? y[at] > 0 : !relu || argument(x[at], a) > 0;
      const inexact gradient = exact(counts ? g[at] : 0);
      add_to(&sum, gradient);
      add_to(&projection, times(gradient, minus(exact(x[at]), exact(a.mean))));
      put(r, at, gradient);
    }
    float sum_out = NAN, projection_out = NAN;
    KERNEL(normalize_sums)(g, x, y, masked, p, a, relu, &sum_out, &projection_out);
    const inexact expected = total(sum, depth()), expected_projection = total(projection, depth());
    check_number("normalize_sums' sum", sum_out, expected.value, expected.error);
    check_number("normalize_sums' projection", projection_out, expected_projection.value, expected_projection.error);
    if (masked) check_against("normalize_sums' gradient", masked, r, room(p));
    end_case();
  }
}

static void normalize_backward(void) {
  for (int i = 0; i < 80; i++) {
    const graft_pieces p = any_pieces();
    const graft_affine a = any_affine();
    const bool relu = random_below(2);
    const float offset = random_float(-1, 1), slope = random_float(-1, 1);
    float *x = filled(room(p), -2, 2), *g = filled(room(p), -1, 1);
    float *out = random_below(3) == 0 ? x : random_below(2) ? g : filled(room(p), -1, 1);
    const reference r = kept(out, p);
    for (size_t j = 0; j < p.count * p.length; j++) {
      const size_t at = place(p, j);
      const inexact gradient = exact(relu && argument(x[at], a) <= 0 ? 0 : g[at]);
      const inexact straight = plus(times(minus(exact(x[at]), exact(a.mean)), exact(slope)), exact(offset));
      put(r, at, times(exact(a.scale), minus(gradient, straight)));
    }
    KERNEL(normalize_backward)(g, x, out, p, a, relu, offset, slope);
    check_against("normalize_backward", out, r, room(p));
    end_case();
  }
}

static void combine_gradients(void) {
  for (int i = 0; i < 60; i++) {
    const size_t n = random_length(100);
    const float factor = random_float(-2, 2), mean = random_float(-1, 1);
    const float slope = random_float(-1, 1), offset = random_float(-1, 1);
    const float *x = filled(n, -2, 2);
    float *g = filled(n, -1, 1), *out = random_below(2) ? g : blank(n);
    double *expected = doubles(n), *allowed = doubles(n);
    for (size_t j = 0; j < n; j++) {
      const inexact away = plus(times(minus(exact(x[j]), exact(mean)), exact(slope)), exact(offset));
      const inexact result = minus(times(exact(factor), exact(g[j])), away);
      expected[j] = result.value;
      allowed[j] = result.error;
    }
    KERNEL(combine_gradients)(g, x, out, n, factor, mean, slope, offset);
    check_row("combine_gradients", out, expected, allowed, n);
    end_case();
  }
}

static void layer_norm(void) {
  for (int i = 0; i < 60; i++) {
    const size_t n = random_length(i % 10 == 0 ? 2500 : 200);
    const float *weight = random_below(2) ? filled(n, -2, 2) : NULL, *bias = random_below(2) ? filled(n, -1, 1) : NULL;
    const float epsilon = 1e-5f;
    float *x = filled(n, -1, 3), *original = copied(x, n), *out = random_below(2) ? x : blank(n);
    float mean = NAN, inverse = NAN, own_mean = NAN, own_variance = NAN;
    KERNEL(moments)(x, (graft_pieces){1, n, (ptrdiff_t)n}, &own_mean, &own_variance);
    KERNEL(layer_norm)(x, weight, bias, epsilon, out, n, &mean, &inverse);
    check_number("layer_norm's mean", mean, own_mean, 0);
    const inexact deviation = root(plus(exact(own_variance), exact(epsilon)));
    check_number("layer_norm's inverse", inverse, 1 / deviation.value, over(exact(1), deviation).error);
    const reference r = references(n);
    for (size_t j = 0; j < n; j++) {
      inexact y = times(minus(exact(original[j]), exact(mean)), exact(inverse));
      if (weight) y = times(y, exact(weight[j]));
      if (bias) y = plus(y, exact(bias[j]));
      put(r, j, y);
    }
    check_against("layer_norm", out, r, n);
    end_case();
  }
}

static void layer_norm_backward(void) {
  for (int i = 0; i < 60; i++) {
    const size_t n = random_length(i % 10 == 0 ? 2500 : 200);
    const float *weight = random_below(2) ? filled(n, -2, 2) : NULL;
    const bool learns = random_below(2);
    const float mean = random_float(-1, 1), inverse = random_float(0.5f, 2);
    float *x = filled(n, -2, 2), *g = filled(n, -1, 1), *out = random_below(3) == 0 ? x : random_below(2) ? g : blank(n);
    float *weight_gradient = learns ? filled(n, -1, 1) : NULL, *bias_gradient = learns ? filled(n, -1, 1) : NULL;
    const reference r = references(n), weights = references(n), biases = references(n);
    running_sum sum = {0}, projection = {0};
    for (size_t j = 0; j < n; j++) {
      const inexact normal = times(minus(exact(x[j]), exact(mean)), exact(inverse));
      const inexact h = weight ? times(exact(g[j]), exact(weight[j])) : exact(g[j]);
      add_to(&sum, h);
      add_to(&projection, times(h, normal));
      if (learns) {
        put(weights, j, plus(exact(weight_gradient[j]), times(exact(g[j]), normal)));
        put(biases, j, plus(exact(bias_gradient[j]), exact(g[j])));
      }
    }
    const inexact count = exact((double)n);
    const inexact offset = over(total(sum, depth()), count), slope = over(total(projection, depth()), count);
    for (size_t j = 0; j < n; j++) {
      const inexact normal = times(minus(exact(x[j]), exact(mean)), exact(inverse));
      const inexact h = weight ? times(exact(g[j]), exact(weight[j])) : exact(g[j]);
      put(r, j, times(exact(inverse), minus(h, plus(times(normal, slope), offset))));
    }
    KERNEL(layer_norm_backward)(g, x, weight, mean, inverse, out, n, weight_gradient, bias_gradient);
    check_against("layer_norm_backward", out, r, n);
    if (learns) {
      check_against("layer_norm_backward's weights", weight_gradient, weights, n);
      check_against("layer_norm_backward's biases", bias_gradient, biases, n);
    }
    end_case();
  }
}

void test_normalization(void) {
  moments();
  normalize();
  normalize_sums();
  normalize_backward();
  combine_gradients();
  layer_norm();
  layer_norm_backward();
}
