// A small team of threads that runs the parts of one job at a time, and the number of threads to use.
#ifndef GRAFT_TEAM_H
#define GRAFT_TEAM_H

#include <stddef.h>

// Calls `body(context, part)` once for every part in 0..<parts, on at most `threads` threads, the
// caller's included, and returns when all parts are done. Parts are handed out in order, one at a
// time. A call made from inside a part, or while another thread's job is running, runs its parts in
// the calling thread: the machine is already busy, and waiting could deadlock.
//
// Workers are made when first needed. After a job they spin for some tens of microseconds, because the
// next job usually follows at once, then sleep until there is work.
void graft_team_run(void (*body)(void *context, size_t part), void *context, size_t parts, int threads);

// How many threads can run at once: the processors this process may be scheduled on, less if its
// control group has a smaller quota. At least 1.
int graft_hardware_threads(void);

// The number of threads jobs should use: the calling thread's override, else the process's setting,
// else `graft_hardware_threads()`.
int graft_thread_count(void);

// Sets the process's number of threads; 0 restores the default.
void graft_set_thread_count(int count);

// Overrides the number of threads for the calling thread; 0 removes the override. Returns the previous one.
int graft_override_thread_count(int count);

// A buffer of at least `bytes` bytes that belongs to the calling thread, aligned to 64 bytes. The same
// slot returns the same memory until more is asked of it (its contents are then lost). Freed when the
// thread ends. Returns NULL if there is no memory left.
enum { GRAFT_SCRATCH_SHARED_PANELS, GRAFT_SCRATCH_OWN_PANELS, GRAFT_SCRATCH_SLOTS };
void *graft_scratch(int slot, size_t bytes);

#endif
