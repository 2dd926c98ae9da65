// One step of an optimizer, fused over its rows. The order of operations and the places of rounding are
// PyTorch's (torch.optim.Adam, AdamW and SGD, one tensor at a time), so that runs can be compared closely.

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
