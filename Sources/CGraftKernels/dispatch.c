// Which table to use.
#include "graft_kernels.h"
#include "thread_local.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

extern const graft_kernel_table graft_kernels_baseline;
#if defined(__x86_64__)
extern const graft_kernel_table graft_kernels_avx2;
extern const graft_kernel_table graft_kernels_avx512;
#endif

_Thread_local const graft_kernel_table *graft_thread_kernels = NULL;

const graft_kernel_table *graft_kernels(graft_instruction_set set) {
  switch (set) {
  case GRAFT_BASELINE:
    return &graft_kernels_baseline;
#if defined(__x86_64__)
  case GRAFT_AVX2:
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &graft_kernels_avx2 : NULL;
  case GRAFT_AVX512:
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                   __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("fma")
               ? &graft_kernels_avx512
               : NULL;
#endif
  default:
    return NULL;
  }
}

const graft_kernel_table *graft_best_kernels(void) {
  const graft_kernel_table *table = graft_kernels(GRAFT_AVX512);
  if (!table) table = graft_kernels(GRAFT_AVX2);
  return table ? table : graft_kernels(GRAFT_BASELINE);
}

static const graft_kernel_table *named_in_environment(void) {
  const char *name = getenv("GRAFT_INSTRUCTION_SET");
  if (!name) return NULL;
  for (int set = GRAFT_BASELINE; set <= GRAFT_AVX512; set++) {
    const graft_kernel_table *table = graft_kernels((graft_instruction_set)set);
    if (table && strcmp(table->name, name) == 0) return table;
  }
  return NULL;
}

const graft_kernel_table *graft_current_kernels(void) {
  if (graft_thread_kernels) return graft_thread_kernels;
  // Threads that get here together find the same answer.
  static _Atomic(const graft_kernel_table *) chosen = NULL;
  const graft_kernel_table *table = atomic_load_explicit(&chosen, memory_order_acquire);
  if (!table) {
    table = named_in_environment();
    if (!table) table = graft_best_kernels();
    atomic_store_explicit(&chosen, table, memory_order_release);
  }
  return table;
}

const graft_kernel_table *graft_override_kernels(const graft_kernel_table *table) {
  const graft_kernel_table *previous = graft_thread_kernels;
  graft_thread_kernels = table;
  return previous;
}
