// One step of a recurrent layer for one text: gates side by side, each of n elements, then what follows from them.

// A vector, or what is left of a row.
INLINE vf load_some(const float *p, size_t count) { return count == LANES ? load(p) : load_part(p, count, 0); }
INLINE void store_some(float *p, vf v, size_t count) {
  if (count == LANES) {
    store(p, v);
  } else {
    store_part(p, v, count);
  }
}
INLINE size_t some(size_t i, size_t n) { return n - i < LANES ? n - i : LANES; }

static void k_lstm_step(float *gates, const float *cell, float *next_cell, float *hidden, size_t n) {
  for (size_t i = 0; i < n; i += LANES) {
    const size_t count = some(i, n);
    float *at = gates + i;
    const vf input = sigmoid_v(load_some(at, count)), forget = sigmoid_v(load_some(at + n, count));
    const vf candidate = tanh_v(load_some(at + 2 * n, count)), output = sigmoid_v(load_some(at + 3 * n, count));
    const vf next = fma_v(forget, load_some(cell + i, count), input * candidate);
    store_some(at, input, count);
    store_some(at + n, forget, count);
    store_some(at + 2 * n, candidate, count);
    store_some(at + 3 * n, output, count);
    store_some(next_cell + i, next, count);
    store_some(hidden + i, output * tanh_v(next), count);
  }
}

static void k_lstm_step_backward(const float *gates, const float *cell, const float *next_cell, const float *g,
                                 float *cell_gradient, float *out, size_t n) {
  for (size_t i = 0; i < n; i += LANES) {
    const size_t count = some(i, n);
    const float *at = gates + i;
    const vf input = load_some(at, count), forget = load_some(at + n, count);
    const vf candidate = load_some(at + 2 * n, count), output = load_some(at + 3 * n, count);
    const vf squashed = tanh_v(load_some(next_cell + i, count)), gradient = load_some(g + i, count);
    const vf through = gradient * output * (1 - squashed * squashed) + load_some(cell_gradient + i, count);
    const vf before = load_some(cell + i, count);
    store_some(cell_gradient + i, through * forget, count);
    store_some(out + i, through * candidate * input * (1 - input), count);
    store_some(out + n + i, through * before * forget * (1 - forget), count);
    store_some(out + 2 * n + i, through * input * (1 - candidate * candidate), count);
    store_some(out + 3 * n + i, gradient * squashed * output * (1 - output), count);
  }
}

static void k_gru_step(float *gates, const float *recurrent, const float *hidden, float *next, float *fed,
                       size_t n) {
  for (size_t i = 0; i < n; i += LANES) {
    const size_t count = some(i, n);
    float *at = gates + i;
    const float *from = recurrent + i;
    const vf reset = sigmoid_v(load_some(at, count) + load_some(from, count));
    const vf update = sigmoid_v(load_some(at + n, count) + load_some(from + n, count));
    const vf from_hidden = load_some(from + 2 * n, count);
    const vf candidate = tanh_v(fma_v(reset, from_hidden, load_some(at + 2 * n, count)));
    store_some(fed + i, from_hidden, count);
    store_some(at, reset, count);
    store_some(at + n, update, count);
    store_some(at + 2 * n, candidate, count);
    store_some(next + i, fma_v(update, load_some(hidden + i, count) - candidate, candidate), count);
  }
}

static void k_gru_step_backward(const float *gates, const float *fed, const float *hidden, float *g, float *out,
                                float *recurrent_out, size_t n) {
  for (size_t i = 0; i < n; i += LANES) {
    const size_t count = some(i, n);
    const float *at = gates + i;
    const vf reset = load_some(at, count), update = load_some(at + n, count), candidate = load_some(at + 2 * n, count);
    const vf gradient = load_some(g + i, count), from_hidden = load_some(fed + i, count);
    const vf inner = gradient * (1 - update) * (1 - candidate * candidate);
    const vf of_update = gradient * (load_some(hidden + i, count) - candidate) * update * (1 - update);
    const vf of_reset = inner * from_hidden * reset * (1 - reset);
    store_some(g + i, gradient * update, count);
    store_some(out + i, of_reset, count);
    store_some(out + n + i, of_update, count);
    store_some(out + 2 * n + i, inner, count);
    store_some(recurrent_out + i, of_reset, count);
    store_some(recurrent_out + n + i, of_update, count);
    store_some(recurrent_out + 2 * n + i, inner * reset, count);
  }
}
