// A lock for a few instructions' worth of work: it spins, and gives the processor away if that takes long.
#ifndef GRAFT_LOCK_H
#define GRAFT_LOCK_H

#include <sched.h>
#include <stdint.h>

// Takes the lock, an integer that is 0 while nobody has it.
static inline void graft_lock(int32_t *lock) {
  int attempts = 0;
  while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) != 0) {
    // Whoever has it may have lost its processor: after a while, let it run.
    while (__atomic_load_n(lock, __ATOMIC_RELAXED) != 0) {
      if (++attempts % 128 == 0) sched_yield();
    }
  }
}

// Releases the lock.
static inline void graft_unlock(int32_t *lock) { __atomic_store_n(lock, 0, __ATOMIC_RELEASE); }

#endif
