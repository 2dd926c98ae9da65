// Dropout: the words of Philox4x32-10 (random.c has the plain form, and the same words), compared and used on the spot.

typedef uint64_t vq __attribute__((vector_size(4 * LANES)));
typedef uint32_t vu __attribute__((vector_size(4 * LANES)));

enum { BLOCKS_AT_ONCE = LANES / 2 };  // a block of four words to each lane of 64 bits, so that a product has room

// The words of consecutive blocks, in order. Of a lane's 64 bits only the lower half counts between the rounds.
INLINE void philox_v(vq block, uint64_t stream, uint64_t seed, vu words[2]) {
  const uint64_t low = 0xffffffff;
  vq c0 = block, c1 = block >> 32, c2 = (vq){0} + stream, c3 = (vq){0} + (stream >> 32);
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  UNROLLED for (int round = 0; round < 10; round++) {
    const vq a = (c0 & low) * 0xD2511F53u, b = (c2 & low) * 0xCD9E8D57u;
    c0 = (b >> 32) ^ c1 ^ k0;
    c1 = b;
    c2 = (a >> 32) ^ c3 ^ k1;
    c3 = a;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  // A block's four words become neighbours.
  const vq first = (c0 & low) | c1 << 32, second = (c2 & low) | c3 << 32;
#if LANES == 16
  words[0] = (vu)__builtin_shufflevector(first, second, 0, 8, 1, 9, 2, 10, 3, 11);
  words[1] = (vu)__builtin_shufflevector(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
#elif LANES == 8
  words[0] = (vu)__builtin_shufflevector(first, second, 0, 4, 1, 5);
  words[1] = (vu)__builtin_shufflevector(first, second, 2, 6, 3, 7);
#else
  words[0] = (vu)__builtin_shufflevector(first, second, 0, 2);
  words[1] = (vu)__builtin_shufflevector(first, second, 1, 3);
#endif
}

static void k_dropout(graft_random_place place, float kept, const float *x, float *out, size_t n) {
  // As in graft_random_bernoulli: a word below the threshold keeps its element.
  const uint64_t threshold = (uint64_t)((double)kept * 0x1p32);
  const uint32_t last = (uint32_t)(threshold - (threshold > 0));
  const vf factor = all(threshold > 0 ? 1 / kept : 0);
  vq block;
  for (int i = 0; i < BLOCKS_AT_ONCE; i++) block[i] = place.block + (uint64_t)i;
  for (size_t i = 0; i < n; i += 2 * LANES, block += BLOCKS_AT_ONCE) {
    vu words[2];
    philox_v(block, place.stream, place.seed, words);
    UNROLLED for (int v = 0; v < 2; v++) {
      const vf scale = (vf)((vi)(words[v] <= last) & (vi)factor);
      const size_t j = i + (size_t)v * LANES;
      if (j + LANES <= n) {
        store(out + j, load(x + j) * scale);
      } else if (j < n) {
        store_part(out + j, load_part(x + j, n - j, 0) * scale, n - j);
      }
    }
  }
}
