// What the functions of a table work with beside rows of numbers: settings, layouts, and the types of the commonest
// functions.
#ifndef GRAFT_OPERANDS_H
#define GRAFT_OPERANDS_H

#include <stddef.h>
#include <stdint.h>

// `out[i] = f(x[i])` for i in 0..<n.
typedef void graft_unary(const float *x, float *out, size_t n);
// `out[i] = f(a[i], b[i])`.
typedef void graft_binary(const float *a, const float *b, float *out, size_t n);
// `out[i] = f(a[i], s)`.
typedef void graft_scalar(const float *a, float s, float *out, size_t n);
// A number computed from a row.
typedef float graft_reduction(const float *x, size_t n);

// Converts n elements to another type. 0 if one has no counterpart there (what is written in its place is of no interest), else 1.
typedef int graft_conversion(const void *x, void *out, size_t n);

// Relations between numbers. In all but GRAFT_NOT_EQUAL NaN takes no part.
typedef enum {
  GRAFT_EQUAL,
  GRAFT_NOT_EQUAL,
  GRAFT_LESS,
  GRAFT_LESS_OR_EQUAL,
} graft_relation;

// Where the pixels of a row of a result lie in an image: pixel i at ((u + i du) / (w + i dw), (v + i dv) / (w + i dw)). The footprint, the pixels
// that are weighted, begins `shift` beyond that, at one of `columns` × `rows` places.
typedef struct {
  float u, v, w;
  float du, dv, dw;
  float shift;
  float columns, rows;  // whole numbers
  int32_t stride;       // bytes from one row of the image to the next; the image has less than 2^31
} graft_warp_row;

// out[i] from the footprint that begins at plane + offsets[i], with how far the place lies into it.
typedef void graft_warp(const uint8_t *plane, ptrdiff_t stride, const int32_t *offsets, const float *across,
                        const float *down, uint8_t *out, size_t n);

// What one step of Adam or AdamW needs beside its rows; each value is rounded to float where it is used.
typedef struct {
  double step_size;        // learning rate / (1 - beta1^t)
  double beta1, beta2;     // decay of the first and of the second moment
  double epsilon;          // added to the denominator
  double bias2_sqrt;       // sqrt(1 - beta2^t)
  double decoupled_decay;  // AdamW: learning rate * weight decay, the parameter shrinks by it first; else 0
  double l2_decay;         // Adam: weight decay, added to the gradient as l2_decay * parameter; else 0
} graft_adam;

// What one step of stochastic gradient descent needs beside its rows.
typedef struct {
  double learning_rate, momentum, dampening, decay;
  int nesterov;
  int first;  // nonzero: the momentum buffer holds nothing yet and becomes the gradient
} graft_sgd;

// What one step of RMSprop needs beside its rows.
typedef struct {
  double learning_rate;
  double smoothing;  // decay of the average of squared gradients
  double epsilon;    // added to the denominator
  double momentum, decay;
} graft_rmsprop;

// What one step of Lion needs beside its rows.
typedef struct {
  double learning_rate;
  double beta1, beta2;  // share of the momentum in the direction, and in the next momentum
  double decay;
} graft_lion;

// One step of a change of colours. Each leaves bytes: fractions are dropped, numbers beyond 0...255 confined.
typedef enum {
  GRAFT_BLEND_WITH_LEVEL,  // level + amount * (x - level), each colour for itself; level in 0...255
  GRAFT_BLEND_WITH_GRAY,   // the same with the pixel's gray level, (19595 R + 38470 G + 7471 B + 32768) / 65536
  GRAFT_TURN_HUE,          // the hue's byte + amount modulo 256, amount whole and in 0...255
} graft_color_change;
typedef struct {
  graft_color_change kind;
  float amount, level;
} graft_color_step;

// One run of elements of a row that is gathered from an image: where it starts in the image, and in the row.
typedef struct {
  int32_t from, to;
} graft_run;

// What is normalised together: `count` pieces of `length` elements, whose starts are `stride` elements apart.
typedef struct {
  size_t count, length;
  ptrdiff_t stride;
} graft_pieces;

// y = (x - mean) * scale + shift.
typedef struct {
  float mean, scale, shift;
} graft_affine;

// What is done to the sums of a convolution, NULL leaving a step out: + bias[channel], then affines[channel], then + residual at
// the same place, then max(0, that) if `relu`.
typedef struct {
  const float *bias;
  const graft_affine *affines;
  const float *residual;
  int relu;
} graft_channel_epilogue;

typedef enum {
  GRAFT_IDENTITY,
  GRAFT_RELU,
  GRAFT_GELU,
  GRAFT_GELU_TANH,
  GRAFT_SILU,
  GRAFT_TANH,
  GRAFT_SIGMOID,
} graft_activation;

// What becomes of element (i, j) of a matrix product once its sum is complete, NULL leaving a term out:
//
//     z = sum + row_bias[i] + column_bias[j] + residual[i * residual_row + j]
//     before[i * before_row + j] = z
//     c = activation(z)
typedef struct {
  const float *row_bias, *column_bias;
  const float *residual;  // must not overlap C, unless it is C's own place
  ptrdiff_t residual_row;
  float *before;  // what the derivative of the activation needs
  ptrdiff_t before_row;
  graft_activation activation;
} graft_epilogue;

// A tile of attention scores: a row for each query, a column for each key, row i from i * stride on. The stride is a
// multiple of `lanes` and no less than the number of keys; what a row has beyond the keys it sees becomes 0.
enum { GRAFT_ATTENTION_KEYS = 512 };
typedef struct {
  size_t rows, keys, stride;  // keys <= GRAFT_ATTENTION_KEYS
  float scale;                // score = scale * (what the tile holds) + key_bias[column]
  const float *key_bias;      // NULL, or `stride` numbers
  int causal;                 // nonzero: row i sees the columns 0...diagonal + i alone
  ptrdiff_t diagonal;
  // Dropout, if `dropped` is not 0: with the 16 bits that belong to a weight below `dropped`, it becomes 0, else it is
  // multiplied by `factor`. 128 columns take 16 blocks of the random sequence, whose first is block + i * row_blocks
  // for row i: column j of them has a half (j < 64: the lower) of word j / 16 % 4 of block j % 16.
  uint32_t dropped;
  float factor;
  uint64_t seed, stream, block, row_blocks;
} graft_attention_tile;

#endif
