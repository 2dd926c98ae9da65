// Moving elements around: strided blocks, grids of windows, and pooling. Plain C, the same for every
// instruction set.
#ifndef GRAFT_SPATIAL_H
#define GRAFT_SPATIAL_H

#include <stddef.h>
#include <stdint.h>

enum { GRAFT_MAXIMUM_RANK = 8 };

// Copies a block of `rank` <= 8 axes, outermost first, from one layout to another. Strides are in elements; a source
// stride may be 0 (broadcasting) or negative. Elements are 1, 2, 4 or 8 bytes. The blocks must not overlap.
void graft_copy_strided(void *destination, const ptrdiff_t *destination_strides, const void *source,
                        const ptrdiff_t *source_strides, const size_t *lengths, size_t rank, size_t element_size);

// From strided to contiguous (row-major), and back.
void graft_gather_strided(void *destination, const void *source, const ptrdiff_t *source_strides,
                          const size_t *lengths, size_t rank, size_t element_size);
void graft_scatter_strided(void *destination, const ptrdiff_t *destination_strides, const void *source,
                           const size_t *lengths, size_t rank, size_t element_size);

// Writes the element at `value`, of 1, 2, 4 or 8 bytes, to all of `count` contiguous elements.
void graft_fill(void *destination, const void *value, size_t count, size_t element_size);

// Planes of an image and a window that moves over them; the letters are the usual ones of a convolution.
typedef struct {
  size_t channels, height, width;
  size_t kernel_height, kernel_width;
  size_t stride_height, stride_width;
  size_t padding_height, padding_width;    // rows above and below, columns left and right
  size_t dilation_height, dilation_width;  // 1: the window's elements are neighbours
  size_t output_height, output_width;      // given by the caller; see graft_window_positions
} graft_window;

// How many places the window has along one axis: floor((length + 2 padding - dilation (kernel - 1) - 1) / stride) + 1,
// or 0 if it does not fit.
size_t graft_window_positions(size_t length, size_t kernel, size_t stride, size_t padding, size_t dilation);

// A grid holds the part of an image that some windows look at, with its padding, so that neighbouring windows are
// neighbours in memory: rows and columns that are a stride apart lie side by side, in planes of their own (phases).
// Place (row, column) of phase (i, j) is the image's element
//     (top + row * stride_height + i, left + column * stride_width + j), or 0 outside of the image.
typedef struct {
  size_t height, width;  // of the image
  size_t stride_height, stride_width;
  ptrdiff_t top, left;
  size_t row_phases, column_phases;
  size_t rows, columns;  // of each phase
} graft_grid;

// Fills grids, [channels, images, row_phases, column_phases, rows, columns], from images whose planes start
// channel_stride and image_stride apart. Of each phase only the first `rows` rows are written. The channels' grids start
// grid_channel_stride apart.
void graft_fill_grid(const graft_grid *grid, const float *source, size_t channels, ptrdiff_t channel_stride,
                     size_t images, ptrdiff_t image_stride, size_t rows, float *grids, size_t grid_channel_stride);

// Writes the results of `count` positions from the first on, `columns` of them a row, to a target whose rows and columns lie
// row_step and column_step apart.
void graft_scatter_positions(const float *results, size_t first, size_t count, size_t columns, float *target,
                             ptrdiff_t row_step, ptrdiff_t column_step);

// Writes tiles of 4x4 results to a plane [height, width], of which they cover what there is: element (i, j) of tile t is
// tiles[(4 * i + j) * stride + t]. The first tile is number `first` of rows of `columns` tiles.
void graft_write_tiles(const float *tiles, size_t stride, size_t first, size_t count, size_t columns, float *plane,
                       size_t height, size_t width);

// A convolution in narrow groups of channels, depthwise ones above all, that is computed straight from the planes; or
// the gradient of its input, which is one over the output's gradient with `spread` - 1 zeros between its elements.
// Element (r, c) of a source plane lies at (r * spread_height, c * spread_width) of the spread plane; position (y, x) of
// the window has element (i, j) at (top + y * stride_height + i * dilation_height, left + x * ...), zero where nothing lies.
typedef struct {
  size_t groups, channels, outputs;  // channels and outputs of one group
  size_t height, width;              // of a source plane
  size_t spread_height, spread_width;
  size_t kernel_height, kernel_width;
  size_t stride_height, stride_width;
  size_t dilation_height, dilation_width;
  ptrdiff_t top, left;
  size_t rows, columns;  // positions: the size of a target plane
} graft_direct;

// How many products make up one result, and how many floats a thread needs to work in.
size_t graft_direct_taps(const graft_direct *d);
size_t graft_direct_scratch(const graft_direct *d, size_t lanes);
// Where these taps lie relative to a position in that memory, channel by channel, element by element.
void graft_direct_offsets(const graft_direct *d, ptrdiff_t *offsets);
// Packs filters for the kernels, group by group: [groups, outputs * taps]. Tap (i, j) of channel c of output o in group g is
// filters[g * group_stride + o * output_stride + c * channel_stride + i * kernel_width + j], or counted from the
// window's end if `reversed`.
void graft_direct_pack(const graft_direct *d, const float *filters, size_t group_stride, size_t output_stride,
                       size_t channel_stride, int reversed, size_t first_group, size_t end_group, float *panels);

// Pooling of planes [channels, height, width] into [channels, output_height, output_width], for channels
// first_channel..<end_channel.

// Adds the gradient of each output to the place it was taken from. Passes over places outside the plane, and returns
// whether there were none.
int graft_max_pool_backward(const graft_window *window, const float *gradient, const int32_t *indices,
                            float *image_gradient, size_t first_channel, size_t end_channel);

#endif
