import CGraftKernels

extension MatrixProduct {
  /// Multiplies from packed panels.
  ///
  /// The smaller side is packed once and shared by all threads; the larger is divided into parts, and whoever
  /// takes a part packs it for itself, which leaves it in that processor's own cache:
  ///
  ///     for each block of the shared side (2048 rows or columns)
  ///       for each block of k (up to 288)
  ///         pack the block of the shared side             in parallel
  ///         for each part of the other side                in parallel
  ///           pack the part
  ///           for each 64 rows of A, for each panel of B, for each panel of A: one tile of C
  func multiplyPacked() {
    let mr = kernels.pointee.mr
    let nr = kernels.pointee.nr
    // Large m shares B.
    let sharesB = m >= n
    let (sharedCount, sharedTile) = sharesB ? (n, nr) : (m, mr)
    let (dividedCount, dividedTile) = sharesB ? (m, mr) : (n, nr)
    let sharedBlock = min(
      GemmBlocking.shared / sharedTile * sharedTile, MatrixProduct.roundUp(sharedCount, to: sharedTile))
    let depth = GemmBlocking.depth(of: k)
    let shared = MatrixProduct.scratch(GRAFT_SCRATCH_SHARED_PANELS, count: sharedBlock * depth)

    let tiles = (dividedCount + dividedTile - 1) / dividedTile
    let tileWork = dividedTile * min(sharedCount, sharedBlock) * depth
    // At most what fits the second-level cache, at least what is worth a thread's while.
    let most = max(1, GemmBlocking.rows / dividedTile)
    let least = max(1, GemmBlocking.smallestPart / tileWork)
    let parts = MatrixParts(tiles: tiles, perPart: min(most, max(least, tiles / 32)))

    for sharedStart in stride(from: 0, to: sharedCount, by: sharedBlock) {
      let sharedRange = sharedStart..<min(sharedCount, sharedStart + sharedBlock)
      for start in stride(from: 0, to: k, by: depth) {
        let block = start..<min(k, start + depth)
        packShared(sharedRange, of: sharesB ? .b : .a, tile: sharedTile, block: block, into: shared)
        parts.run { tileRange in
          let lanes =
            (tileRange.lowerBound * dividedTile)..<min(dividedCount, tileRange.upperBound * dividedTile)
          let own = MatrixProduct.scratch(
            GRAFT_SCRATCH_OWN_PANELS, count: parts.perPart * dividedTile * depth)
          pack(sharesB ? .a : .b, lanes: lanes, block: block, into: own)
          multiplyPanels(
            rows: sharesB ? lanes : sharedRange, columns: sharesB ? sharedRange : lanes, block: block,
            aPanels: sharesB ? own : shared, bPanels: sharesB ? shared : own)
        }
      }
    }
  }

  private enum Side {
    case a, b
  }

  /// Packs rows of A, or columns of B, into panels.
  private func pack(
    _ side: Side, lanes: Range<Int>, block: Range<Int>, into panels: UnsafeMutablePointer<Float>
  ) {
    switch side {
    case .a:
      let source = a.base + lanes.lowerBound * a.rowStride + block.lowerBound * a.columnStride
      kernels.pointee.pack_a(source, a.rowStride, a.columnStride, lanes.count, block.count, panels)
    case .b:
      let source = b.base + lanes.lowerBound * b.columnStride + block.lowerBound * b.rowStride
      kernels.pointee.pack_b(source, b.columnStride, b.rowStride, lanes.count, block.count, panels)
    }
  }

  private func packShared(
    _ lanes: Range<Int>, of side: Side, tile: Int, block: Range<Int>, into panels: UnsafeMutablePointer<Float>
  ) {
    // Copying is some ten times cheaper than it takes to hand over a part of this size.
    let grain = max(1, (1 << 15) / (tile * block.count))
    parallelFor((lanes.count + tile - 1) / tile, grain: grain) { tiles in
      let first = lanes.lowerBound + tiles.lowerBound * tile
      let last = min(lanes.upperBound, lanes.lowerBound + tiles.upperBound * tile)
      pack(side, lanes: first..<last, block: block, into: panels + tiles.lowerBound * tile * block.count)
    }
  }

  /// The tiles of C in `rows` × `columns`, for one block of k.
  private func multiplyPanels(
    rows: Range<Int>, columns: Range<Int>, block: Range<Int>,
    aPanels: UnsafePointer<Float>, bPanels: UnsafePointer<Float>
  ) {
    let mr = kernels.pointee.mr
    let nr = kernels.pointee.nr
    guard let tile = kernels.pointee.gemm_tile else { return }
    let accumulates: Int32 = accumulate || block.lowerBound > 0 ? 1 : 0
    let rowBlock = GemmBlocking.rows / mr * mr
    var blockStart = 0
    while blockStart < rows.count {
      let blockEnd = min(rows.count, blockStart + rowBlock)
      var column = 0
      while column < columns.count {
        let bPanel = bPanels + column * block.count
        var row = blockStart
        while row < blockEnd {
          tile(
            block.count, aPanels + row * block.count, bPanel,
            c + (rows.lowerBound + row) * cRowStride + columns.lowerBound + column, cRowStride,
            min(mr, blockEnd - row), min(nr, columns.count - column), accumulates)
          row += mr
        }
        column += nr
      }
      blockStart = blockEnd
    }
  }

  private static func roundUp(_ count: Int, to multiple: Int) -> Int {
    (count + multiple - 1) / multiple * multiple
  }

  private static func scratch(_ slot: some BinaryInteger, count: Int) -> UnsafeMutablePointer<Float> {
    guard let memory = graft_scratch(Int32(slot), count * MemoryLayout<Float>.stride) else {
      fatalError("gemm: no memory for \(count) floats of packed panels")
    }
    return memory.assumingMemoryBound(to: Float.self)
  }
}

/// Tiles in parts of a fixed number.
private struct MatrixParts {
  let tiles: Int
  let perPart: Int

  func run(_ body: (Range<Int>) -> Void) {
    parallelFor((tiles + perPart - 1) / perPart, grain: 1) { range in
      for part in range { body((part * perPart)..<min(tiles, (part + 1) * perPart)) }
    }
  }
}
