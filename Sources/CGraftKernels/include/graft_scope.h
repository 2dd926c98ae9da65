// What is set for the operations that a thread runs inside a call, and numbers that tell such calls apart.
#ifndef GRAFT_SCOPE_H
#define GRAFT_SCOPE_H

#include <stdint.h>

// The calling thread's scope, or NULL.
void *graft_scope(void);

// Sets the calling thread's scope and returns the one before.
void *graft_exchange_scope(void *scope);

// A number that is never handed out again within the process, from 1 on.
uint64_t graft_unique_number(void);

#endif
