// Random rows. Plain C over short arrays, which the compiler turns into vectors of any width.
#include "graft_random.h"

#include <math.h>

// A fused multiply-add would round differently on machines that have one.
#pragma STDC FP_CONTRACT OFF

enum { BLOCKS = 64, WORDS = 4 * BLOCKS };

// Ten rounds for BLOCKS consecutive blocks at once. Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy
// as 1, 2, 3 (2011).
static void philox(graft_random_place place, uint32_t words[WORDS]) {
  uint32_t c0[BLOCKS], c1[BLOCKS], c2[BLOCKS], c3[BLOCKS];
  for (size_t i = 0; i < BLOCKS; i++) {
    const uint64_t block = place.block + i;
    c0[i] = (uint32_t)block;
    c1[i] = (uint32_t)(block >> 32);
    c2[i] = (uint32_t)place.stream;
    c3[i] = (uint32_t)(place.stream >> 32);
  }
  uint32_t k0 = (uint32_t)place.seed, k1 = (uint32_t)(place.seed >> 32);
  for (int round = 0; round < 10; round++) {
    for (size_t i = 0; i < BLOCKS; i++) {
      const uint64_t a = (uint64_t)c0[i] * 0xD2511F53u, b = (uint64_t)c2[i] * 0xCD9E8D57u;
      c0[i] = (uint32_t)(b >> 32) ^ c1[i] ^ k0;
      c1[i] = (uint32_t)b;
      c2[i] = (uint32_t)(a >> 32) ^ c3[i] ^ k1;
      c3[i] = (uint32_t)a;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  for (size_t i = 0; i < BLOCKS; i++) {
    words[4 * i] = c0[i];
    words[4 * i + 1] = c1[i];
    words[4 * i + 2] = c2[i];
    words[4 * i + 3] = c3[i];
  }
}

// Draws the next WORDS words and moves on; returns how many of them a row that lacks `rest` numbers can use.
static size_t draw(graft_random_place *place, uint32_t words[WORDS], size_t rest) {
  philox(*place, words);
  place->block += BLOCKS;
  return rest < WORDS ? rest : WORDS;
}

void graft_random_words(graft_random_place place, uint32_t *out, size_t n) {
  uint32_t words[WORDS];
  for (size_t done = 0; done < n; done += WORDS) {
    const size_t count = draw(&place, words, n - done);
    uint32_t *const row = out + done;
    for (size_t i = 0; i < count; i++) row[i] = words[i];
  }
}

void graft_random_uniform(graft_random_place place, float lower, float upper, float *out, size_t n) {
  const float width = upper - lower;
  // Rounding may carry the largest numbers to the upper bound, which does not belong to the range.
  const float last = nextafterf(upper, lower);
  uint32_t words[WORDS];
  for (size_t done = 0; done < n; done += WORDS) {
    const size_t count = draw(&place, words, n - done);
    float *const row = out + done;
    for (size_t i = 0; i < count; i++) {
      const float number = lower + (float)(int32_t)(words[i] >> 8) * 0x1p-24f * width;
      row[i] = number > last ? last : number;
    }
  }
}

void graft_random_bernoulli(graft_random_place place, float probability, float *out, size_t n) {
  const uint64_t threshold = (uint64_t)((double)probability * 0x1p32);
  uint32_t words[WORDS];
  for (size_t done = 0; done < n; done += WORDS) {
    const size_t count = draw(&place, words, n - done);
    float *const row = out + done;
    for (size_t i = 0; i < count; i++) row[i] = words[i] < threshold ? 1.0f : 0.0f;
  }
}

// The natural logarithm of x from 2^-33 to 1. With x = m 2^e and m in [√½, √2), log m is the series
// 2 (s + s³/3 + s⁵/5 + ...) of s = (m - 1)/(m + 1), |s| < 0.172: what is left out is below 1e-9 of it.
static inline float log_of_fraction(float x) {
  union {
    float number;
    int32_t bits;
  } m = {x};
  const int32_t e = (m.bits - 0x3F3504F3) >> 23;  // 0x3F3504F3 is √½
  m.bits -= e * (1 << 23);
  const float s = (m.number - 1) / (m.number + 1), t = s * s;
  const float series = ((t * (1 / 9.0f) + 1 / 7.0f) * t + 1 / 5.0f) * t + 1 / 3.0f;
  return (float)e * 0.693147182f + 2 * (s + s * t * series);
}

// Sine and cosine of a whole turn's fraction word / 2^32. The two top bits, rounded, name the quadrant; Taylor's
// series of the rest, at most an eighth of a turn, leave out less than 2e-9.
static inline void turn(uint32_t word, float *sine, float *cosine) {
  const uint32_t quadrant = (word + 0x20000000u) >> 30;
  const float x = (float)(int32_t)(word - (quadrant << 30)) * 1.46291807926715968e-9f;  // 2π / 2^32
  const float t = x * x;
  const float s = x + x * t * (((t * (1 / 362880.0f) - 1 / 5040.0f) * t + 1 / 120.0f) * t - 1 / 6.0f);
  const float c =
      1 + t * ((((t * (-1 / 3628800.0f) + 1 / 40320.0f) * t - 1 / 720.0f) * t + 1 / 24.0f) * t - 1 / 2.0f);
  const float first = quadrant & 1 ? c : s, second = quadrant & 1 ? s : c;
  *sine = quadrant & 2 ? -first : first;
  *cosine = (quadrant + 1) & 2 ? -second : second;
}

void graft_random_normal(graft_random_place place, float mean, float deviation, float *out, size_t n) {
  uint32_t words[WORDS];
  for (size_t done = 0; done < n; done += WORDS) {
    const size_t count = draw(&place, words, n - done);
    float *const row = out + done;
    float numbers[WORDS];
    for (size_t i = 0; i < WORDS; i += 2) {
      // From (0, 1], so that the logarithm is finite. The upper 31 bits convert faster than all 32.
      const float fraction = ((float)(int32_t)(words[i] >> 1) + 1) * 0x1p-31f;
      const float radius = __builtin_elementwise_sqrt(-2 * log_of_fraction(fraction)) * deviation;
      float sine, cosine;
      turn(words[i + 1], &sine, &cosine);
      numbers[i] = mean + radius * cosine;
      numbers[i + 1] = mean + radius * sine;
    }
    for (size_t i = 0; i < count; i++) row[i] = numbers[i];
  }
}

void graft_random_truncated_normal(graft_random_place place, float mean, float deviation, float lower,
                                   float upper, float *out, size_t n) {
  // In the upper tail probabilities near 1 would be coarse: the lower tail is mirrored instead.
  const double side = lower > 0 ? -1 : 1;
  const double left = lower > 0 ? -upper : lower, right = lower > 0 ? -lower : upper;
  const double start = 0.5 * erfc(-left * M_SQRT1_2);
  const double share = 0.5 * erfc(-right * M_SQRT1_2) - start;
  uint32_t words[WORDS];
  for (size_t done = 0; done < n; done += WORDS) {
    const size_t count = draw(&place, words, n - done);
    float *const row = out + done;
    for (size_t i = 0; i < count; i++) {
      double x = graft_normal_quantile(start + share * (((double)words[i] + 0.5) * 0x1p-32));
      // Rounding may carry it over a bound by a hair.
      x = x < left ? left : x > right ? right : x;
      row[i] = mean + deviation * (float)(side * x);
    }
  }
}
