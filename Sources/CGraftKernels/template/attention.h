// The rows of attention: what happens to a tile of scores between the two matrix products. Dao, Fu, Ermon, Rudra, Ré:
// FlashAttention (2022); Rabe, Staats: Self-attention Does Not Need O(n²) Memory (2021).

// A pair of 32-bit words as the upper and lower half of the product of two.
typedef uint32_t vu __attribute__((vector_size(4 * LANES)));
typedef uint64_t vu_wide __attribute__((vector_size(4 * LANES)));

INLINE void multiply_words(vu x, uint32_t factor, vu *high, vu *low) {
  const vu_wide even = ((vu_wide)x & 0xffffffffu) * factor, odd = ((vu_wide)x >> 32) * factor;
  *high = (vu)((even >> 32) | (odd & 0xffffffff00000000u));
  *low = (vu)((even & 0xffffffffu) | (odd << 32));
}

// The factors of dropout for row i: 0, or 1 / (1 - probability). 128 keys take 16 blocks of the random sequence, two keys
// a word: key j has the lower (j < 64) or upper half of word j / 16 % 4 of block j % 16.
INLINE void dropout_row(const graft_attention_tile *tile, size_t i, size_t keys, float *factors) {
  const vf factor = all(tile->factor);
  for (size_t first = 0; first < keys; first += 128) {
    const uint64_t start = tile->block + i * tile->row_blocks + first / 8;
    UNROLLED for (size_t b = 0; b < 16; b += LANES) {
      vu c0, c1, c2, c3;
      for (int l = 0; l < LANES; l++) {
        c0[l] = (uint32_t)(start + b + (size_t)l);
        c1[l] = (uint32_t)((start + b + (size_t)l) >> 32);
        c2[l] = (uint32_t)tile->stream;
        c3[l] = (uint32_t)(tile->stream >> 32);
      }
      uint32_t k0 = (uint32_t)tile->seed, k1 = (uint32_t)(tile->seed >> 32);
      UNROLLED for (int round = 0; round < 10; round++) {
        vu high0, low0, high2, low2;
        multiply_words(c0, 0xD2511F53u, &high0, &low0);
        multiply_words(c2, 0xCD9E8D57u, &high2, &low2);
        c0 = high2 ^ c1 ^ k0;
        c1 = low2;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
      }
      const vu words[4] = {c0, c1, c2, c3};
      float *out = factors + first + b;
      UNROLLED for (int w = 0; w < 4; w++) {
        const vi low = (vi)(words[w] & 0xffffu), high = (vi)(words[w] >> 16);
        store(out + w * 16, (vf)((vi)factor & ~(low < (int32_t)tile->dropped)));
        store(out + 64 + w * 16, (vf)((vi)factor & ~(high < (int32_t)tile->dropped)));
      }
    }
  }
}

// How many of the tile's keys row i sees.
INLINE size_t visible_keys(const graft_attention_tile *tile, size_t i) {
  if (!tile->causal) return tile->keys;
  const ptrdiff_t limit = tile->diagonal + (ptrdiff_t)i + 1;
  return limit <= 0 ? 0 : (size_t)limit < tile->keys ? (size_t)limit : tile->keys;
}

// Ones in the lanes of places j, j + 1, … that lie below n.
INLINE vi below(size_t j, size_t n) {
  vi places;
  UNROLLED for (int i = 0; i < LANES; i++) places[i] = (int32_t)j + i;
  return places < (int32_t)n;
}

INLINE vf score_at(const graft_attention_tile *tile, const float *row, size_t j, const int biased) {
  const vf score = load(row + j);
  return biased ? fma_v(score, all(tile->scale), load(tile->key_bias + j)) : score * all(tile->scale);
}

INLINE void weights_of_row(const graft_attention_tile *tile, size_t i, float *row, float *maximum, float *total,
                           float *correction, const int biased, const int dropping) {
  float factors[GRAFT_ATTENTION_KEYS];
  const size_t n = visible_keys(tile, i), whole = n / LANES * LANES;
  // A NaN is passed over here; its own weight will be NaN, and the total with it.
  vf greatest = all(*maximum);
  for (size_t j = 0; j < whole; j += LANES) {
    const vf score = score_at(tile, row, j, biased);
    greatest = select_v(score > greatest, score, greatest);
  }
  if (whole < n) {
    const vf score = score_at(tile, row, whole, biased);
    greatest = select_v(below(whole, n) & (score > greatest), score, greatest);
  }
  float lanes[LANES], top = *maximum;
  store(lanes, greatest);
  for (int l = 0; l < LANES; l++) top = lanes[l] > top ? lanes[l] : top;
  const vf shift = all(top == -INFINITY ? 0 : top);

  if (dropping) dropout_row(tile, i, n, factors);
  vf sum = all(0);
  size_t j = 0;
  for (; j < whole; j += LANES) {
    const vf e = exp_of_negative_v(score_at(tile, row, j, biased) - shift);
    sum += e;
    store(row + j, dropping ? e * load(factors + j) : e);
  }
  if (j < n) {
    const vf score = score_at(tile, row, j, biased) - shift;
    const vf e = select_v(below(j, n), exp_of_negative_v(score), all(0));
    sum += e;
    store(row + j, dropping ? select_v(below(j, n), e * load(factors + j), all(0)) : e);
    j += LANES;
  }
  for (; j < tile->stride; j += LANES) store(row + j, all(0));
  *correction = *maximum == -INFINITY ? 0 : expf(*maximum - top);
  *total = *total * *correction + sum_lanes(sum);
  *maximum = top;
}

static void attention_weights(const graft_attention_tile *tile, float *scores, float *maximum, float *total,
                              float *correction) {
  for (size_t i = 0; i < tile->rows; i++) {
    float *row = scores + i * tile->stride;
    if (tile->key_bias) {
      if (tile->dropped) {
        weights_of_row(tile, i, row, maximum + i, total + i, correction + i, 1, 1);
      } else {
        weights_of_row(tile, i, row, maximum + i, total + i, correction + i, 1, 0);
      }
    } else if (tile->dropped) {
      weights_of_row(tile, i, row, maximum + i, total + i, correction + i, 0, 1);
    } else {
      weights_of_row(tile, i, row, maximum + i, total + i, correction + i, 0, 0);
    }
  }
}

INLINE void gradients_of_row(const graft_attention_tile *tile, size_t i, float *row, float *gradient, float log_sum,
                             float mean, const int biased, const int dropping) {
  float factors[GRAFT_ATTENTION_KEYS];
  const size_t n = visible_keys(tile, i);
  const vf shift = all(log_sum), center = all(mean), scale = all(tile->scale);
  if (dropping) dropout_row(tile, i, n, factors);
  size_t j = 0;
  for (; j < n; j += LANES) {
    vf weight = exp_of_negative_v(score_at(tile, row, j, biased) - shift), g = load(gradient + j), kept = weight;
    if (dropping) {
      const vf factor = load(factors + j);
      g *= factor;
      kept *= factor;
    }
    vf change = weight * (g - center) * scale;
    if (n - j < LANES) {
      kept = select_v(below(j, n), kept, all(0));
      change = select_v(below(j, n), change, all(0));
    }
    store(row + j, kept);
    store(gradient + j, change);
  }
  for (; j < tile->stride; j += LANES) {
    store(row + j, all(0));
    store(gradient + j, all(0));
  }
}

static void attention_gradients(const graft_attention_tile *tile, float *scores, float *gradients,
                                const float *log_sum, const float *mean) {
  for (size_t i = 0; i < tile->rows; i++) {
    float *row = scores + i * tile->stride, *gradient = gradients + i * tile->stride;
    if (tile->key_bias) {
      if (tile->dropped) {
        gradients_of_row(tile, i, row, gradient, log_sum[i], mean[i], 1, 1);
      } else {
        gradients_of_row(tile, i, row, gradient, log_sum[i], mean[i], 1, 0);
      }
    } else if (tile->dropped) {
      gradients_of_row(tile, i, row, gradient, log_sum[i], mean[i], 0, 1);
    } else {
      gradients_of_row(tile, i, row, gradient, log_sum[i], mean[i], 0, 0);
    }
  }
}
