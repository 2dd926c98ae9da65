// What a convolution needs beside the matrix-multiply tile: windows of an image gathered into rows, and filters packed
// into panels.

// Gathers `rows` rows: row r is made of `pieces` runs of LANES elements, of which run i comes from
// source + row_offsets[r] + run[i].from and goes to out + r * out_stride + run[i].to. Runs are copied in order, so one may
// overwrite what the run before it wrote too far; the last one may reach into the row after it.
static void gather_windows(const float *source, const ptrdiff_t *row_offsets, size_t rows, const graft_run *run,
                           size_t pieces, float *out, size_t out_stride) {
  if (pieces == 2) {
    const ptrdiff_t from0 = run[0].from, from1 = run[1].from, to0 = run[0].to, to1 = run[1].to;
    for (size_t r = 0; r < rows; r++, out += out_stride) {
      const float *s = source + row_offsets[r];
      const vf first = load(s + from0), second = load(s + from1);
      store(out + to0, first);
      store(out + to1, second);
    }
    return;
  }
  for (size_t r = 0; r < rows; r++, out += out_stride) {
    const float *s = source + row_offsets[r];
    for (size_t i = 0; i < pieces; i++) store(out + run[i].to, load(s + run[i].from));
  }
}

// Packs filters into panels of A: element (lane, c, t) of the source is
// source[lane * lane_stride + c * channel_stride + taps[t]], place p = c * tap_count + t of lane's panel.
static void pack_filters(const float *source, ptrdiff_t lane_stride, ptrdiff_t channel_stride,
                         const ptrdiff_t *taps, size_t tap_count, size_t lanes, size_t channels, float *out) {
  for (size_t lane = 0; lane < lanes; lane += MR) {
    const size_t count = lanes - lane < MR ? lanes - lane : MR;
    const float *first = source + (ptrdiff_t)lane * lane_stride;
    for (size_t c = 0; c < channels; c++) {
      for (size_t t = 0; t < tap_count; t++, out += MR) {
        const float *s = first + (ptrdiff_t)c * channel_stride + taps[t];
        for (size_t i = 0; i < count; i++) out[i] = s[(ptrdiff_t)i * lane_stride];
        for (size_t i = count; i < MR; i++) out[i] = 0;
      }
    }
  }
}
