// What the calling thread is set to, passed on to the workers that help it.
#ifndef GRAFT_THREAD_LOCAL_H
#define GRAFT_THREAD_LOCAL_H

#include "graft_kernels.h"

// The kernels forced in this thread, or NULL.
extern _Thread_local const graft_kernel_table *graft_thread_kernels;

#endif
