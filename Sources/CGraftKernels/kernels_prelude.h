// The headers that the template needs. They come before any `#pragma clang attribute`, so that nothing of
// theirs is compiled for an instruction set the machine may lack.
#include "direct_layout.h"
#include "graft_kernel_table.h"
#include "spatial_range.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
