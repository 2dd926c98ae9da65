import GraftTensor

/// What random numbers are for, so that a seed's uses don't meet.
enum RandomPurpose: UInt64 {
  case shuffle = 0x7368_7566_666c_6531
  case shuffleBuffer = 0x7368_7566_5f62_7531
  case augmentation = 0x6175_676d_656e_7431
  case split = 0x7370_6c69_745f_5f31
}

extension RandomGenerator {
  /// The generator for one use of a seed: independent of those for other purposes, epochs, samples and visits to a
  /// sample in an epoch, and the same whatever was drawn before.
  init(seed: UInt64, for purpose: RandomPurpose, epoch: Int = 0, sample: Int = 0, visit: Int = 0) {
    // No run has 2³² epochs.
    let block = UInt64(epoch) | UInt64(visit) << 32
    let words = RandomGenerator.words(seed: seed, stream: purpose.rawValue, block: block)
    self.init(seed: UInt64(words.0) | UInt64(words.1) << 32, stream: UInt64(sample))
  }
}
