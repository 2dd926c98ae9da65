// The kernels, written once and compiled once per instruction set. The including file defines:
//
//   GRAFT_SET, GRAFT_NAME, GRAFT_TABLE   which table this is, and the symbol it goes by
//   LANES                                floats in a vector register
//   FUSED                                1 if the set has a fused multiply-add
//   TILE_ROWS, TILE_VECTORS              the matrix-multiply tile: rows, and columns in vectors
//
// Everything but the table is static, so the sets do not collide. Every rounding is written down: the
// compiler may not contract a product and a sum into one operation by itself.
#pragma STDC FP_CONTRACT OFF

#include "template/vector.h"

#include "template/gemm.h"

#include "template/peak.h"

#include "template/windows.h"

#include "template/winograd.h"

#include "template/winograd_gradient.h"

#include "template/pooling.h"

#include "template/elementwise.h"

#include "template/average_pooling.h"

#include "template/transcendental.h"

#include "template/activations.h"

#include "template/gemm_finish.h"

#include "template/reductions.h"

#include "template/powers.h"

#include "template/comparison.h"

#include "template/extremes.h"

#include "template/conversions.h"

#include "template/colors.h"

#include "template/warp.h"

#include "template/rows.h"

#include "template/normalization.h"

#include "template/direct.h"

#include "template/direct_gradient.h"

#include "template/attention.h"

#include "template/row_normalization.h"

#include "template/dropout.h"

#include "template/recurrent.h"

#include "template/optimizers.h"

const graft_kernel_table GRAFT_TABLE = {
    .name = GRAFT_NAME,
    .instruction_set = GRAFT_SET,
    .mr = MR,
    .nr = NR,
    .gemm_tile = gemm_tile,
    .gemm_panels = gemm_panels,
    .gemm_direct = gemm_direct,
    .pack_a = pack_a,
    .pack_b = pack_b,
    .multiply_adds_per_round = PEAK_CHAINS * LANES,
    .multiply_add_loop = k_multiply_add_loop,
    .lanes = LANES,
    .gather_windows = gather_windows,
    .pack_filters = pack_filters,
    .gemm_dot = gemm_dot,
    .gemm_finish = gemm_finish,
    .winograd_input = winograd_input,
    .winograd_output = winograd_output,
    .winograd_filters = winograd_filters,
    .direct_convolution = k_direct_convolution,
    .direct_filter_gradient = k_direct_filter_gradient,

    .winograd_gradient = winograd_gradient,
    .winograd_filter_gradient = winograd_filter_gradient,
    .max_pool = k_max_pool,
    .average_pool = k_average_pool,
    .average_pool_backward = k_average_pool_backward,
    .add = k_add,
    .sub = k_sub,
    .mul = k_mul,
    .div = k_div,
    .max = k_max,
    .min = k_min,
    .add_s = k_add_s,
    .sub_s = k_sub_s,
    .rsub_s = k_rsub_s,
    .mul_s = k_mul_s,
    .div_s = k_div_s,
    .rdiv_s = k_rdiv_s,
    .max_s = k_max_s,
    .min_s = k_min_s,
    .pow_s = k_pow_s,
    .compare = k_compare,
    .choose = k_choose,
    .mask_and = k_mask_and,
    .mask_or = k_mask_or,
    .mask_not = k_mask_not,
    .mask_count = k_mask_count,
    .warp_places = k_warp_places,
    .warp_nearest = k_warp_nearest,
    .warp_bilinear = k_warp_bilinear,
    .warp_bicubic = k_warp_bicubic,
    .float_from_uint8 = k_float_from_uint8,
    .float_from_int32 = k_float_from_int32,
    .float_from_half = k_float_from_half,
    .float_from_bfloat16 = k_float_from_bfloat16,
    .uint8_from_float = k_uint8_from_float,
    .int32_from_float = k_int32_from_float,
    .adjust_colors = k_adjust_colors,
    .gray_levels = k_gray_levels,
    .blend_bytes = k_blend_bytes,
    .exp = k_exp,
    .log = k_log,
    .tanh = k_tanh,
    .erf = k_erf,
    .sigmoid = k_sigmoid,
    .softplus = k_softplus,
    .sin = k_sin,
    .cos = k_cos,
    .relu = k_relu,
    .sqrt = k_sqrt,
    .rsqrt = k_rsqrt,
    .abs = k_abs,
    .sign = k_sign,
    .floor = k_floor,
    .ceil = k_ceil,
    .round = k_round,
    .trunc = k_trunc,
    .square = k_square,
    .reciprocal = k_reciprocal,
    .gelu = k_gelu,
    .gelu_tanh = k_gelu_tanh,
    .silu = k_silu,
    .relu_backward = k_relu_backward,
    .gelu_backward = k_gelu_backward,
    .gelu_tanh_backward = k_gelu_tanh_backward,
    .silu_backward = k_silu_backward,
    .softplus_backward = k_softplus_backward,
    .tanh_backward_from_output = k_tanh_backward_from_output,
    .sigmoid_backward_from_output = k_sigmoid_backward_from_output,
    .sum = k_sum,
    .sum_squares = k_sum_squares,
    .product = k_product,
    .dot = k_dot,
    .sum_squared_deviations = k_sum_squared_deviations,
    .maximum = k_maximum,
    .minimum = k_minimum,
    .argmax = k_argmax,
    .argmin = k_argmin,
    .argmax_step = k_argmax_step,
    .argmin_step = k_argmin_step,
    .softmax = k_softmax,
    .log_softmax = k_log_softmax,
    .log_sum_exp = k_log_sum_exp,
    .softmax_backward = k_softmax_backward,
    .log_softmax_backward = k_log_softmax_backward,
    .softmax_terms = k_softmax_terms,
    .softmax_scaled = k_softmax_scaled,
    .moments = k_moments,
    .normalize = k_normalize,
    .normalize_sums = k_normalize_sums,
    .normalize_backward = k_normalize_backward,
    .combine_gradients = k_combine_gradients,
    .attention_weights = attention_weights,
    .attention_gradients = attention_gradients,
    .layer_norm = k_layer_norm,
    .layer_norm_backward = k_layer_norm_backward,
    .dropout = k_dropout,
    .lstm_step = k_lstm_step,
    .lstm_step_backward = k_lstm_step_backward,
    .gru_step = k_gru_step,
    .gru_step_backward = k_gru_step_backward,
    .adam_step = k_adam_step,
    .sgd_step = k_sgd_step,
    .rmsprop_step = k_rmsprop_step,
    .lion_step = k_lion_step,
};
