// Which table of functions to use.
#ifndef GRAFT_KERNELS_H
#define GRAFT_KERNELS_H

#include "graft_kernel_table.h"

// The table for an instruction set, or NULL if this machine or this build does not have it.
const graft_kernel_table *graft_kernels(graft_instruction_set set);

// The table to use: the calling thread's override, else the one that the environment variable
// GRAFT_INSTRUCTION_SET (baseline, avx2, avx512) named when first asked, else the best one. A name this
// machine cannot run, or an unknown one, is ignored.
const graft_kernel_table *graft_current_kernels(void);

// The best table this machine can run.
const graft_kernel_table *graft_best_kernels(void);

// Overrides the table for the calling thread and for the workers that help it; NULL removes the override.
// Returns the previous override.
const graft_kernel_table *graft_override_kernels(const graft_kernel_table *table);

#endif
