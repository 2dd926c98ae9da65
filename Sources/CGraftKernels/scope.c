#include "graft_scope.h"

#include <stdatomic.h>
#include <stddef.h>

static _Thread_local void *current = NULL;

void *graft_scope(void) { return current; }

void *graft_exchange_scope(void *scope) {
  void *previous = current;
  current = scope;
  return previous;
}

uint64_t graft_unique_number(void) {
  static _Atomic uint64_t last = 0;
  return atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
}
