// The thread team. One job runs at a time; the thread that starts it owns the team until it returns.
//
// Each worker has a state that both sides change by compare-and-swap:
//
//     IDLE --owner offers--> OFFERED --worker accepts--> WORKING --worker finishes--> IDLE
//                               \--owner withdraws--> IDLE
//
// When the parts have run out, the owner withdraws the offers nobody accepted, so a worker that is slow
// to wake up never delays a short job.
#define _GNU_SOURCE
#include "graft_team.h"
#include "thread_local.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

enum { MAXIMUM_WORKERS = 255 };
enum { IDLE, OFFERED, WORKING };

// How long a thread spins before it sleeps: longer than the gap between two operations of a network,
// short enough not to be felt by others.
static const long spin_nanoseconds = 40000;

typedef struct {
  _Alignas(128) atomic_int state;
  atomic_bool asleep;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
} graft_worker;

static struct {
  pthread_mutex_t ownership;
  graft_worker workers[MAXIMUM_WORKERS];
  int worker_count;

  // The job. Written by the owner while no worker is WORKING.
  void (*body)(void *, size_t);
  void *context;
  size_t parts;
  const graft_kernel_table *kernels;
  _Alignas(128) atomic_size_t next_part;

  // The owner's own bed, for when a worker's last part takes long.
  _Alignas(128) atomic_bool owner_asleep;
  pthread_mutex_t owner_mutex;
  pthread_cond_t owner_wake;
} team = {
    .ownership = PTHREAD_MUTEX_INITIALIZER,
    .owner_mutex = PTHREAD_MUTEX_INITIALIZER,
    .owner_wake = PTHREAD_COND_INITIALIZER,
};

// Whether this thread is inside a job already.
static _Thread_local bool busy = false;

static inline void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ __volatile__("yield");
#endif
}

static long now_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (long)time.tv_sec * 1000000000L + time.tv_nsec;
}

// Spins until `*state` is `value`; false if it took longer than the spin time.
static bool spin_until(atomic_int *state, int value) {
  long start = 0;
  for (;;) {
    for (int i = 0; i < 64; i++) {
      if (atomic_load_explicit(state, memory_order_acquire) == value) return true;
      pause_briefly();
    }
    const long now = now_nanoseconds();
    if (start == 0) start = now;
    if (now - start > spin_nanoseconds) return false;
  }
}

static void take_parts(void) {
  for (;;) {
    const size_t part = atomic_fetch_add_explicit(&team.next_part, 1, memory_order_relaxed);
    if (part >= team.parts) return;
    team.body(team.context, part);
  }
}

static void *work(void *argument) {
  graft_worker *self = argument;
  busy = true;
  for (;;) {
    if (!spin_until(&self->state, OFFERED)) {
      pthread_mutex_lock(&self->mutex);
      // Sequentially consistent on both sides: either this thread sees the offer, or the owner sees it asleep.
      atomic_store(&self->asleep, true);
      while (atomic_load(&self->state) != OFFERED) pthread_cond_wait(&self->wake, &self->mutex);
      atomic_store(&self->asleep, false);
      pthread_mutex_unlock(&self->mutex);
    }
    int offered = OFFERED;
    if (!atomic_compare_exchange_strong(&self->state, &offered, WORKING)) continue;
    graft_thread_kernels = team.kernels;
    take_parts();
    atomic_store(&self->state, IDLE);
    if (atomic_load(&team.owner_asleep)) {
      pthread_mutex_lock(&team.owner_mutex);
      pthread_cond_signal(&team.owner_wake);
      pthread_mutex_unlock(&team.owner_mutex);
    }
  }
  return NULL;
}

static void offer(graft_worker *worker) {
  atomic_store(&worker->state, OFFERED);
  if (atomic_load(&worker->asleep)) {
    pthread_mutex_lock(&worker->mutex);
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->mutex);
  }
}

static void withdraw_or_await(graft_worker *worker) {
  int offered = OFFERED;
  if (atomic_compare_exchange_strong(&worker->state, &offered, IDLE)) return;
  if (spin_until(&worker->state, IDLE)) return;
  pthread_mutex_lock(&team.owner_mutex);
  atomic_store(&team.owner_asleep, true);
  while (atomic_load(&worker->state) != IDLE) pthread_cond_wait(&team.owner_wake, &team.owner_mutex);
  atomic_store(&team.owner_asleep, false);
  pthread_mutex_unlock(&team.owner_mutex);
}

// Makes workers until there are `wanted`, or as many as the system allows.
static void hire(int wanted) {
  if (wanted > MAXIMUM_WORKERS) wanted = MAXIMUM_WORKERS;
  if (team.worker_count >= wanted) return;
  // Signals belong to the program's own threads.
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  while (team.worker_count < wanted) {
    graft_worker *worker = &team.workers[team.worker_count];
    atomic_init(&worker->state, IDLE);
    atomic_init(&worker->asleep, false);
    pthread_mutex_init(&worker->mutex, NULL);
    pthread_cond_init(&worker->wake, NULL);
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, worker) != 0) break;
    pthread_detach(thread);
    team.worker_count++;
  }
  pthread_sigmask(SIG_SETMASK, &previous, NULL);
}

void graft_team_run(void (*body)(void *context, size_t part), void *context, size_t parts, int threads) {
  if (parts <= 1 || threads <= 1 || busy || pthread_mutex_trylock(&team.ownership) != 0) {
    for (size_t part = 0; part < parts; part++) body(context, part);
    return;
  }
  busy = true;
  int helpers = parts < (size_t)threads ? (int)parts - 1 : threads - 1;
  hire(helpers);
  if (helpers > team.worker_count) helpers = team.worker_count;

  team.body = body;
  team.context = context;
  team.parts = parts;
  team.kernels = graft_thread_kernels;
  atomic_store_explicit(&team.next_part, 0, memory_order_relaxed);

  for (int i = 0; i < helpers; i++) offer(&team.workers[i]);
  take_parts();
  for (int i = 0; i < helpers; i++) withdraw_or_await(&team.workers[i]);

  busy = false;
  pthread_mutex_unlock(&team.ownership);
}
