/// The sizes of one convolution, checked against each other.
public struct ConvolutionPlan: Sendable, Hashable {
  /// Images, and the channels, rows and columns of each.
  let batch: Int, channels: Int, height: Int, width: Int

  /// Channels, rows and columns of each output image.
  let outputs: Int, outputHeight: Int, outputWidth: Int

  /// Rows and columns of the window.
  let kernelHeight: Int, kernelWidth: Int

  /// How the window moves.
  public let geometry: Convolution2D

  /// Plans the convolution of an input `[n, c, h, w]` with a weight `[o, c / groups, kh, kw]`.
  ///
  /// Traps with the operation's name and both shapes if they do not fit, or if the window does not fit into the
  /// padded image.
  init(input: Shape, weight: Shape, _ geometry: Convolution2D, operation: StaticString) {
    require(
      input.rank == 4 && weight.rank == 4,
      "\(operation): input \(input) has to be [n, c, h, w] and weight \(weight) [o, c / groups, kh, kw]")
    require(
      input[1] == weight[1] * geometry.groups && weight[0] % geometry.groups == 0,
      "\(operation): the channels of input \(input) and weight \(weight) do not fit together in "
        + "\(geometry.groups) groups")
    (batch, channels, height, width) = (input[0], input[1], input[2], input[3])
    (outputs, kernelHeight, kernelWidth) = (weight[0], weight[2], weight[3])
    self.geometry = geometry
    let rows = Self.positions(
      height, kernelHeight, geometry.stride.height, geometry.padding.height, geometry.dilation.height)
    let columns = Self.positions(
      width, kernelWidth, geometry.stride.width, geometry.padding.width, geometry.dilation.width)
    require(
      rows > 0 && columns > 0,
      "\(operation): the window of weight \(weight), dilation \(geometry.dilation), does not fit into input "
        + "\(input) with padding \(geometry.padding)")
    (outputHeight, outputWidth) = (rows, columns)
  }

  /// ⌊(length + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, or 0 if there is no such window.
  private static func positions(
    _ length: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int
  ) -> Int {
    let room = length + 2 * padding - dilation * (kernel - 1) - 1
    return kernel < 1 || room < 0 ? 0 : room / stride + 1
  }

  /// `[n, c, h, w]`.
  public var inputShape: Shape { [batch, channels, height, width] }

  /// `[o, c / groups, kh, kw]`.
  public var weightShape: Shape { [outputs, channels / geometry.groups, kernelHeight, kernelWidth] }

  /// `[n, o, oh, ow]`.
  public var outputShape: Shape { [batch, outputs, outputHeight, outputWidth] }
}
