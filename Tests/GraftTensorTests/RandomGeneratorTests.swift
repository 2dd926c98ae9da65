import Testing

@testable import GraftTensor

@Suite struct RandomGeneratorTests {
  /// The known answers published with Random123 (`kat_vectors`).
  @Test func computesPublishedBlocks() {
    let zeros = RandomGenerator.words(seed: 0, stream: 0, block: 0)
    #expect(zeros == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = RandomGenerator.words(seed: .max, stream: .max, block: .max)
    #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = RandomGenerator.words(
      seed: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e, block: 0x85a3_08d3_243f_6a88)
    #expect(pi == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }
}
