// The words that dropout takes, one at a time.
#ifndef GRAFT_PHILOX_H
#define GRAFT_PHILOX_H

#include "graft_random.h"

// Word `index` % 4 of block `index` / 4, from `place` on: ten rounds of Philox4x32 (Salmon et al., 2011).
uint32_t philox_word(graft_random_place place, uint64_t index);

#endif
