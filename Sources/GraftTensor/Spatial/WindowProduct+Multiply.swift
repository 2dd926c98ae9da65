import CGraftKernels

extension WindowProduct {
  /// Computes the sums and writes them to `target`, finished by `epilogue`.
  ///
  /// A unit of work is some positions, some of the filters, one group:
  ///
  ///     for each block of channels
  ///       gather the windows into panels           (the product's B; they stay in the second-level cache)
  ///       for each 64 filters, for each panel of windows, for each panel of filters: one tile
  ///
  /// An epilogue needs results that lie in order, as a convolution's do.
  func multiply(
    source: UnsafePointer<Float>, filters: UnsafePointer<Float>, epilogue: ConvolutionEpilogue,
    into target: UnsafeMutablePointer<Float>
  ) {
    let table = Kernels.current
    let parts = WindowParts(
      images: self.source.count, positions: positions, target: blocking.positions, multiple: table.pointee.nr)
    if parts.count == 0 { return }
    let panels = FilterPanels(self, filters, table)
    let grid = WindowGrid(self, parts, table)
    let offsets = grid.offsets(channels: panels.blocks.map(\.count).max() ?? 0)
    let chunks = outputChunks(units: parts.count * groups, multiple: table.pointee.mr, least: 48)
    let mostOutputs = chunks.map(\.count).max() ?? 0
    parallelFor(parts.count * groups * chunks.count, grain: 1) { units in
      let worker = WindowWorker(self, panels, grid, offsets, parts, mostOutputs: mostOutputs, table)
      for unit in units {
        let (rest, chunk) = unit.quotientAndRemainder(dividingBy: chunks.count)
        let (group, part) = rest.quotientAndRemainder(dividingBy: parts.count)
        worker.run(
          parts[part], group: group, outputs: chunks[chunk], source: source, epilogue: epilogue, into: target)
      }
    }
  }

  /// The filters of a group, divided if there are too few units otherwise. Each division prepares the windows anew, so it
  /// has at least about `least` of them.
  func outputChunks(units: Int, multiple: Int, least: Int) -> [Range<Int>] {
    let outputs = filters.outputs
    let wanted = units >= blocking.units ? 1 : (blocking.units + units - 1) / units
    let tiles = (outputs + multiple - 1) / multiple
    let grain = max((least + multiple - 1) / multiple, (tiles + wanted - 1) / wanted)
    let partition = Partition(count: tiles, grain: grain)
    return (0..<partition.parts).map { part in
      let range = partition.range(of: part)
      return range.lowerBound * multiple..<min(outputs, range.upperBound * multiple)
    }
  }
}
