// Activations built on the transcendental functions, and their derivatives. In the derivatives a is the
// input (or output, where the name says so) and b the gradient that arrives.
//
// gelu is x times a number in [0, 1] known to about an ulp of 1, so its error is stated relative to |x|: at most
// 2 * 2^-24 |x|. silu and gelu_tanh are x times a sigmoid and keep its relative accuracy.

// Hendrycks and Gimpel, Gaussian Error Linear Units, 2016: x times the normal distribution function.
INLINE vf normal_cdf_v(vf x) { return 0.5f * (1 + erf_v(x * 0.70710678118654752f)); }

INLINE vf gelu_derivative_v(vf x) {
  const vf density = 0.39894228040143268f * exp_v(-0.5f * x * x);
  return fma_v(x, density, normal_cdf_v(x));
}

// The approximation of the same paper, 0.5 x (1 + tanh(u)) with u = sqrt(2 / pi) (x + 0.044715 x^3), as
// x sigmoid(2 u): the same function, and it keeps its accuracy where tanh is close to -1.
INLINE vf gelu_tanh_argument_v(vf x) {
  return 1.59576912160573072f * fma_v(0.044715f * x * x, x, x);
}

// sigmoid(x) and sigmoid(-x), each as accurate as the other.
INLINE vf sigmoid_pair_v(vf x, vf *complement) {
  const vf decay = exp_v(-abs_v(x));
  const vf upper = 1 / (1 + decay), lower = decay * upper;
  *complement = select_v(x < 0, upper, lower);
  return select_v(x < 0, lower, upper);
}

// With s = sigmoid(2 u): s + x s (1 - s) (2 u)'.
INLINE vf gelu_tanh_derivative_v(vf x) {
  // From |x| = 10 on the derivative is 0 or 1; cutting there keeps x^3 finite.
  x = select_v(x > 10, all(10), select_v(x < -10, all(-10), x));
  vf complement;
  const vf s = sigmoid_pair_v(gelu_tanh_argument_v(x), &complement);
  const vf slope = 1.59576912160573072f * fma_v(0.134145f * x, x, all(1));
  return fma_v(x * slope, s * complement, s);
}

INLINE vf silu_derivative_v(vf x) {
  vf complement;
  const vf s = sigmoid_pair_v(x, &complement);
  return s * fma_v(x, complement, all(1));
}

UNARY(k_gelu, 0, x *normal_cdf_v(x))
UNARY(k_gelu_tanh, 0, x *sigmoid_v(gelu_tanh_argument_v(x)))
UNARY(k_silu, 0, x *sigmoid_v(x))

BINARY(k_gelu_backward, b *gelu_derivative_v(a))
BINARY(k_gelu_tanh_backward, b *gelu_tanh_derivative_v(a))
BINARY(k_silu_backward, b *silu_derivative_v(a))
BINARY(k_softplus_backward, b *sigmoid_v(a))
BINARY(k_tanh_backward_from_output, b *(1 - a * a))
BINARY(k_sigmoid_backward_from_output, b *(1 - a) * a)
