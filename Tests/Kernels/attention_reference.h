// What the references of attention have in common.
#ifndef GRAFT_ATTENTION_REFERENCE_H
#define GRAFT_ATTENTION_REFERENCE_H

#include "inexact.h"
#include "philox.h"

// Dropout's factor of a weight: 16 bits of a word decide. 128 columns take 16 blocks of the random sequence.
static inline double dropout_factor(uint64_t seed, uint64_t stream, uint64_t row_block, size_t column, uint32_t dropped,
                                    float factor) {
  if (dropped == 0) return 1;
  const size_t j = column % 128;
  const graft_random_place place = {seed, stream, row_block + column / 128 * 16 + j % 16};
  const uint32_t word = philox_word(place, j / 16 % 4);
  return (j < 64 ? word & 0xffff : word >> 16) < dropped ? 0 : factor;
}

// e^x, where less than e^-87 may be, or becomes, 0.
static inline inexact weight_of(inexact exponent) {
  if (exponent.value == -INFINITY) return exact(0);
  inexact e = exponential(exponent);
  if (exponent.value < -86.9) e.error += exp(-86.9);
  return e;
}

#endif
