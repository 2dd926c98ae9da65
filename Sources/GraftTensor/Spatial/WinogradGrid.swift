import CGraftKernels

/// One channel of the images that a part's tiles lie in, with the padding around them: tiles of 6×6 elements, four apart.
struct WinogradGrid {
  private let planes: ImagePlanes
  private let layout: graft_grid
  /// Tiles in a row of tiles.
  private let columns: Int
  private let images: Int

  /// The grid for parts of at most so many images and rows of tiles.
  init(_ winograd: WinogradProduct, images: Int, rows tileRows: Int) {
    let (rows, columns) = (winograd.product.rows, winograd.product.columns)
    planes = winograd.product.source
    self.columns = winograd.tileColumns
    self.images = images
    layout = graft_grid(
      height: planes.height, width: planes.width, stride_height: 1, stride_width: 1, top: rows.start,
      left: columns.start, row_phases: 1, column_phases: 1, rows: 4 * tileRows + 2,
      columns: 4 * self.columns + 2)
  }

  /// Elements of a row.
  var width: Int { layout.columns }

  /// Elements of the grid.
  var count: Int { images * layout.rows * layout.columns }

  /// Writes where the tiles of a part begin. Beyond the last there are copies of the first, up to `tiles`.
  func locate(_ part: WindowPart, tiles: Int, in places: UnsafeMutablePointer<Int32>) {
    let firstRow = part.positions.lowerBound / columns
    for tile in 0..<tiles {
      let (image, place) = (tile < part.count ? tile : 0).quotientAndRemainder(
        dividingBy: part.positions.count)
      let (row, column) = (part.positions.lowerBound + place).quotientAndRemainder(dividingBy: columns)
      places[tile] = Int32((image * layout.rows + 4 * (row - firstRow)) * width + 4 * column)
    }
  }

  /// Fills the grid from `channel` of a part's images.
  func fill(
    _ part: WindowPart, channel: Int, of source: UnsafePointer<Float>, _ memory: UnsafeMutablePointer<Float>
  ) {
    let firstRow = part.positions.lowerBound / columns
    let lastRow = (part.positions.upperBound - 1) / columns
    var grid = layout
    grid.top += 4 * firstRow
    graft_fill_grid(
      &grid, source + part.images.lowerBound * planes.imageStride + channel * planes.plane, 1, planes.plane,
      part.images.count, planes.imageStride, 4 * (lastRow - firstRow + 1) + 2, memory, count)
  }
}
