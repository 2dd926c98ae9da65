import CGraftKernels

/// Sums over windows of images as a matrix product: what a convolution and the gradient of its input both are.
///
///     target [m, p] = Σ over (c, tap) of filter [m, (c, tap)] · window [(c, tap), p]
///
/// with p the positions of the window in all images. The matrix of windows is never made: its panels are gathered
/// straight from the images, block by block, into memory that stays in the caches (Chetlur et al., *cuDNN: Efficient
/// Primitives for Deep Learning*, 2014, call it an implicit matrix product).
struct WindowProduct {
  /// Images with their channels, one group's if there are several.
  let source: ImagePlanes
  let rows: WindowTaps
  let columns: WindowTaps
  let filters: FilterLayout
  /// Where the results go.
  let target: ImagePlanes
  /// How many groups of channels there are, each with filters, sources and targets of its own.
  let groups: Int
  let blocking: WindowBlocking

  /// Positions of the window in an image.
  var positions: Int { rows.positions * columns.positions }

  /// Taps of a window, in both directions.
  var tapCount: Int { rows.taps.count * columns.taps.count }
}

/// Images in memory: `count` images of `channels` planes, height × width.
struct ImagePlanes {
  let count: Int, channels: Int, height: Int, width: Int
  /// Elements from an image to the next, and from a group of channels to the next.
  let imageStride: Int, groupStride: Int

  var plane: Int { height * width }
}

/// Where the elements of filters lie: (m, channel, i, j) at
/// `m * outputStride + channel * channelStride + i * kernelWidth + j`, and a group's `groupStride` on.
struct FilterLayout {
  let outputs: Int
  let outputStride: Int, channelStride: Int, kernelWidth: Int, groupStride: Int
}

/// How the sums are cut up.
struct WindowBlocking: Hashable {
  /// The most of the shared side, channels times taps, in use at a time. A panel of windows, 288 × nr floats, is then 18 KiB
  /// (AVX2) or 36 KiB (AVX-512) and stays in the first-level cache while the panels of filters pass by it. 288 = 9 · 32 divides
  /// the taps of most 3×3 convolutions.
  var depth = 288

  /// Rows of A whose panels are in use together: 64 × ``depth`` floats are 72 KiB, a small part of a second-level
  /// cache, which also has to hold the panel of B and what passes through.
  var rows = 64

  /// Positions that are gathered together: 256 × ``depth`` floats are 288 KiB, more than half a second-level cache, where they
  /// are used once for every few filters. Images with fewer positions are joined.
  var positions = 256

  /// Fewer units of work than this are divided further, so that threads have something to share.
  var units = 8

  /// ``rows`` in whole panels.
  func rowBlock(_ table: UnsafePointer<graft_kernel_table>) -> Int {
    max(1, rows / table.pointee.mr) * table.pointee.mr
  }
}

extension WindowProduct {
  /// The products that make up a convolution: one.
  static func convolution(_ plan: ConvolutionPlan, _ blocking: WindowBlocking) -> WindowProduct {
    let geometry = plan.geometry
    return WindowProduct(
      source: plan.inputPlanes,
      rows: .forward(
        kernel: plan.kernelHeight, stride: geometry.stride.height, padding: geometry.padding.height,
        dilation: geometry.dilation.height, positions: plan.outputHeight),
      columns: .forward(
        kernel: plan.kernelWidth, stride: geometry.stride.width, padding: geometry.padding.width,
        dilation: geometry.dilation.width, positions: plan.outputWidth),
      filters: FilterLayout(
        outputs: plan.groupOutputs, outputStride: plan.filterSize, channelStride: plan.windowSize,
        kernelWidth: plan.kernelWidth, groupStride: plan.groupOutputs * plan.filterSize),
      target: plan.outputPlanes, groups: geometry.groups, blocking: blocking)
  }

  /// The products that make up the gradient of a convolution's input: one for each residue of rows and columns
  /// modulo the stride.
  static func inputGradient(_ plan: ConvolutionPlan, _ blocking: WindowBlocking) -> [WindowProduct] {
    let geometry = plan.geometry
    let rows = WindowTaps.backward(
      kernel: plan.kernelHeight, stride: geometry.stride.height, padding: geometry.padding.height,
      dilation: geometry.dilation.height, length: plan.height)
    let columns = WindowTaps.backward(
      kernel: plan.kernelWidth, stride: geometry.stride.width, padding: geometry.padding.width,
      dilation: geometry.dilation.width, length: plan.width)
    let filters = FilterLayout(
      outputs: plan.channels / geometry.groups, outputStride: plan.windowSize,
      channelStride: plan.filterSize, kernelWidth: plan.kernelWidth,
      groupStride: plan.groupOutputs * plan.filterSize)
    return rows.flatMap { rows in
      columns.map { columns in
        WindowProduct(
          source: plan.outputPlanes, rows: rows, columns: columns, filters: filters, target: plan.inputPlanes,
          groups: geometry.groups, blocking: blocking)
      }
    }
  }
}

extension ConvolutionPlan {
  /// Output channels of a group.
  var groupOutputs: Int { outputs / geometry.groups }

  /// Elements of a window in one channel.
  var windowSize: Int { kernelHeight * kernelWidth }

  /// Elements of a filter.
  var filterSize: Int { channels / geometry.groups * windowSize }

  /// The input's planes, of one group.
  var inputPlanes: ImagePlanes {
    let channels = channels / geometry.groups
    return ImagePlanes(
      count: batch, channels: channels, height: height, width: width,
      imageStride: channels * geometry.groups * height * width, groupStride: channels * height * width)
  }

  /// The output's planes, of one group.
  var outputPlanes: ImagePlanes {
    ImagePlanes(
      count: batch, channels: groupOutputs, height: outputHeight, width: outputWidth,
      imageStride: outputs * outputHeight * outputWidth,
      groupStride: groupOutputs * outputHeight * outputWidth)
  }
}
