import CGraftKernels

/// Sums over windows of 3×3 elements by Winograd's minimal filtering F(4×4, 3×3): 36 products for 16 results, where the
/// definition needs 144 (Lavin, Gray: *Fast Algorithms for Convolutional Neural Networks*, 2016).
///
///     target tile = Aᵀ [ Σ over channels of (G filter Gᵀ) ⊙ (Bᵀ tile B) ] A
///
/// The sums over channels, one for each of the 36 points, are matrix products. The result is not bit for bit the
/// definition's: see `Documentation/Kernels.md` for its error.
struct WinogradProduct {
  let product: WindowProduct
  let blocking: WinogradBlocking
  /// Tiles of 4×4 results that cover an image: rows of them, and columns.
  let tileRows: Int, tileColumns: Int

  /// Points of a tile.
  static let points = 36

  /// The sums that `product` stands for, or nil if its windows are not 3×3 neighbours or it would not pay.
  init?(_ product: WindowProduct, _ blocking: WinogradBlocking) {
    let (tileRows, tileColumns) = ((product.rows.positions + 3) / 4, (product.columns.positions + 3) / 4)
    guard product.groups == 1, product.writesInOrder, product.rows.areThreeNeighbours,
      product.columns.areThreeNeighbours, blocking.pays(product, tiles: tileRows * tileColumns)
    else { return nil }
    (self.tileRows, self.tileColumns) = (tileRows, tileColumns)
    self.product = product
    self.blocking = blocking
  }
}

/// When and in which pieces Winograd's products are made.
struct WinogradBlocking {
  /// Fewer channels or filters than this, and transforming costs more than multiplying saves.
  var leastChannels = 32

  /// Fewer tiles than this, in all images, do not pay for transforming the filters.
  var leastTiles = 32

  /// The most elements that tiles may cover for each one that is wanted.
  var mostWaste = 1.75

  /// Tiles that are worked on together. Their points, 36 · channels · 32 floats, are the larger part of a second-level cache for 64
  /// channels, and with each of them the filters' points, which come from farther away, are used once more.
  var tiles = 32

  /// Tiles whose share of the filters' gradient is added up together: the points of a channel for all of them fill an eighth of a
  /// second-level cache, and the sums are fetched and stored once for so many terms.
  var gradientTiles = 128

  /// Filters whose products are made before they are transformed back.
  var filters = 48

  /// Channels whose products are added up at a time.
  var depth = 256

  func pays(_ product: WindowProduct, tiles: Int) -> Bool {
    min(product.source.channels, product.filters.outputs) >= leastChannels
      && tiles * product.source.count >= leastTiles
      && Double(tiles * 16) <= mostWaste * Double(product.positions)
  }
}

extension WindowTaps {
  /// Whether windows are three neighbours that move by one.
  fileprivate var areThreeNeighbours: Bool {
    taps.count == 3 && stride == 1 && reach == 2 && Set(taps.map(\.offset)).count == 3
  }

  /// The filter's indices in the order of the offsets.
  fileprivate var indicesInOrder: [Int] { taps.sorted { $0.offset < $1.offset }.map(\.index) }
}

extension WinogradProduct {
  /// Computes the sums and writes them to `target`, finished by `epilogue`.
  func multiply(
    source: UnsafePointer<Float>, filters: UnsafePointer<Float>, epilogue: ConvolutionEpilogue,
    into target: UnsafeMutablePointer<Float>
  ) {
    let table = Kernels.current
    let parts = WindowParts(
      images: product.source.count, positions: tileRows * tileColumns, target: blocking.tiles,
      multiple: table.pointee.nr)
    if parts.count == 0 { return }
    let points = WinogradFilters(self, filters, table)
    let grid = WinogradGrid(self, images: parts.mostImages, rows: parts.rows(width: tileColumns))
    let chunks = product.outputChunks(
      units: parts.count, multiple: table.pointee.mr, least: 2 * blocking.filters)
    parallelFor(parts.count * chunks.count, grain: 1) { units in
      let worker = WinogradWorker(self, points, grid, parts, table)
      for unit in units {
        let (part, chunk) = unit.quotientAndRemainder(dividingBy: chunks.count)
        worker.run(parts[part], outputs: chunks[chunk], source: source, epilogue: epilogue, into: target)
      }
    }
  }
}

/// The filters' points, packed into panels: for each block of channels, for each point, all filters.
struct WinogradFilters {
  let blocks: [Range<Int>]
  let pointStride: Int
  private let memory: Storage<Float>
  private let paddedOutputs: Int

  init(
    _ winograd: WinogradProduct, _ filters: UnsafePointer<Float>, _ table: UnsafePointer<graft_kernel_table>
  ) {
    let product = winograd.product
    let (mr, layout, channels) = (table.pointee.mr, product.filters, product.source.channels)
    let blockCount = (channels + winograd.blocking.depth - 1) / winograd.blocking.depth
    blocks = (0..<blockCount).map { channels * $0 / blockCount..<channels * ($0 + 1) / blockCount }
    let panels = (layout.outputs + mr - 1) / mr
    paddedOutputs = panels * mr
    // Not a multiple of the cache's, so that the points of a filter do not all fall on the same lines.
    pointStride = paddedOutputs * channels + 16
    memory = Storage(count: WinogradProduct.points * pointStride)
    let taps = product.rows.indicesInOrder.flatMap { row in
      product.columns.indicesInOrder.map { row * layout.kernelWidth + $0 }
    }
    parallelFor(panels, grain: max(1, (1 << 8) / channels)) { range in
      for panel in range {
        for block in blocks {
          table.pointee.winograd_filters(
            filters + panel * mr * layout.outputStride + block.lowerBound * layout.channelStride,
            layout.outputStride, layout.channelStride, taps, min(mr, layout.outputs - panel * mr),
            block.count,
            memory.pointer + paddedOutputs * block.lowerBound + panel * mr * block.count, pointStride)
        }
      }
    }
  }

  /// The panels of a point from filter `output` on, which starts a panel.
  func panels(point: Int, block: Range<Int>, output: Int) -> UnsafePointer<Float> {
    UnsafePointer(
      memory.pointer + point * pointStride + paddedOutputs * block.lowerBound + output * block.count)
  }
}
