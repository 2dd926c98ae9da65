// What is set for a thread, and numbers that are handed out once.
#include "check.h"
#include "groups.h"

#include <pthread.h>

#include "graft_scope.h"

enum { NUMBERS = 1000, CALLERS = 3 };

// Each thread starts without a scope, and has its own.
static void *in_another_thread(void *context) {
  uint64_t *numbers = context;
  int here;
  const bool alone = graft_scope() == NULL;
  const bool nothing_before = graft_exchange_scope(&here) == NULL;
  for (size_t i = 0; i < NUMBERS; i++) numbers[i] = graft_unique_number();
  return alone && nothing_before && graft_scope() == &here ? numbers : NULL;
}

static int by_number(const void *a, const void *b) {
  const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

void test_scope(void) {
  int outer, inner;
  CHECK(graft_exchange_scope(&outer) == NULL, "a scope was set at the start");
  CHECK(graft_exchange_scope(&inner) == &outer && graft_scope() == &inner, "the inner scope");
  uint64_t *numbers = guarded(CALLERS * NUMBERS * sizeof *numbers);
  pthread_t callers[CALLERS];
  for (size_t i = 0; i < CALLERS; i++) pthread_create(&callers[i], NULL, in_another_thread, numbers + i * NUMBERS);
  for (size_t i = 0; i < CALLERS; i++) {
    void *result;
    pthread_join(callers[i], &result);
    CHECK(result == numbers + i * NUMBERS, "another thread's scope");
  }
  CHECK(graft_exchange_scope(&outer) == &inner && graft_exchange_scope(NULL) == &outer, "the outer scope");
  CHECK(graft_scope() == NULL, "the scope is left");
  qsort(numbers, CALLERS * NUMBERS, sizeof *numbers, by_number);
  bool once = numbers[0] > 0;
  for (size_t i = 1; i < CALLERS * NUMBERS; i++) once = once && numbers[i] > numbers[i - 1];
  CHECK(once, "a number was handed out twice");
  end_case();
}
