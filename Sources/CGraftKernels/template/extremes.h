// Where the greatest and the least elements are. Of equal ones the first counts, of NaN the first NaN.

// In a row of at least one element. Only the block that has it is searched, while it is in the first-level cache.
INLINE size_t place_of_extreme(const int sign, const float *x, size_t n) {
  float best = x[0];
  size_t place = 0;
  for (size_t start = 0; start < n && best == best; start += SUM_BLOCK) {
    const float value = extreme(sign, x + start, n - start < SUM_BLOCK ? n - start : SUM_BLOCK);
    if (value != value || (sign > 0 ? value > best : value < best)) {
      best = value;
      place = start;
    }
  }
  if (best == best) {
    while (x[place] != best) place++;
  } else {
    while (x[place] == x[place]) place++;
  }
  return place;
}

static size_t k_argmax(const float *x, size_t n) { return place_of_extreme(1, x, n); }
static size_t k_argmin(const float *x, size_t n) { return place_of_extreme(-1, x, n); }

// Of columns, a row at a time.
INLINE void extreme_step_v(const int sign, vf value, int32_t place, vf *best, vi *places) {
  const vi better = (sign > 0 ? value > *best : value < *best) | ((value != value) & (*best == *best));
  *best = select_v(better, value, *best);
  *places = (better & place) | (~better & *places);
}

INLINE void extreme_step(const int sign, const float *x, int32_t place, float *best, int32_t *places, size_t n) {
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    vf b = load(best + i);
    vi p = (vi)load((const float *)places + i);
    extreme_step_v(sign, load(x + i), place, &b, &p);
    store(best + i, b);
    store((float *)places + i, (vf)p);
  }
  for (; i < n; i++) {
    const int better = (sign > 0 ? x[i] > best[i] : x[i] < best[i]) || (x[i] != x[i] && best[i] == best[i]);
    if (better) {
      best[i] = x[i];
      places[i] = place;
    }
  }
}

static void k_argmax_step(const float *x, int32_t place, float *best, int32_t *places, size_t n) {
  extreme_step(1, x, place, best, places, n);
}
static void k_argmin_step(const float *x, int32_t place, float *best, int32_t *places, size_t n) {
  extreme_step(-1, x, place, best, places, n);
}
