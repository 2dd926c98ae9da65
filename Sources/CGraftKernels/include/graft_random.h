// Rows of random numbers from Philox4x32-10, the generator of RandomGenerator.swift.
//
// Word i of a sequence is word i % 4 of block i / 4, a function of (seed, stream, i) alone; number i of a row
// that starts at `block` depends on nothing but words of block + i / 4. A row may therefore be filled in pieces,
// at multiples of 4, in any order. Everything but graft_random_truncated_normal is calculated with additions,
// multiplications, divisions and square roots of one rounding each: the bits are the same on every machine.
#ifndef GRAFT_RANDOM_H
#define GRAFT_RANDOM_H

#include <stddef.h>
#include <stdint.h>

// Where a row of random numbers starts.
typedef struct {
  uint64_t seed, stream, block;
} graft_random_place;

// The words themselves.
void graft_random_words(graft_random_place place, uint32_t *out, size_t n);

// Evenly spread over lower..<upper: lower + (upper - lower) * w for w the upper 24 bits of a word, as a fraction.
void graft_random_uniform(graft_random_place place, float lower, float upper, float *out, size_t n);

// Normal, by the transform of Box and Muller: each pair of words gives two numbers.
void graft_random_normal(graft_random_place place, float mean, float deviation, float *out, size_t n);

// Normal, limited to mean + deviation * (lower...upper), by inversion of the distribution.
void graft_random_truncated_normal(graft_random_place place, float mean, float deviation, float lower,
                                   float upper, float *out, size_t n);

// 1 with the given probability, else 0.
void graft_random_bernoulli(graft_random_place place, float probability, float *out, size_t n);

// The number up to which a standard normal number lies with the given probability; the inverse of erfc(-x/√2)/2.
double graft_normal_quantile(double probability);

#endif
