import CGraftKernels

/// A convolution in narrow groups of channels, above all a depthwise one, straight from the planes.
///
/// The product of matrices that other convolutions are (``WindowProduct``) gathers each window once for all filters that meet it.
/// Here these are few, so that gathering would cost more than multiplying: strips of the planes are copied to where
/// they have their padding, and every tap is then a multiply-add of whole vectors of positions.
struct DirectConvolution {
  private var shape: graft_direct
  private let images: Int
  /// Where the filters' elements lie: from group to group, output to output, channel to channel of the sum.
  private let filterStrides: (group: Int, output: Int, channel: Int)
  private let isReversed: Bool

  /// The most channels and outputs that a group may have.
  static let widest = 32

  /// The convolution, or nothing if its groups are not narrow.
  init?(_ plan: ConvolutionPlan) {
    guard plan.isNarrow else { return nil }
    let geometry = plan.geometry
    images = plan.batch
    filterStrides = (plan.groupOutputs * plan.filterSize, plan.filterSize, plan.windowSize)
    isReversed = false
    shape = graft_direct(
      groups: geometry.groups, channels: plan.channels / geometry.groups, outputs: plan.groupOutputs,
      height: plan.height, width: plan.width, spread_height: 1, spread_width: 1,
      kernel_height: plan.kernelHeight, kernel_width: plan.kernelWidth,
      stride_height: geometry.stride.height, stride_width: geometry.stride.width,
      dilation_height: geometry.dilation.height, dilation_width: geometry.dilation.width,
      top: -geometry.padding.height, left: -geometry.padding.width, rows: plan.outputHeight,
      columns: plan.outputWidth)
  }

  /// The gradient of its input, or nothing if its groups are not narrow, or its windows so far apart that most products
  /// would be with zeros.
  ///
  /// Output y takes element i of its window from input u = y·stride + i·dilation − padding. So u receives from the outputs,
  /// `stride` apart with zeros in between, those at u + padding − i·dilation: windows of one step, from the last
  /// element to the first.
  init?(inputGradient plan: ConvolutionPlan) {
    let geometry = plan.geometry
    guard plan.isNarrow, geometry.stride.height * geometry.stride.width <= plan.mostSpread else { return nil }
    images = plan.batch
    filterStrides = (plan.groupOutputs * plan.filterSize, plan.windowSize, plan.filterSize)
    isReversed = true
    shape = graft_direct(
      groups: geometry.groups, channels: plan.groupOutputs, outputs: plan.channels / geometry.groups,
      height: plan.outputHeight, width: plan.outputWidth, spread_height: geometry.stride.height,
      spread_width: geometry.stride.width, kernel_height: plan.kernelHeight, kernel_width: plan.kernelWidth,
      stride_height: 1, stride_width: 1, dilation_height: geometry.dilation.height,
      dilation_width: geometry.dilation.width,
      top: geometry.padding.height - (plan.kernelHeight - 1) * geometry.dilation.height,
      left: geometry.padding.width - (plan.kernelWidth - 1) * geometry.dilation.width, rows: plan.height,
      columns: plan.width)
  }

  /// The sums, finished by `epilogue`.
  func convolve(
    source: UnsafePointer<Float>, filters: UnsafePointer<Float>, epilogue: ConvolutionEpilogue,
    into target: UnsafeMutablePointer<Float>
  ) {
    let table = Kernels.current
    let (panels, offsets) = (pack(filters), self.offsets)
    parallelFor(images * shape.groups, grain: grain) { units in
      withUnsafePointer(to: shape) { shape in
        withUnsafePointer(to: epilogue.kernelEpilogue) { epilogue in
          let scratch = Storage<Float>(count: graft_direct_scratch(shape, table.pointee.lanes))
          table.pointee.direct_convolution(
            shape, offsets, source, panels.pointer, epilogue, target, units.lowerBound, units.upperBound,
            scratch.pointer)
        }
      }
    }
  }

  /// The gradient of the filters, where this is a convolution; the images are added up in order.
  func filterGradient(
    source: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let table = Kernels.current
    let offsets = self.offsets
    parallelFor(shape.groups, grain: max(1, grain / max(1, images))) { groups in
      withUnsafePointer(to: shape) { shape in
        let lanes = table.pointee.lanes
        let scratch = Storage<Float>(count: graft_direct_scratch(shape, lanes))
        let sums = Storage<Float>(count: lanes * shape.pointee.outputs * offsets.count)
        table.pointee.direct_filter_gradient(
          shape, offsets, source, outputGradient, images, gradient, groups.lowerBound, groups.upperBound,
          scratch.pointer, sums.pointer)
      }
    }
  }

  /// Groups of one image that make a part: about 2¹⁸ multiply-adds, or as many elements as take as long.
  private var grain: Int {
    let positions = shape.rows * shape.columns * shape.outputs
    let work = positions * (taps + 16) + shape.height * shape.width * shape.channels * 4
    return max(1, (1 << 18) / max(1, work))
  }

  private var taps: Int { shape.channels * shape.kernel_height * shape.kernel_width }

  /// Where the taps lie in the strips.
  private var offsets: [Int] {
    withUnsafePointer(to: shape) { shape in
      Array(unsafeUninitializedCapacity: taps) { offsets, count in
        guard let start = offsets.baseAddress else { return }
        graft_direct_offsets(shape, start)
        count = taps
      }
    }
  }

  /// The filters as the kernels read them.
  private func pack(_ filters: UnsafePointer<Float>) -> Storage<Float> {
    let panels = Storage<Float>(count: shape.groups * shape.outputs * taps)
    parallelFor(shape.groups, grain: max(1, (1 << 14) / (shape.outputs * taps))) { groups in
      withUnsafePointer(to: shape) { shape in
        graft_direct_pack(
          shape, filters, filterStrides.group, filterStrides.output, filterStrides.channel,
          isReversed ? 1 : 0, groups.lowerBound, groups.upperBound, panels.pointer)
      }
    }
    return panels
  }
}

extension ConvolutionPlan {
  /// Whether few channels, and few outputs, make up a group.
  fileprivate var isNarrow: Bool {
    geometry.groups > 1 && groupOutputs <= DirectConvolution.widest
      && channels / geometry.groups <= DirectConvolution.widest && outputShape.elementCount > 0
      && outputs > 0 && channels > 0
  }

  /// The greatest product of strides for which zeros between outputs cost less than what else there is to do.
  fileprivate var mostSpread: Int { groupOutputs == 1 ? 4 : 1 }
}

extension ConvolutionEpilogue {
  /// The same for a kernel.
  fileprivate var kernelEpilogue: graft_channel_epilogue {
    graft_channel_epilogue(bias: bias, affines: affines, residual: residual, relu: rectifies ? 1 : 0)
  }
}
