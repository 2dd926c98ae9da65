// Activations built on the transcendental functions, and their derivatives. In the derivatives a is the
// input (or output, where the name says so) and b the gradient that arrives.
//
// gelu and silu are x times a number in [0, 1] known to a few ulp of 1, so their error is stated relative to
// |x|: at most 2 * 2^-23 |x|.

// Hendrycks and Gimpel, Gaussian Error Linear Units, 2016: x times the normal distribution function.
INLINE vf normal_cdf_v(vf x) { return 0.5f * (1 + erf_v(x * 0.70710678118654752f)); }

INLINE vf gelu_derivative_v(vf x) {
  const vf density = 0.39894228040143268f * exp_v(-0.5f * x * x);
  return fma_v(x, density, normal_cdf_v(x));
}

// The approximation of the same paper. sqrt(2 / pi) = 0.797884...
INLINE vf gelu_tanh_v(vf x) {
  const vf inner = 0.79788456080286536f * fma_v(0.044715f * x * x, x, x);
  return 0.5f * x * (1 + tanh_v(inner));
}

INLINE vf gelu_tanh_derivative_v(vf x) {
  // From |x| = 10 on tanh is exactly 1 and the derivative 0 or 1; cutting there keeps x^2 finite.
  x = select_v(x > 10, all(10), select_v(x < -10, all(-10), x));
  const vf square = x * x;
  const vf t = tanh_v(0.79788456080286536f * fma_v(0.044715f * square, x, x));
  const vf inner_slope = 0.79788456080286536f * fma_v(all(0.134145f), square, all(1));
  return 0.5f * (1 + t) + 0.5f * x * (1 - t * t) * inner_slope;
}

INLINE vf silu_derivative_v(vf x) {
  const vf s = sigmoid_v(x);
  return s * fma_v(x, 1 - s, all(1));
}

UNARY(k_gelu, 0, x *normal_cdf_v(x))
UNARY(k_gelu_tanh, 0, gelu_tanh_v(x))
UNARY(k_silu, 0, x *sigmoid_v(x))

BINARY(k_gelu_backward, b *gelu_derivative_v(a))
BINARY(k_gelu_tanh_backward, b *gelu_tanh_derivative_v(a))
BINARY(k_silu_backward, b *silu_derivative_v(a))
BINARY(k_softplus_backward, b *sigmoid_v(a))
BINARY(k_tanh_backward_from_output, b *(1 - a * a))
BINARY(k_sigmoid_backward_from_output, b *(1 - a) * a)
