import CGraftKernels

/// Does units of a ``WindowProduct``, one after the other, in memory of its own.
struct WindowWorker {
  private let product: WindowProduct
  private let panels: FilterPanels
  private let grid: WindowGrid
  private let table: UnsafePointer<graft_kernel_table>

  private let offsets: [Int]
  private let gridMemory: Storage<Float>
  private let windowPanels: Storage<Float>
  /// Sums that do not lie in the target as they come, a row for each output; its rows' length, or 0 if not needed.
  private let sums: Storage<Float>
  private let sumsStride: Int
  private let runs: WindowRuns

  init(
    _ product: WindowProduct, _ panels: FilterPanels, _ grid: WindowGrid, _ offsets: [Int],
    _ parts: WindowParts, mostOutputs: Int, _ table: UnsafePointer<graft_kernel_table>
  ) {
    self.product = product
    self.panels = panels
    self.grid = grid
    self.table = table
    self.offsets = offsets
    let nr = table.pointee.nr
    let channels = panels.blocks.map(\.count).max() ?? 0
    let columns = (parts.largest + nr - 1) / nr * nr
    gridMemory = Storage(count: grid.count(channels: channels))
    windowPanels = Storage(count: columns * channels * product.tapCount + table.pointee.lanes)
    let inPlace = parts.mostImages == 1 && product.writesInOrder
    sumsStride = inPlace ? 0 : columns
    sums = Storage(count: sumsStride * mostOutputs)
    runs = WindowRuns(positions: columns)
  }

  /// The sums of a part's positions for some outputs of a group.
  func run(
    _ part: WindowPart, group: Int, outputs: Range<Int>, source: UnsafePointer<Float>,
    epilogue: ConvolutionEpilogue, into target: UnsafeMutablePointer<Float>
  ) {
    let nr = table.pointee.nr
    let tiles = (part.count + nr - 1) / nr
    let runCounts = (0..<tiles).map { tile in
      grid.runs((tile * nr)..<min(part.count, (tile + 1) * nr), of: part, into: runs.pointer + tile * nr)
    }
    let plane = product.target.plane
    let start = part.images.lowerBound * product.target.imageStride + group * product.target.groupStride
    let inPlace = sumsStride == 0
    let c = inPlace ? target + start + outputs.lowerBound * plane + part.positions.lowerBound : sums.pointer
    let cRowStride = inPlace ? plane : sumsStride

    for block in panels.blocks {
      let depth = block.count * product.tapCount
      let windows = grid.fill(
        part, channels: block, of: source + group * product.source.groupStride, gridMemory.pointer)
      for tile in 0..<tiles {
        table.pointee.gather_windows(
          windows, offsets, depth, runs.pointer + tile * nr, runCounts[tile],
          windowPanels.pointer + tile * nr * depth, nr)
      }
      multiply(
        filters: panels.panels(group: group, block: block) + outputs.lowerBound * depth, rows: outputs.count,
        columns: part.count, depth: depth, c: c, cRowStride: cRowStride, accumulate: block.lowerBound > 0)
    }
    if inPlace {
      if epilogue.isEmpty { return }
      for output in outputs {
        let place = start + output * plane + part.positions.lowerBound
        epilogue.apply(
          to: target + place, count: part.count, channel: group * product.filters.outputs + output,
          place: place)
      }
    } else {
      writeSums(part, group: group, outputs: outputs, epilogue: epilogue, into: target)
    }
  }

  /// All tiles of C for one block of channels.
  private func multiply(
    filters: UnsafePointer<Float>, rows: Int, columns: Int, depth: Int, c: UnsafeMutablePointer<Float>,
    cRowStride: Int, accumulate: Bool
  ) {
    let rowBlock = product.blocking.rowBlock(table)
    for start in stride(from: 0, to: rows, by: rowBlock) {
      table.pointee.gemm_panels(
        depth, filters + start * depth, windowPanels.pointer, table.pointee.nr * depth,
        c + start * cRowStride,
        cRowStride, min(rowBlock, rows - start), columns, accumulate ? 1 : 0)
    }
  }

  /// Writes sums to where they belong: several images, or rows and columns with others in between.
  private func writeSums(
    _ part: WindowPart, group: Int, outputs: Range<Int>, epilogue: ConvolutionEpilogue,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (rows, columns) = (product.rows, product.columns)
    let planes = product.target
    for (index, output) in outputs.enumerated() {
      for (number, image) in part.images.enumerated() {
        let sums = sums.pointer + index * sumsStride + number * part.positions.count
        let plane = image * planes.imageStride + group * planes.groupStride + output * planes.plane
        if product.writesInOrder {
          let place = plane + part.positions.lowerBound
          (target + place).update(from: sums, count: part.positions.count)
          if !epilogue.isEmpty {
            epilogue.apply(
              to: target + place, count: part.positions.count,
              channel: group * product.filters.outputs + output, place: place)
          }
          continue
        }
        let first = part.positions.lowerBound
        graft_scatter_positions(
          sums, first, part.positions.count, columns.positions,
          target + plane + rows.targetStart * planes.width + columns.targetStart,
          rows.targetStep * planes.width, columns.targetStep)
      }
    }
  }
}

extension WindowProduct {
  /// Whether the results of neighbouring positions are neighbours in the target, from row to row too.
  var writesInOrder: Bool {
    rows.targetStep == 1 && columns.targetStep == 1 && rows.positions == target.height
      && columns.positions == target.width
  }
}
