import CGraftKernels

extension WindowProduct {
  /// The gradient of the filters of a convolution, `[outputs, channels, taps]`:
  ///
  ///     gradient [o, (c, tap)] = Σ over p of window [(c, tap), p] · outputGradient [o, p]
  ///
  /// It is computed transposed, because then the windows can be used as they are gathered, and only the output's gradient,
  /// which is smaller, has to be packed. A unit of work owns some channels' gradients; where these are too few to share among
  /// threads, some of the positions too, with sums of its own that are added up in order.
  func filterGradient(
    source: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let table = Kernels.current
    let parts = WindowParts(
      images: self.source.count, positions: positions, target: blocking.positions, multiple: table.pointee.nr)
    guard parts.count > 0 else { return gradient.update(repeating: 0, count: groups * filters.groupStride) }
    let grid = WindowGrid(self, parts, table)
    let blocks = channelBlocks(depth: blocking.depth)
    let offsets = grid.offsets(channels: blocks.map(\.count).max() ?? 0)
    let units = blocks.count * groups
    let shares = units >= blocking.units ? 1 : (blocking.units + units - 1) / units
    let partition = Partition(count: parts.count, grain: (parts.count + shares - 1) / shares)
    let sums = TransposedSums(self, shares: partition.parts, multiple: table.pointee.nr)

    parallelFor(units * partition.parts, grain: 1) { range in
      let worker = FilterGradientWorker(self, grid, offsets, parts, table)
      for unit in range {
        let (rest, share) = unit.quotientAndRemainder(dividingBy: partition.parts)
        let (group, block) = rest.quotientAndRemainder(dividingBy: blocks.count)
        let shared = partition.range(of: share)
        for part in shared {
          worker.add(
            parts[part], group: group, channels: blocks[block], source: source,
            outputGradient: outputGradient,
            to: sums.place(share: share, group: group, channel: blocks[block].lowerBound),
            stride: sums.stride, accumulate: part > shared.lowerBound)
        }
      }
    }
    parallelFor(units, grain: max(1, (1 << 15) / max(1, sums.stride * blocking.depth))) { range in
      for unit in range {
        let (group, block) = unit.quotientAndRemainder(dividingBy: blocks.count)
        sums.write(blocks[block], group: group, into: gradient, table)
      }
    }
  }
}

/// Sums for filters' gradients, `[shares, groups, channels, taps, outputs]`, with outputs rounded up to whole panels.
private struct TransposedSums {
  let stride: Int
  private let product: WindowProduct
  private let shares: Int
  private let shareStride: Int
  private let memory: Storage<Float>

  init(_ product: WindowProduct, shares: Int, multiple: Int) {
    self.product = product
    self.shares = shares
    stride = (product.filters.outputs + multiple - 1) / multiple * multiple
    shareStride = product.groups * product.source.channels * product.tapCount * stride
    memory = Storage(count: shares * shareStride)
  }

  func place(share: Int, group: Int, channel: Int) -> UnsafeMutablePointer<Float> {
    memory.pointer + share * shareStride
      + (group * product.source.channels + channel) * product.tapCount * stride
  }

  /// Adds up the shares of some channels and writes them, transposed.
  func write(
    _ channels: Range<Int>, group: Int, into gradient: UnsafeMutablePointer<Float>,
    _ table: UnsafePointer<graft_kernel_table>
  ) {
    let rows = channels.count * product.tapCount
    let sum = place(share: 0, group: group, channel: channels.lowerBound)
    for share in 1..<max(1, shares) {
      table.pointee.add(
        sum, place(share: share, group: group, channel: channels.lowerBound), sum, rows * stride)
    }
    let filters = product.filters
    graft_copy_strided(
      gradient + group * filters.groupStride + channels.lowerBound * product.tapCount,
      [filters.outputStride, 1],
      sum, [1, stride], [filters.outputs, rows], 2, MemoryLayout<Float>.size)
  }
}

/// Adds up parts of filters' gradients, one after the other, in memory of its own.
private struct FilterGradientWorker {
  private let product: WindowProduct
  private let grid: WindowGrid
  private let table: UnsafePointer<graft_kernel_table>
  private let offsets: [Int]
  private let gridMemory: Storage<Float>
  /// Rows of windows; a row is as long as a part has positions.
  private let windows: Storage<Float>
  /// The output's gradient in panels, and its rows where a part joins images.
  private let panels: Storage<Float>
  private let joined: Storage<Float>
  private let runs: WindowRuns

  init(
    _ product: WindowProduct, _ grid: WindowGrid, _ offsets: [Int], _ parts: WindowParts,
    _ table: UnsafePointer<graft_kernel_table>
  ) {
    self.product = product
    self.grid = grid
    self.table = table
    self.offsets = offsets
    let (nr, lanes) = (table.pointee.nr, table.pointee.lanes)
    let outputs = product.target.channels
    let channels = offsets.count / max(1, product.tapCount)
    gridMemory = Storage(count: grid.count(channels: channels))
    windows = Storage(count: offsets.count * parts.largest + lanes)
    panels = Storage(count: (outputs + nr - 1) / nr * nr * parts.largest)
    joined = Storage(count: parts.mostImages > 1 ? outputs * parts.largest : 0)
    runs = WindowRuns(positions: parts.largest)
  }

  func add(
    _ part: WindowPart, group: Int, channels: Range<Int>, source: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>, stride: Int, accumulate: Bool
  ) {
    let nr = table.pointee.nr
    pack(part, group: group, outputGradient)
    let images = grid.fill(
      part, channels: channels, of: source + group * product.source.groupStride, gridMemory.pointer)
    let rows = channels.count * product.tapCount
    let runCount = grid.runs(0..<part.count, of: part, into: runs.pointer)
    table.pointee.gather_windows(images, offsets, rows, runs.pointer, runCount, windows.pointer, part.count)
    let rowBlock = product.blocking.rowBlock(table)
    for first in Swift.stride(from: 0, to: rows, by: rowBlock) {
      let count = min(rows - first, rowBlock)
      for output in Swift.stride(from: 0, to: stride, by: nr) {
        table.pointee.gemm_direct(
          part.count, windows.pointer + first * part.count, part.count, 1,
          panels.pointer + output * part.count, nr, sums + first * stride + output, stride, count, nr,
          accumulate ? 1 : 0)
      }
    }
  }

  /// Packs the output's gradient: panels of nr outputs, position by position.
  private func pack(_ part: WindowPart, group: Int, _ gradient: UnsafePointer<Float>) {
    let planes = product.target
    let start =
      gradient + part.images.lowerBound * planes.imageStride + group * planes.groupStride
      + part.positions.lowerBound
    if part.images.count == 1 {
      table.pointee.pack_b(start, planes.plane, 1, planes.channels, part.count, panels.pointer)
      return
    }
    for channel in 0..<planes.channels {
      for image in 0..<part.images.count {
        (joined.pointer + channel * part.count + image * part.positions.count).update(
          from: start + image * planes.imageStride + channel * planes.plane, count: part.positions.count)
      }
    }
    table.pointee.pack_b(joined.pointer, part.count, 1, planes.channels, part.count, panels.pointer)
  }
}
