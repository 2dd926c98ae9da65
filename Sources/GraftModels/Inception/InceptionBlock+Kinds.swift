import GraftTensor

// The five kinds of block, as figures 5 to 10 of the paper draw them. Numbers are output channels, then height and width of the kernel.
extension InceptionBlock {
  /// For 35×35 positions: 1×1, 5×5, two of 3×3, and a pooled branch of `pooled` channels. The size stays.
  static func mixed5(
    _ inputs: Int, pooled: Int, divisor: Int, using generator: inout RandomGenerator
  ) -> InceptionBlock {
    InceptionBlock(
      inputs,
      [
        [.unit("branch1x1", 64)],
        [.unit("branch5x5_1", 48), .unit("branch5x5_2", 64, 5, 5)],
        [.unit("branch3x3dbl_1", 64), .unit("branch3x3dbl_2", 96, 3, 3), .unit("branch3x3dbl_3", 96, 3, 3)],
        [.averagePool, .unit("branch_pool", pooled)],
      ], divisor: divisor, using: &generator)
  }

  /// From 35×35 to 17×17 positions.
  static func mixed6a(
    _ inputs: Int, divisor: Int, using generator: inout RandomGenerator
  ) -> InceptionBlock {
    InceptionBlock(
      inputs,
      [
        [.unit("branch3x3", 384, 3, 3, stride: 2)],
        [
          .unit("branch3x3dbl_1", 64), .unit("branch3x3dbl_2", 96, 3, 3),
          .unit("branch3x3dbl_3", 96, 3, 3, stride: 2),
        ],
        [.maxPool],
      ], divisor: divisor, using: &generator)
  }

  /// For 17×17 positions: 7×7 as 1×7 and 7×1, with `inner` channels between them. The size stays.
  static func mixed6(
    _ inputs: Int, inner: Int, divisor: Int, using generator: inout RandomGenerator
  ) -> InceptionBlock {
    InceptionBlock(
      inputs,
      [
        [.unit("branch1x1", 192)],
        [.unit("branch7x7_1", inner), .unit("branch7x7_2", inner, 1, 7), .unit("branch7x7_3", 192, 7, 1)],
        [
          .unit("branch7x7dbl_1", inner), .unit("branch7x7dbl_2", inner, 7, 1),
          .unit("branch7x7dbl_3", inner, 1, 7), .unit("branch7x7dbl_4", inner, 7, 1),
          .unit("branch7x7dbl_5", 192, 1, 7),
        ],
        [.averagePool, .unit("branch_pool", 192)],
      ], divisor: divisor, using: &generator)
  }

  /// From 17×17 to 8×8 positions.
  static func mixed7a(
    _ inputs: Int, divisor: Int, using generator: inout RandomGenerator
  ) -> InceptionBlock {
    InceptionBlock(
      inputs,
      [
        [.unit("branch3x3_1", 192), .unit("branch3x3_2", 320, 3, 3, stride: 2)],
        [
          .unit("branch7x7x3_1", 192), .unit("branch7x7x3_2", 192, 1, 7), .unit("branch7x7x3_3", 192, 7, 1),
          .unit("branch7x7x3_4", 192, 3, 3, stride: 2),
        ],
        [.maxPool],
      ], divisor: divisor, using: &generator)
  }

  /// For 8×8 positions: branches that end in 1×3 and 3×1 side by side. The size stays.
  static func mixed7(
    _ inputs: Int, divisor: Int, using generator: inout RandomGenerator
  ) -> InceptionBlock {
    InceptionBlock(
      inputs,
      [
        [.unit("branch1x1", 320)],
        [.unit("branch3x3_1", 384), .fork("branch3x3_2a", "branch3x3_2b", 384)],
        [
          .unit("branch3x3dbl_1", 448), .unit("branch3x3dbl_2", 384, 3, 3),
          .fork("branch3x3dbl_3a", "branch3x3dbl_3b", 384),
        ],
        [.averagePool, .unit("branch_pool", 192)],
      ], divisor: divisor, using: &generator)
  }
}
