// The instruction-set-specific inner loops of Graft: pointers and sizes only, never public API.
#ifndef GRAFT_KERNELS_H
#define GRAFT_KERNELS_H
#endif
