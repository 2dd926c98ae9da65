import GraftAutograd
import GraftNN
import GraftTensor

extension Conv2D {
  /// A convolution whose weights are Kaiming-normal by fan out, as most published networks of images start, and whose bias, if
  /// it has one, is 0.
  convenience init(
    kaiming inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1,
    bias: Bool = false, using generator: inout RandomGenerator
  ) {
    let shape: Shape = [outputs, inputs / groups, kernel, kernel]
    self.init(
      weight: .kaimingNormal(shape, fan: .outputs, using: &generator), bias: bias ? .zeros([outputs]) : nil,
      geometry: Convolution2D(stride: (stride, stride), padding: (padding, padding), groups: groups))
  }
}
