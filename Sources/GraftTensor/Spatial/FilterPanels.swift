import CGraftKernels

/// The filters of a product, packed into panels: for each group, for each block of channels, all filters.
struct FilterPanels {
  /// The channels that are summed over together.
  let blocks: [Range<Int>]
  private let memory: Storage<Float>
  private let tapCount: Int
  private let paddedOutputs: Int
  private let groupStride: Int

  init(_ product: WindowProduct, _ filters: UnsafePointer<Float>, _ table: UnsafePointer<graft_kernel_table>)
  {
    let mr = table.pointee.mr
    let layout = product.filters
    let channels = product.source.channels
    tapCount = product.tapCount
    blocks = product.channelBlocks(depth: product.blocking.depth)
    paddedOutputs = (layout.outputs + mr - 1) / mr * mr
    groupStride = paddedOutputs * channels * tapCount
    memory = Storage<Float>(count: groupStride * product.groups)
    let taps = product.rows.taps.flatMap { row in
      product.columns.taps.map { row.index * layout.kernelWidth + $0.index }
    }
    // Where taps and channels follow each other in memory, filters are rows of a matrix.
    let isMatrix = layout.channelStride == taps.count && taps == Array(0..<taps.count)
    let panels = paddedOutputs / mr
    let grain = max(1, (1 << 14) / max(1, groupStride / panels))
    parallelFor(panels * product.groups, grain: grain) { range in
      for index in range {
        let (group, panel) = index.quotientAndRemainder(dividingBy: panels)
        let count = min(mr, layout.outputs - panel * mr)
        for block in blocks {
          let source =
            filters + group * layout.groupStride + panel * mr * layout.outputStride
            + block.lowerBound * layout.channelStride
          let target = start(group: group, block: block) + panel * mr * block.count * tapCount
          if isMatrix {
            table.pointee.pack_a(source, layout.outputStride, 1, count, block.count * tapCount, target)
          } else {
            table.pointee.pack_filters(
              source, layout.outputStride, layout.channelStride, taps, tapCount, count, block.count, target)
          }
        }
      }
    }
  }

  /// The panels of a block of channels.
  func panels(group: Int, block: Range<Int>) -> UnsafePointer<Float> {
    UnsafePointer(start(group: group, block: block))
  }

  private func start(group: Int, block: Range<Int>) -> UnsafeMutablePointer<Float> {
    memory.pointer + group * groupStride + paddedOutputs * block.lowerBound * tapCount
  }
}

extension WindowProduct {
  /// The channels in blocks of nearly equal size with at most `depth` taps each, but at least one channel.
  func channelBlocks(depth: Int) -> [Range<Int>] {
    let most = max(1, depth / max(1, tapCount))
    let channels = source.channels
    let count = max(1, (channels + most - 1) / most)
    return (0..<count).map { (channels * $0 / count)..<(channels * ($0 + 1) / count) }
  }
}
