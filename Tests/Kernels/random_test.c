// Random rows, and dropout, which makes its words on the spot.
#include "check.h"
#include "groups.h"
#include "inexact.h"
#include "philox.h"

uint32_t philox_word(graft_random_place place, uint64_t index) {
  const uint64_t block = place.block + index / 4;
  uint32_t c[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)place.stream, (uint32_t)(place.stream >> 32)};
  uint32_t k[2] = {(uint32_t)place.seed, (uint32_t)(place.seed >> 32)};
  for (int round = 0; round < 10; round++) {
    const uint64_t first = (uint64_t)c[0] * 0xD2511F53u, second = (uint64_t)c[2] * 0xCD9E8D57u;
    const uint32_t next[4] = {(uint32_t)(second >> 32) ^ c[1] ^ k[0], (uint32_t)second,
                              (uint32_t)(first >> 32) ^ c[3] ^ k[1], (uint32_t)first};
    memcpy(c, next, sizeof c);
    k[0] += 0x9E3779B9u;
    k[1] += 0xBB67AE85u;
  }
  return c[index % 4];
}

// Blocks whose number does not fit 32 bits, or is about to leave them, are among them.
static graft_random_place any_place(void) {
  const uint64_t blocks[] = {0, random_bits(), 0xffffffff - random_below(4), 1000};
  return (graft_random_place){random_bits(), random_bits(), blocks[random_below(4)]};
}

// The vectors that the authors of Philox publish with it (Random123, kat_vectors).
static void published_words(void) {
  const struct {
    graft_random_place place;
    uint32_t words[4];
  } known[] = {
      {{0, 0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{~0ull, ~0ull, ~0ull}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88}, {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    uint32_t words[4];
    graft_random_words(known[i].place, words, 4);
    CHECK(memcmp(words, known[i].words, sizeof words) == 0, "published words %zu: %08x …", i, words[0]);
  }
}

static void rows(void) {
  for (int i = 0; i < 40; i++) {
    const graft_random_place place = any_place();
    const size_t n = random_length(700);
    uint32_t *words = guarded(n * sizeof *words);
    graft_random_words(place, words, n);
    bool equal = true;
    for (size_t j = 0; j < n; j++) equal = equal && words[j] == philox_word(place, j);
    CHECK(equal, "graft_random_words");

    const float lower = random_float(-2, 0), upper = random_float(1, 3), probability = random_float(0, 1);
    float *out = blank(n), *expected = blank(n);
    for (size_t j = 0; j < n; j++) {
      const float fraction = (float)(words[j] >> 8) * 0x1p-24f;
      expected[j] = lower + fraction * (upper - lower);
      if (expected[j] >= upper) expected[j] = nextafterf(upper, lower);
    }
    graft_random_uniform(place, lower, upper, out, n);
    check_same("graft_random_uniform", out, expected, n);

    for (size_t j = 0; j < n; j++) expected[j] = words[j] < (uint64_t)((double)probability * 0x1p32) ? 1 : 0;
    graft_random_bernoulli(place, probability, out, n);
    check_same("graft_random_bernoulli", out, expected, n);
    graft_random_bernoulli(place, 1, out, n);
    for (size_t j = 0; j < n; j++) expected[j] = 1;
    check_same("graft_random_bernoulli(1)", out, expected, n);
    graft_random_bernoulli(place, 0, out, n);
    for (size_t j = 0; j < n; j++) expected[j] = 0;
    check_same("graft_random_bernoulli(0)", out, expected, n);

    // A row in two pieces is the same row.
    const size_t split = n / 8 * 4;
    float *normals = blank(n), *pieces = blank(n);
    graft_random_normal(place, 1, 2, normals, n);
    graft_random_normal(place, 1, 2, pieces, split);
    graft_random_place rest = place;
    rest.block += split / 4;
    graft_random_normal(rest, 1, 2, pieces + split, n - split);
    check_same("graft_random_normal in pieces", pieces, normals, n);

    // Box and Muller's transform. The logarithm is off by some eight roundings of itself (its series, and next to √½ the
    // sum with ln ½), its root by half of that and one, sine and cosine by four of 1; then two products and a sum.
    const reference r = references(n);
    for (size_t j = 0; j < n; j++) {
      const uint64_t pair = j / 2 * 2;
      // The number whose logarithm is taken is a float.
      const double fraction = ((float)(philox_word(place, pair) >> 1) + 1) * 0x1p-31f;
      const double angle = philox_word(place, pair + 1) * 0x1p-32 * 2 * acos(-1);
      const double radius = 2 * sqrt(-2 * log(fraction)), value = radius * (j % 2 ? sin(angle) : cos(angle));
      put(r, j, (inexact){1 + value, rounding(12, radius) + rounding(1, 1 + radius)});
    }
    check_against("graft_random_normal", normals, r, n);
    end_case();
  }
}

static double normal_share(double x) { return 0.5 * erfc(-x / sqrt(2)); }

static void truncated(void) {
  const float bounds[][2] = {{-2, 2}, {-1, 3}, {1, 4}, {-5, -2}, {3, 3.5f}};
  for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
    enum { N = 300 };
    const float lower = bounds[i][0], upper = bounds[i][1];
    const graft_random_place place = any_place();
    float *out = blank(N);
    graft_random_truncated_normal(place, 0.5f, 2, lower, upper, out, N);
    bool inside = true;
    for (size_t j = 0; j < N; j++) {
      const double x = (out[j] - 0.5) / 2;
      inside = inside && x >= lower - 1e-6 && x <= upper + 1e-6;
      // The share of the distribution below it is the word's fraction. In the upper tail it is mirrored. A float's error of
      // x changes it by that times the density, at most 0.4.
      const double fraction = (philox_word(place, j) + 0.5) * 0x1p-32, share = normal_share(upper) - normal_share(lower);
      const double below = lower > 0 ? normal_share(-x) - normal_share(-upper) : normal_share(x) - normal_share(lower);
      check_number("graft_random_truncated_normal", below, fraction * share, 0.4 * rounding(3, fabs(x) + 0.5) + 1e-12);
    }
    CHECK(inside, "graft_random_truncated_normal leaves its bounds");
    end_case();
  }
  for (double p = 1e-300; p < 1; p = p < 1e-3 ? p * 100 : p + 0.037) {
    // An error of the quantile x relative to it is one of p relative to it, times about x². A few roundings of double.
    const double x = graft_normal_quantile(p);
    check_number("graft_normal_quantile", normal_share(x), p, 1e-15 * (1 + x * x) * p);
  }
  check_number("graft_normal_quantile", graft_normal_quantile(0), -INFINITY, 0);
  check_number("graft_normal_quantile", graft_normal_quantile(1), INFINITY, 0);
}

// The bits are the same on every machine: these are what one of them had.
static void same_bits(void) {
  enum { N = 1000 };
  float *out = blank(2 * N);
  graft_random_normal((graft_random_place){1, 2, 3}, 0.5f, 1.5f, out, N);
  graft_random_uniform((graft_random_place){4, 5, 6}, -1, 2, out + N, N);
  uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (size_t i = 0; i < 2 * N; i++) {
    uint32_t bits;
    memcpy(&bits, out + i, sizeof bits);
    hash = (hash ^ bits) * 0x100000001b3u;
  }
  CHECK(hash == 0x29d7ada9d7d5f4c9, "the bits have changed: %016llx", (unsigned long long)hash);
  end_case();
}

void test_random(void) {
  published_words();
  rows();
  truncated();
  same_bits();
}

// x / kept, by a reciprocal and a product, where the words of the generator keep it; elsewhere x * 0.
void test_dropout(void) {
  for (int i = 0; i < 60; i++) {
    const graft_random_place place = any_place();
    const size_t n = random_length(300);
    const float kept = i == 0 ? 0 : i == 1 ? 1 : random_float(0.05f, 1);
    float *x = filled(n, -1, 1), *out = random_below(2) ? x : blank(n);
    if (n > 2) x[n - 2] = NAN;
    const reference r = references(n);
    for (size_t j = 0; j < n; j++) {
      const bool keeps = philox_word(place, j) < (uint64_t)((double)kept * 0x1p32);
      const double value = keeps ? x[j] / kept : x[j] * 0;
      put(r, j, (inexact){value, keeps ? rounding(2, fabs(value)) : 0});
    }
    KERNEL(dropout)(place, kept, x, out, n);
    check_against("dropout", out, r, n);
    end_case();
  }
}
