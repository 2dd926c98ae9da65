// The inner loops of Graft, in one table per instruction set. Pointers and sizes only; never public API.
//
// Every table computes the same functions to the same documented accuracy, but not to the same bits.
// Within one table results depend on the arguments alone. Unless said otherwise rows are contiguous,
// an output may be the very same row as an input but may not overlap it otherwise, and no alignment is
// needed beyond that of `float`.
#ifndef GRAFT_KERNEL_TABLE_H
#define GRAFT_KERNEL_TABLE_H

#include "graft_operands.h"
#include "graft_random.h"
#include "graft_spatial.h"

typedef enum {
  GRAFT_BASELINE = 0,  // SSE2 on x86-64, NEON on arm64, whatever the compiler makes of it elsewhere
  GRAFT_AVX2 = 1,      // AVX2 and FMA
  GRAFT_AVX512 = 2,    // AVX-512 F, DQ, VL, BW
} graft_instruction_set;

typedef struct {
  const char *name;
  graft_instruction_set instruction_set;

  // Matrix product. Documentation/Kernels.md draws the panels.
  size_t mr, nr;  // rows and columns of the tile of C that one call of gemm_tile computes

  // c[i * c_stride + j] = (accumulate ? c[i * c_stride + j] : 0) + sum over p of a[p * mr + i] * b[p * nr + j]
  // for i in 0..<rows, j in 0..<columns; rows <= mr, columns <= nr. Reads whole panels, touches no other c.
  void (*gemm_tile)(size_t k, const float *a, const float *b, float *c, ptrdiff_t c_stride, size_t rows,
                    size_t columns, int accumulate);
  // The tiles of `rows` x `columns` of C, for each panel of B all panels of A; those of B start b_panel_stride apart.
  void (*gemm_panels)(size_t k, const float *a, const float *b, size_t b_panel_stride, float *c,
                      ptrdiff_t c_stride, size_t rows, size_t columns, int accumulate);
  // One tile, or more, from matrices that are not packed: a(i, p) = a[i * a_row + p * a_column], b(p, j) = b[p * b_row + j].
  // Reads nothing outside rows x k and k x columns. Slow if columns is not a multiple of nr.
  void (*gemm_direct)(size_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column, const float *b,
                      ptrdiff_t b_row, float *c, ptrdiff_t c_stride, size_t rows, size_t columns,
                      int accumulate);
  // Packs `lanes` rows (columns) of a matrix into panels of mr (nr): element (lane, p) of the source is
  // source[lane * lane_stride + p * k_stride]; it goes to out[(lane / mr) * mr * k + p * mr + lane % mr].
  // Lanes missing from the last panel become 0.
  void (*pack_a)(const float *source, ptrdiff_t lane_stride, ptrdiff_t k_stride, size_t lanes, size_t k,
                 float *out);
  void (*pack_b)(const float *source, ptrdiff_t lane_stride, ptrdiff_t k_stride, size_t lanes, size_t k,
                 float *out);
  // c[i * c_row + j * c_column] = (accumulate ? the same : 0) + sum over p of a[i * a_row + p] * b[j * b_column + p]
  // for i in 0..<rows, j in 0..<columns: both operands have k as their contiguous side, nothing is packed. Every
  // element is summed in the same order, wherever it lies.
  void (*gemm_dot)(size_t k, const float *a, ptrdiff_t a_row, const float *b, ptrdiff_t b_column, float *c,
                   ptrdiff_t c_row, ptrdiff_t c_column, size_t rows, size_t columns, int accumulate);
  // Finishes the elements of C in rows row..<row + rows and columns column..<column + columns; c is C's first element.
  void (*gemm_finish)(const graft_epilogue *epilogue, float *c, ptrdiff_t c_row, size_t row, size_t column,
                      size_t rows, size_t columns);

  // The machine's limit, for benchmarks: `rounds` times multiply_adds_per_round multiply-adds on registers alone,
  // x = x * factor + summand in independent chains. The result is of no interest.
  size_t multiply_adds_per_round;
  float (*multiply_add_loop)(size_t rounds, float factor, float summand);

  // Convolution. Documentation/Kernels.md says how these work together.
  size_t lanes;  // floats in a vector: the length of a run
  // Gathers `rows` rows of runs: run i of row r is copied, whole, from source + row_offsets[r] + run[i].from to
  // out + r * out_stride + run[i].to. The runs of a row are copied in order, and the rows, so that one may overwrite what the one
  // before it wrote too far.
  void (*gather_windows)(const float *source, const ptrdiff_t *row_offsets, size_t rows, const graft_run *run,
                         size_t runs, float *out, size_t out_stride);
  // Packs `lanes` filters into panels as pack_a does, k = channels * tap_count: element (lane, c * tap_count + t) is
  // source[lane * lane_stride + c * channel_stride + taps[t]].
  void (*pack_filters)(const float *source, ptrdiff_t lane_stride, ptrdiff_t channel_stride,
                       const ptrdiff_t *taps, size_t tap_count, size_t lanes, size_t channels, float *out);

  // Winograd's F(4x4, 3x3), with 36 points. Input: one channel of `tiles` tiles of 6x6, a multiple of nr; element (i, j) of tile t
  // is source[places[t] + i * row_stride + j]; point x goes to out[x * point_stride + t / nr * panel_stride + t % nr].
  void (*winograd_input)(const float *source, size_t row_stride, const int32_t *places, size_t tiles, float *out,
                         size_t point_stride, size_t panel_stride);
  // Output of one filter: point x of tile t is products[x * point_stride + t]; output (i, j) of 4x4, plus `bias`, then max(0, that)
  // if `relu`, goes to out[(4 * i + j) * tiles + t]. `tiles` is a multiple of `lanes`.
  void (*winograd_output)(const float *products, size_t point_stride, size_t tiles, float bias, int relu, float *out);
  // `lanes` <= mr filters of 3x3 into a panel of A for each point: element (lane, c, t) is
  // source[lane * lane_stride + c * channel_stride + taps[t]]; point x goes to out[x * point_stride + c * mr + lane].
  void (*winograd_filters)(const float *source, ptrdiff_t lane_stride, ptrdiff_t channel_stride,
                           const ptrdiff_t *taps, size_t lanes, size_t channels, float *out, size_t point_stride);
  // Its adjoint, for the filters' gradient. A row of tiles of an output's gradient, in a panel of nr outputs of `rows` <= 4 rows of
  // `width` elements: element (i, j) of `lane` is panel[(i * width + j) * nr + lane], and 0 beyond rows and columns; point x of tile t
  // goes to out[x * point_stride + t * nr + lane].
  void (*winograd_gradient)(const float *panel, size_t rows, size_t width, float *out, size_t point_stride);
  // Sums for one input channel and `outputs` filters, a multiple of `lanes`: point x of output o is sums[x * point_stride + o];
  // element t of 3x3 of its filter's gradient goes to out[t * out_stride + o].
  void (*winograd_filter_gradient)(const float *sums, size_t point_stride, size_t outputs, float *out,
                                   size_t out_stride);

  // Convolution in narrow groups. A unit is a group of one image: channels planes of the source, outputs planes of the target,
  // unit u = image * groups + group following unit u - 1 in memory. Units first..<end, from packed filters.
  void (*direct_convolution)(const graft_direct *d, const ptrdiff_t *offsets, const float *source, const float *panels,
                             const graft_channel_epilogue *epilogue, float *target, size_t first, size_t end,
                             float *scratch);
  // The gradient of the filters, [groups, outputs, taps], of groups first..<end, summed over `images` in order. `d` is the
  // convolution itself. `sums` has lanes * outputs * taps floats.
  void (*direct_filter_gradient)(const graft_direct *d, const ptrdiff_t *offsets, const float *source,
                                 const float *gradient, size_t images, float *filter_gradient, size_t first,
                                 size_t end, float *scratch, float *sums);

  // Pooling of planes [channels, height, width] into [channels, output_height, output_width], for channels
  // first_channel..<end_channel: the greatest element under the window, and its place in the plane (row * width + column): the
  // first of equals, the first NaN if there is one. Padding counts as -infinity and is never chosen; a window in padding alone
  // gives -infinity and place -1. `indices` may be NULL.
  void (*max_pool)(const graft_window *window, const float *image, float *output, int32_t *indices,
                   size_t first_channel, size_t end_channel);
  // The mean of the elements under the window, added up row by row. With `counts_padding` the divisor includes padding (but not
  // what a window reaches beyond the padding, as happens when output sizes are rounded up); without, it is the number of
  // elements of the image, and a window without any gives 0. The dilation has to be 1.
  void (*average_pool)(const graft_window *window, const float *image, float *output, int counts_padding,
                       size_t first_channel, size_t end_channel);
  // The adjoint: adds to `image_gradient`, to each element in the order of the outputs.
  void (*average_pool_backward)(const graft_window *window, const float *gradient, float *image_gradient,
                                int counts_padding, size_t first_channel, size_t end_channel);

  // Two rows.
  graft_binary *add, *sub, *mul, *div;
  graft_binary *max, *min;  // NaN if either is NaN; of two zeros either
  // A row and a number. The r is for reversed: rsub is s - a, rdiv is s / a.
  graft_scalar *add_s, *sub_s, *rsub_s, *mul_s, *div_s, *rdiv_s, *max_s, *min_s;
  graft_scalar *pow_s;  // a to the power s, with the special values of C's pow

  // Masks: bytes, 0 or 1. A step is 1 for a row, 0 for one element that repeats.
  // out[i] = 1 where the relation holds between a[i * a_step] and b[i * b_step].
  void (*compare)(graft_relation relation, const float *a, size_t a_step, const float *b, size_t b_step, uint8_t *out,
                  size_t n);
  // out[i] = mask[i * mask_step] ? a[i * a_step] : b[i * b_step], of any elements of 32 bits.
  void (*choose)(const uint8_t *mask, size_t mask_step, const uint32_t *a, size_t a_step, const uint32_t *b,
                 size_t b_step, uint32_t *out, size_t n);
  void (*mask_and)(const uint8_t *a, size_t a_step, const uint8_t *b, size_t b_step, uint8_t *out, size_t n);
  void (*mask_or)(const uint8_t *a, size_t a_step, const uint8_t *b, size_t b_step, uint8_t *out, size_t n);
  void (*mask_not)(const uint8_t *a, uint8_t *out, size_t n);
  size_t (*mask_count)(const uint8_t *a, size_t n);  // how many are 1

  // Images that are warped. Offsets, and how far places lie to the right of and below where their footprints begin: between 0 and 1, as places outside
  // are moved to the nearest inside. The three rows have room for n rounded up to a multiple of 16, here and in the functions below.
  void (*warp_places)(const graft_warp_row *row, size_t n, int32_t *offsets, float *across, float *down);
  // A pixel; 2 × 2 pixels; 4 × 4 pixels and Keys' kernel with a = -1 between the middle ones. Rounded to the nearest, confined to bytes.
  graft_warp *warp_nearest, *warp_bilinear, *warp_bicubic;

  // Images that are resized. Weights are multiples of 2^-22; sums of products with bytes have to fit 32 bits. Rounded to the nearest byte, halves up.
  // out[i] from rows[tap * stride + i] and weights[tap].
  void (*resample_columns)(const uint8_t *rows, ptrdiff_t stride, const int32_t *weights, size_t taps, uint8_t *out,
                           size_t n);
  // out[i] from row[offsets[i] + tap] and weights[tap * weight_stride + i]; a number of taps that 4 divides, and rows of weights with room for n
  // rounded up to a multiple of 16.
  void (*resample_row)(const uint8_t *row, const int32_t *offsets, const int32_t *weights, size_t weight_stride,
                       size_t taps, uint8_t *out, size_t n);

  // Conversions: to float the nearest, to integers towards zero. Halves are IEEE 754 binary16, bfloat16 the upper half of a float.
  graft_conversion *float_from_uint8, *float_from_int32, *float_from_half, *float_from_bfloat16;
  graft_conversion *uint8_from_float, *int32_from_float;

  // Bytes of images, with Pillow's results. Factors are finite. The steps, in order, on n pixels whose colours lie in three planes; the
  // sum of the results' gray levels. An output may be the input of the same colour.
  uint64_t (*adjust_colors)(const graft_color_step *steps, size_t count, const uint8_t *red, const uint8_t *green,
                            const uint8_t *blue, uint8_t *out_red, uint8_t *out_green, uint8_t *out_blue, size_t n);
  void (*gray_levels)(const uint8_t *red, const uint8_t *green, const uint8_t *blue, uint8_t *out, size_t n);
  // out[i] = from[i * from_step] + factor * (to[i] - from[i * from_step]) as a byte; a step is 1 for a row, 0 for a level.
  void (*blend_bytes)(const uint8_t *from, size_t from_step, const uint8_t *to, float factor, uint8_t *out, size_t n);

  // One row. Accuracy: Documentation/Kernels.md.
  graft_unary *exp, *log, *tanh, *erf, *sigmoid, *softplus, *sin, *cos;
  graft_unary *relu, *sqrt, *rsqrt, *abs, *square, *reciprocal;
  // -1, 0 or 1; rounded down, up, to the nearest (ties to even) and towards zero. Zeros keep their sign.
  graft_unary *sign, *floor, *ceil, *round, *trunc;
  graft_unary *gelu;       // x * (1 + erf(x / sqrt 2)) / 2
  graft_unary *gelu_tanh;  // x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2
  graft_unary *silu;       // x * sigmoid(x)
  // Derivatives: first row the function's input x (or, where named so, its output y), second the gradient g.
  graft_binary *relu_backward;                                 // x > 0 ? g : 0
  graft_binary *gelu_backward, *gelu_tanh_backward, *silu_backward, *softplus_backward;
  graft_binary *tanh_backward_from_output;                     // g * (1 - y^2)
  graft_binary *sigmoid_backward_from_output;                  // g * y * (1 - y)

  // Reductions. Sums: see Documentation/Kernels.md for the order and the error it allows. Of nothing: 0.
  graft_reduction *sum, *sum_squares;
  graft_reduction *product;  // in double; of nothing 1
  float (*dot)(const float *a, const float *b, size_t n);
  float (*sum_squared_deviations)(const float *x, float center, size_t n);  // sum of (x - center)^2
  graft_reduction *maximum, *minimum;  // NaN if any is NaN; of nothing -infinity, +infinity

  // Where the greatest or least of at least one element is: of equal ones the first, of NaN the first NaN.
  size_t (*argmax)(const float *x, size_t n);
  size_t (*argmin)(const float *x, size_t n);
  // The same for columns, a row at a time: where x[i] is better than best[i], best[i] = x[i] and places[i] = place.
  void (*argmax_step)(const float *x, int32_t place, float *best, int32_t *places, size_t n);
  void (*argmin_step)(const float *x, int32_t place, float *best, int32_t *places, size_t n);

  // Rows of a probability. A row that is -infinity throughout has NaN as softmax, -infinity as log_sum_exp.
  graft_unary *softmax, *log_softmax;
  graft_reduction *log_sum_exp;
  graft_binary *softmax_backward;      // (y, g): y * (g - sum(g * y)), y the softmax
  graft_binary *log_softmax_backward;  // (y, g): g - exp(y) * sum(g), y the log-softmax
  // The greatest element, and the sum of e^(x - greatest): all that a loss needs to keep of a row's softmax. Unless `projection`
  // is NULL, also the sum of weights * (x - greatest), no weights (NULL) being 1.
  double (*softmax_terms)(const float *x, const float *weights, size_t n, float *greatest, double *projection);
  // factor * e^(x - greatest), less amount * targets, no targets (NULL) being 1: the gradient of a cross entropy.
  void (*softmax_scaled)(const float *x, float greatest, float factor, const float *targets, float amount,
                         float *out, size_t n);

  // Normalisation. Every row has the layout of `runs`; an output may be one of the inputs.
  // The mean and the biased variance, 0 and 0 of nothing.
  void (*moments)(const float *x, graft_pieces runs, float *mean, float *variance);
  // out = (x - mean) * scale + shift, then + addend unless that is NULL, then max(0, that) if `relu`.
  void (*normalize)(const float *x, const float *addend, float *out, graft_pieces runs, graft_affine affine, int relu);
  // The sums of g and of g * (x - mean), where g is the gradient of normalize's result with an addend of NULL. If `relu`, g
  // counts only where that result is positive. Unless y is NULL, g counts only where y is positive, and is stored in
  // `masked`, which may be g, with zeros elsewhere.
  void (*normalize_sums)(const float *g, const float *x, const float *y, float *masked, graft_pieces runs,
                         graft_affine affine, int relu, float *sum, float *projection);
  // out = scale * (g - offset - (x - mean) * slope); if `relu`, g counts only where (x - mean) * scale + shift > 0.
  void (*normalize_backward)(const float *g, const float *x, float *out, graft_pieces runs, graft_affine affine,
                             int relu, float offset, float slope);
  // out = factor * g - ((x - mean) * slope + offset); out may be g.
  void (*combine_gradients)(const float *g, const float *x, float *out, size_t n, float factor, float mean, float slope,
                            float offset);
  // out = (x - mean) * inverse * weight + bias with the row's own mean and inverse = 1 / sqrt(variance + epsilon), which are
  // handed back. No weight (NULL) is 1, no bias 0.
  void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, float *out, size_t n,
                     float *mean, float *inverse);
  // The gradient of x; what the row adds to those of weight and bias is added there, unless they are NULL, both.
  void (*layer_norm_backward)(const float *g, const float *x, const float *weight, float mean, float inverse,
                              float *out, size_t n, float *weight_gradient, float *bias_gradient);
  // out[i] = x[i] / kept where graft_random_bernoulli(place, kept, ...) has 1, x[i] * 0 elsewhere.
  void (*dropout)(graft_random_place place, float kept, const float *x, float *out, size_t n);

  // Attention. A row's maximum so far and its total of e^(score - maximum) are brought up to date; the scores become
  // e^(score - maximum), after dropout, which the total leaves out. What was summed before has to be multiplied by
  // `correction`. A row that has seen no key, or none above -infinity, has -infinity as maximum, 0 as total.
  void (*attention_weights)(const graft_attention_tile *tile, float *scores, float *maximum, float *total,
                            float *correction);
  // From scores and the gradients g of the weights: scores become weights p = e^(score - log_sum[row]) after dropout,
  // gradients those of what the tile held, p (g - mean[row]) scale.
  void (*attention_gradients)(const graft_attention_tile *tile, float *scores, float *gradients,
                              const float *log_sum, const float *mean);

  // One step of a recurrent layer for one row, n elements wide; the gates lie side by side in blocks of n.
  // LSTM: the gates' arguments i, f, g, o become their values in place; next_cell = f * cell + i * g, hidden = o * tanh(next_cell).
  void (*lstm_step)(float *gates, const float *cell, float *next_cell, float *hidden, size_t n);
  // From the gates' values: `out` the gradients of their arguments. g is the gradient of `hidden`; cell_gradient that of next_cell by
  // other ways, and becomes that of `cell`.
  void (*lstm_step_backward)(const float *gates, const float *cell, const float *next_cell, const float *g,
                             float *cell_gradient, float *out, size_t n);
  // GRU: `gates` the input's share of the arguments r, z, n, `recurrent` the hidden state's, whose last block is copied to `fed`; the gates
  // become their values: r and z of both shares, n = tanh(input's + r * fed); next = (1 - z) * n + z * hidden.
  void (*gru_step)(float *gates, const float *recurrent, const float *hidden, float *next, float *fed,
                   size_t n);
  // g is the gradient of `next` and becomes what `hidden` gets of it directly; `out` and `recurrent_out` are the gradients of the two shares.
  void (*gru_step_backward)(const float *gates, const float *fed, const float *hidden, float *g, float *out,
                            float *recurrent_out, size_t n);

  // One step of an optimizer over one parameter, in the order of PyTorch's operations.
  void (*adam_step)(float *parameter, const float *gradient, float *first_moment, float *second_moment,
                    size_t n, const graft_adam *settings);
  // `momentum_buffer` may be NULL if there is no momentum.
  void (*sgd_step)(float *parameter, const float *gradient, float *momentum_buffer, size_t n,
                   const graft_sgd *settings);
  // `gradient_average` is NULL unless centered, `momentum_buffer` may be NULL if there is no momentum.
  void (*rmsprop_step)(float *parameter, const float *gradient, float *square_average, float *gradient_average,
                       float *momentum_buffer, size_t n, const graft_rmsprop *settings);
  // Chen et al., 2023: the sign of a blend of momentum and gradient is the direction.
  void (*lion_step)(float *parameter, const float *gradient, float *momentum, size_t n,
                    const graft_lion *settings);
} graft_kernel_table;

#endif
