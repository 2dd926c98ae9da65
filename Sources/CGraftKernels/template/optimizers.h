// One step of an optimizer, fused over its rows. The order of operations and the places of rounding are
// PyTorch's (torch.optim.Adam, AdamW, SGD and RMSprop, one tensor at a time), so that runs can be compared closely.

typedef struct {
  vf first, second, parameter;
} adam_rows;

typedef struct {
  vf shrink, l2, beta1_rest, beta2, beta2_rest, bias2_sqrt, epsilon, negative_step;
  int shrinks, has_l2, lerp_from_gradient;
} adam_constants;

INLINE void adam_vector(const adam_constants *c, vf g, adam_rows *row) {
  vf p = row->parameter;
  if (c->has_l2) g = fma_v(p, c->l2, g);
  if (c->shrinks) p *= c->shrink;
  // lerp(m, g, 1 - beta1), from whichever end is nearer.
  const vf difference = g - row->first;
  const vf m = c->lerp_from_gradient ? fma_v(c->beta1_rest - 1, difference, g)
                                     : fma_v(c->beta1_rest, difference, row->first);
  const vf v = row->second * c->beta2 + c->beta2_rest * g * g;
  const vf denominator = sqrt_v(v) / c->bias2_sqrt + c->epsilon;
  row->parameter = p + c->negative_step * m / denominator;
  row->first = m;
  row->second = v;
}

static void k_adam_step(float *parameter, const float *gradient, float *first_moment, float *second_moment,
                        size_t n, const graft_adam *s) {
  const float beta1_rest = (float)(1 - s->beta1);
  const adam_constants c = {
      .shrink = all((float)(1 - s->decoupled_decay)),
      .l2 = all((float)s->l2_decay),
      .beta1_rest = all(beta1_rest),
      .beta2 = all((float)s->beta2),
      .beta2_rest = all((float)(1 - s->beta2)),
      .bias2_sqrt = all((float)s->bias2_sqrt),
      .epsilon = all((float)s->epsilon),
      .negative_step = all((float)-s->step_size),
      .shrinks = s->decoupled_decay != 0,
      .has_l2 = s->l2_decay != 0,
      .lerp_from_gradient = !(fabsf(beta1_rest) < 0.5f),
  };
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    adam_rows row = {load(first_moment + i), load(second_moment + i), load(parameter + i)};
    adam_vector(&c, load(gradient + i), &row);
    store(parameter + i, row.parameter);
    store(first_moment + i, row.first);
    store(second_moment + i, row.second);
  }
  if (i < n) {
    const size_t rest = n - i;
    adam_rows row = {load_part(first_moment + i, rest, 0), load_part(second_moment + i, rest, 0),
                     load_part(parameter + i, rest, 0)};
    adam_vector(&c, load_part(gradient + i, rest, 0), &row);
    store_part(parameter + i, row.parameter, rest);
    store_part(first_moment + i, row.first, rest);
    store_part(second_moment + i, row.second, rest);
  }
}

typedef struct {
  vf negative_rate, momentum, gradient_share, decay;
  int has_decay, has_momentum, nesterov, first;
} sgd_constants;

INLINE vf sgd_vector(const sgd_constants *c, vf p, vf g, vf *buffer) {
  if (c->has_decay) g = fma_v(p, c->decay, g);
  if (c->has_momentum) {
    *buffer = c->first ? g : fma_v(g, c->gradient_share, *buffer * c->momentum);
    g = c->nesterov ? fma_v(*buffer, c->momentum, g) : *buffer;
  }
  return fma_v(g, c->negative_rate, p);
}

static void k_sgd_step(float *parameter, const float *gradient, float *momentum_buffer, size_t n,
                       const graft_sgd *s) {
  const sgd_constants c = {
      .negative_rate = all((float)-s->learning_rate),
      .momentum = all((float)s->momentum),
      .gradient_share = all((float)(1 - s->dampening)),
      .decay = all((float)s->decay),
      .has_decay = s->decay != 0,
      .has_momentum = s->momentum != 0,
      .nesterov = s->nesterov,
      .first = s->first,
  };
  vf buffer = all(0);
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    if (c.has_momentum) buffer = load(momentum_buffer + i);
    store(parameter + i, sgd_vector(&c, load(parameter + i), load(gradient + i), &buffer));
    if (c.has_momentum) store(momentum_buffer + i, buffer);
  }
  if (i < n) {
    const size_t rest = n - i;
    if (c.has_momentum) buffer = load_part(momentum_buffer + i, rest, 0);
    const vf p = sgd_vector(&c, load_part(parameter + i, rest, 0), load_part(gradient + i, rest, 0), &buffer);
    store_part(parameter + i, p, rest);
    if (c.has_momentum) store_part(momentum_buffer + i, buffer, rest);
  }
}

typedef struct {
  vf negative_rate, smoothing, smoothing_rest, epsilon, momentum, decay;
  int has_decay, centered, has_momentum, lerp_from_gradient;
} rmsprop_constants;

typedef struct {
  vf square_average, gradient_average, momentum;
} rmsprop_rows;

INLINE vf rmsprop_vector(const rmsprop_constants *c, vf p, vf g, rmsprop_rows *row) {
  if (c->has_decay) g = fma_v(p, c->decay, g);
  row->square_average = row->square_average * c->smoothing + c->smoothing_rest * g * g;
  vf variance = row->square_average;
  if (c->centered) {
    const vf difference = g - row->gradient_average;
    row->gradient_average = c->lerp_from_gradient
                                ? fma_v(c->smoothing_rest - 1, difference, g)
                                : fma_v(c->smoothing_rest, difference, row->gradient_average);
    variance -= row->gradient_average * row->gradient_average;
  }
  const vf denominator = sqrt_v(variance) + c->epsilon;
  if (!c->has_momentum) return p + c->negative_rate * g / denominator;
  row->momentum = row->momentum * c->momentum + g / denominator;
  return fma_v(row->momentum, c->negative_rate, p);
}

static void k_rmsprop_step(float *parameter, const float *gradient, float *square_average,
                           float *gradient_average, float *momentum_buffer, size_t n, const graft_rmsprop *s) {
  const float smoothing_rest = (float)(1 - s->smoothing);
  const rmsprop_constants c = {
      .negative_rate = all((float)-s->learning_rate),
      .smoothing = all((float)s->smoothing),
      .smoothing_rest = all(smoothing_rest),
      .epsilon = all((float)s->epsilon),
      .momentum = all((float)s->momentum),
      .decay = all((float)s->decay),
      .has_decay = s->decay != 0,
      .centered = gradient_average != NULL,
      .has_momentum = s->momentum != 0,
      .lerp_from_gradient = !(fabsf(smoothing_rest) < 0.5f),
  };
  rmsprop_rows row = {all(0), all(0), all(0)};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    row.square_average = load(square_average + i);
    if (c.centered) row.gradient_average = load(gradient_average + i);
    if (c.has_momentum) row.momentum = load(momentum_buffer + i);
    store(parameter + i, rmsprop_vector(&c, load(parameter + i), load(gradient + i), &row));
    store(square_average + i, row.square_average);
    if (c.centered) store(gradient_average + i, row.gradient_average);
    if (c.has_momentum) store(momentum_buffer + i, row.momentum);
  }
  if (i < n) {
    const size_t rest = n - i;
    row.square_average = load_part(square_average + i, rest, 0);
    if (c.centered) row.gradient_average = load_part(gradient_average + i, rest, 0);
    if (c.has_momentum) row.momentum = load_part(momentum_buffer + i, rest, 0);
    const vf p = rmsprop_vector(&c, load_part(parameter + i, rest, 0), load_part(gradient + i, rest, 0), &row);
    store_part(parameter + i, p, rest);
    store_part(square_average + i, row.square_average, rest);
    if (c.centered) store_part(gradient_average + i, row.gradient_average, rest);
    if (c.has_momentum) store_part(momentum_buffer + i, row.momentum, rest);
  }
}

typedef struct {
  vf negative_rate, beta1, beta1_rest, beta2, beta2_rest, decay;
} lion_constants;

// 1, -1, or the number itself where it is zero or NaN.
INLINE vf sign_v(vf a) { return select_v(a > 0, all(1), select_v(a < 0, all(-1), a)); }

INLINE vf lion_vector(const lion_constants *c, vf p, vf g, vf *momentum) {
  const vf direction = sign_v(c->beta1 * *momentum + c->beta1_rest * g);
  *momentum = c->beta2 * *momentum + c->beta2_rest * g;
  return fma_v(fma_v(p, c->decay, direction), c->negative_rate, p);
}

static void k_lion_step(float *parameter, const float *gradient, float *momentum, size_t n,
                        const graft_lion *s) {
  const lion_constants c = {
      .negative_rate = all((float)-s->learning_rate),
      .beta1 = all((float)s->beta1),
      .beta1_rest = all((float)(1 - s->beta1)),
      .beta2 = all((float)s->beta2),
      .beta2_rest = all((float)(1 - s->beta2)),
      .decay = all((float)s->decay),
  };
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    vf m = load(momentum + i);
    store(parameter + i, lion_vector(&c, load(parameter + i), load(gradient + i), &m));
    store(momentum + i, m);
  }
  if (i < n) {
    const size_t rest = n - i;
    vf m = load_part(momentum + i, rest, 0);
    const vf p = lion_vector(&c, load_part(parameter + i, rest, 0), load_part(gradient + i, rest, 0), &m);
    store_part(parameter + i, p, rest);
    store_part(momentum + i, m, rest);
  }
}
