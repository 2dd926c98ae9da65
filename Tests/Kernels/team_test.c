// The thread team, scratch memory, and what is set for a thread.
#include "check.h"
#include "groups.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "graft_lock.h"
#include "graft_team.h"

enum { PARTS = 200 };

typedef struct {
  atomic_int runs[PARTS];
  int inner_threads;  // 0: no job inside of the job
} job;

static void nothing_but_count(void *context, size_t part) {
  (void)part;
  atomic_fetch_add((atomic_int *)context, 1);
}

static void count_part(void *context, size_t part) {
  job *j = context;
  atomic_fetch_add(&j->runs[part], 1);
  if (j->inner_threads > 0) {
    atomic_int inner = 0;
    graft_team_run(nothing_but_count, &inner, 3, j->inner_threads);
    if (inner != 3) atomic_fetch_add(&j->runs[part], 100);
  }
}

static bool runs_each_once(size_t parts, int threads, int inner_threads) {
  job j = {.inner_threads = inner_threads};
  graft_team_run(count_part, &j, parts, threads);
  bool right = true;
  for (size_t part = 0; part < PARTS; part++) right = right && j.runs[part] == (part < parts);
  return right;
}

// Two parts that wait for each other, for a few seconds at most: someone has to help, and with the caller's table.
typedef struct {
  atomic_int arrived, alone, strangers;
  const graft_kernel_table *expected_table;
} meeting;

static void wait_for_the_other(void *context, size_t part) {
  (void)part;
  meeting *m = context;
  if (graft_current_kernels() != m->expected_table) atomic_fetch_add(&m->strangers, 1);
  atomic_fetch_add(&m->arrived, 1);
  const time_t start = time(NULL);
  while (m->arrived < 2 && time(NULL) - start < 10) sched_yield();
  if (m->arrived < 2) atomic_fetch_add(&m->alone, 1);
}

static void helping(void) {
  // The caller's own table, any other, and the first again: what a worker took over has to be taken back.
  graft_kernel_table other = *graft_current_kernels();
  for (int i = 0; i < 3; i++) {
    const graft_kernel_table *const override = i == 1 ? &other : NULL;
    CHECK(graft_override_kernels(override) == (i == 2 ? &other : NULL), "the override is not handed back");
    meeting m = {.expected_table = graft_current_kernels()};
    CHECK((m.expected_table == &other) == (i == 1), "the override is not the current table");
    graft_team_run(wait_for_the_other, &m, 2, 2);
    CHECK(m.arrived == 2 && m.alone == 0, "nobody helped");
    CHECK(m.strangers == 0, "%d of 2 parts ran with another table", m.strangers);
  }
}

static void parts(void) {
  for (int i = 0; i < 200; i++) {
    const size_t count = random_below(PARTS + 1);
    const int threads = (int)random_below(6), inner = (int)random_below(3);
    CHECK(runs_each_once(count, threads, inner), "%zu parts on %d threads", count, threads);
  }
}

static void *call_at_once(void *failures) {
  for (int i = 0; i < 50; i++) {
    if (!runs_each_once(17, 3, 0)) atomic_fetch_add((atomic_int *)failures, 1);
  }
  return NULL;
}

static void *nothing_with_lock(void *context) {
  int32_t *counter = context;
  for (int i = 0; i < 2000; i++) {
    graft_lock(counter);
    counter[1]++;
    graft_unlock(counter);
  }
  return NULL;
}

static void several_callers(void) {
  pthread_t callers[3];
  atomic_int failures = 0;
  int32_t counter[2] = {0, 0};
  for (int i = 0; i < 3; i++) pthread_create(&callers[i], NULL, call_at_once, &failures);
  for (int i = 0; i < 3; i++) pthread_join(callers[i], NULL);
  CHECK(failures == 0, "%d jobs of threads that call at once went wrong", (int)failures);
  for (int i = 0; i < 3; i++) pthread_create(&callers[i], NULL, nothing_with_lock, counter);
  for (int i = 0; i < 3; i++) pthread_join(callers[i], NULL);
  CHECK(counter[1] == 6000, "the lock let %d of 6000 additions get lost", 6000 - counter[1]);
}

static void settings(void) {
  const int hardware = graft_hardware_threads();
  CHECK(hardware >= 1, "%d hardware threads", hardware);
  CHECK(graft_thread_count() == hardware, "the default is not the hardware's number");
  graft_set_thread_count(3);
  CHECK(graft_thread_count() == 3, "the process's setting");
  CHECK(graft_override_thread_count(5) == 0 && graft_thread_count() == 5, "the thread's override");
  CHECK(graft_override_thread_count(0) == 5 && graft_thread_count() == 3, "the override removed");
  graft_set_thread_count(0);
  CHECK(graft_thread_count() == hardware, "the default restored");
}

static void scratch(void) {
  for (int slot = 0; slot < GRAFT_SCRATCH_SLOTS; slot++) {
    unsigned char *memory = graft_scratch(slot, 100000);
    CHECK(memory != NULL && (uintptr_t)memory % 64 == 0, "scratch memory is aligned to 64 bytes");
    if (memory) memset(memory, slot, 100000);
    CHECK(graft_scratch(slot, 100) == memory, "less scratch memory is the same memory");
    const size_t large = (size_t)3 << 20;
    memory = graft_scratch(slot, large);
    CHECK(memory != NULL && (uintptr_t)memory % 64 == 0, "more scratch memory");
    if (memory) memset(memory, slot, large);
  }
  CHECK(graft_scratch(0, 100) != graft_scratch(1, 100), "two slots are two buffers");
}

static void tables(void) {
  CHECK(graft_kernels(GRAFT_BASELINE) != NULL, "there is always a baseline");
  CHECK(graft_best_kernels() != NULL && graft_current_kernels() != NULL, "there is always a table");
}

void test_team(void) {
  parts();
  helping();
  several_callers();
  settings();
  scratch();
  tables();
}
