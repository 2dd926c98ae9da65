import GraftAutograd
import GraftNN
import GraftTensor

/// A second head on the middle of ``InceptionV3``, used in training only: it brings a gradient to the lower layers on a short way, and
/// regularises.
public final class InceptionAuxiliaryHead: Layer {
  private let reducing = AveragePool2D(5, stride: 3)
  /// 1×1, to 128 channels.
  public let conv0: InceptionUnit
  /// 5×5, to 768 channels; from 17×17 positions one is left.
  public let conv1: InceptionUnit
  private let pooling = GlobalAveragePool2D()
  /// The last layer: `Linear(768, classes)` unless it was replaced.
  public internal(set) var fc: any Layer
  /// The length of the last layer's input.
  let featureCount: Int

  init(_ inputs: Int, classes: Int, divisor: Int, using generator: inout RandomGenerator) {
    featureCount = 768 / divisor
    conv0 = InceptionUnit(inputs, 128 / divisor, using: &generator)
    conv1 = InceptionUnit(
      128 / divisor, featureCount, kernel: (5, 5), standardDeviation: 0.01, using: &generator)
    fc = Linear(featureCount, classes, using: &generator)
  }

  /// `[n, classes]` from `[n, 768, height, width]`. Traps if height or width is below 17.
  public func forward(_ input: Variable) -> Variable {
    require(
      input.shape.rank == 4 && input.shape[2] >= 17 && input.shape[3] >= 17,
      "InceptionAuxiliaryHead: an input of shape \(input.shape) is smaller than 17×17, what an image of 299×299 gives"
    )
    return fc(pooling(conv1(conv0(reducing(input)))))
  }
}
