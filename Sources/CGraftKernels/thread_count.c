// How many threads to use, and the scratch memory of each.
#define _GNU_SOURCE
#include "graft_team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#include <sys/mman.h>

// The processors that the control group's quota amounts to, rounded up; 0 if there is no quota.
static int control_group_quota(void) {
  double quota = -1, period = -1;
  FILE *file = fopen("/sys/fs/cgroup/cpu.max", "re");  // version 2: "max 100000" or "150000 100000"
  if (file) {
    if (fscanf(file, "%lf %lf", &quota, &period) != 2) quota = -1;
    fclose(file);
  } else {
    FILE *quota_file = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "re");  // version 1: -1 is "none"
    FILE *period_file = fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "re");
    if (quota_file && fscanf(quota_file, "%lf", &quota) != 1) quota = -1;
    if (period_file && fscanf(period_file, "%lf", &period) != 1) period = -1;
    if (quota_file) fclose(quota_file);
    if (period_file) fclose(period_file);
  }
  if (quota <= 0 || period <= 0 || quota / period > 1e6) return 0;
  const int whole = (int)(quota / period);
  return whole < quota / period ? whole + 1 : whole;
}

static int available_processors(void) {
  cpu_set_t set;
  int count = 0;
  if (sched_getaffinity(0, sizeof set, &set) == 0) count = CPU_COUNT(&set);
  if (count < 1) count = (int)sysconf(_SC_NPROCESSORS_ONLN);
  const int quota = control_group_quota();
  return quota > 0 && quota < count ? quota : count;
}
#else
static int available_processors(void) { return (int)sysconf(_SC_NPROCESSORS_ONLN); }
#endif

int graft_hardware_threads(void) {
  static atomic_int known = 0;
  int count = atomic_load_explicit(&known, memory_order_relaxed);
  if (count == 0) {
    count = available_processors();
    if (count < 1) count = 1;
    atomic_store_explicit(&known, count, memory_order_relaxed);
  }
  return count;
}

static atomic_int process_thread_count = 0;
static _Thread_local int thread_count_override = 0;

int graft_thread_count(void) {
  if (thread_count_override > 0) return thread_count_override;
  const int count = atomic_load_explicit(&process_thread_count, memory_order_relaxed);
  return count > 0 ? count : graft_hardware_threads();
}

void graft_set_thread_count(int count) {
  atomic_store_explicit(&process_thread_count, count, memory_order_relaxed);
}

int graft_override_thread_count(int count) {
  const int previous = thread_count_override;
  thread_count_override = count;
  return previous;
}

// Scratch memory: one grow-only buffer per slot and thread.

typedef struct {
  void *memory[GRAFT_SCRATCH_SLOTS];
  size_t bytes[GRAFT_SCRATCH_SLOTS];
} graft_scratch_buffers;

static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;
static _Thread_local graft_scratch_buffers *scratch = NULL;

static void free_scratch(void *buffers) {
  graft_scratch_buffers *all = buffers;
  for (int slot = 0; slot < GRAFT_SCRATCH_SLOTS; slot++) free(all->memory[slot]);
  free(all);
  scratch = NULL;
}

static void make_scratch_key(void) { pthread_key_create(&scratch_key, free_scratch); }

void *graft_scratch(int slot, size_t bytes) {
  if (!scratch) {
    pthread_once(&scratch_once, make_scratch_key);
    scratch = calloc(1, sizeof *scratch);
    if (!scratch) return NULL;
    pthread_setspecific(scratch_key, scratch);
  }
  if (scratch->bytes[slot] < bytes || !scratch->memory[slot]) {
    free(scratch->memory[slot]);
    scratch->memory[slot] = NULL;
    scratch->bytes[slot] = 0;
    // Large buffers start on a huge page where the system has them: touching small pages is what would cost.
    const size_t huge = (size_t)2 << 20;
    const size_t alignment = bytes >= huge / 2 ? huge : 64;
    const size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    if (posix_memalign(&scratch->memory[slot], alignment, rounded ? rounded : alignment) != 0) {
      scratch->memory[slot] = NULL;
      return NULL;
    }
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    if (alignment == huge) madvise(scratch->memory[slot], rounded, MADV_HUGEPAGE);
#endif
    scratch->bytes[slot] = rounded;
  }
  return scratch->memory[slot];
}
