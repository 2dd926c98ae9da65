import CGraftKernels

/// The part of some images that the windows of a part of the positions look at, with its padding: see `graft_grid`.
///
/// Where windows have one element and do not skip any, the images themselves will do.
struct WindowGrid {
  private let product: WindowProduct
  private let layout: graft_grid
  private let table: UnsafePointer<graft_kernel_table>
  /// Whether windows are gathered from the images themselves.
  let isImage: Bool
  private let rowReach: Int
  /// Rows and columns of a phase.
  private let height: Int, width: Int
  /// Elements from one image to the next, and from one channel to the next.
  private let imageStride: Int, channelStride: Int

  /// The grid for any of `parts`.
  init(_ product: WindowProduct, _ parts: WindowParts, _ table: UnsafePointer<graft_kernel_table>) {
    self.product = product
    self.table = table
    let (rows, columns) = (product.rows, product.columns)
    let source = product.source
    let coversImage =
      product.tapCount == 1 && rows.stride == 1 && columns.stride == 1 && rows.start == 0
      && columns.start == 0
      && rows.positions == source.height && columns.positions == source.width
    // A run is read whole, so it must not reach beyond the image.
    isImage = coversImage && product.positions % table.pointee.lanes == 0
    rowReach = rows.reach
    height = parts.rows(width: columns.positions) + rowReach
    width = columns.positions + columns.reach
    imageStride = isImage ? source.imageStride : rows.phases * columns.phases * height * width
    channelStride = isImage ? source.plane : parts.mostImages * imageStride
    layout = graft_grid(
      height: source.height, width: source.width, stride_height: rows.stride, stride_width: columns.stride,
      top: rows.start, left: columns.start, row_phases: rows.phases, column_phases: columns.phases,
      rows: height,
      columns: width)
  }

  /// The elements of so many channels, and a run beyond the last.
  func count(channels: Int) -> Int { isImage ? 0 : channels * channelStride + table.pointee.lanes }

  /// Where the windows' elements begin, relative to the grid: channel by channel, tap by tap.
  func offsets(channels: Int) -> [Int] {
    let rows = product.rows.taps.map(product.rows.place(of:))
    let columns = product.columns.taps.map(product.columns.place(of:))
    let taps = rows.flatMap { row in
      columns.map { column in
        let phase = row.phase * layout.column_phases + column.phase
        return (phase * height + row.shift) * width + column.shift
      }
    }
    return (0..<channels).flatMap { channel in taps.map { channel * channelStride + $0 } }
  }

  /// The grid of some channels: `memory`, filled, or the images.
  func fill(
    _ part: WindowPart, channels: Range<Int>, of source: UnsafePointer<Float>,
    _ memory: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    let planes = product.source
    let start =
      source + part.images.lowerBound * planes.imageStride + channels.lowerBound * planes.plane
    if isImage { return start + part.positions.lowerBound }
    let firstRow = part.positions.lowerBound / product.columns.positions
    let lastRow = (part.positions.upperBound - 1) / product.columns.positions
    var grid = layout
    grid.top += firstRow * layout.stride_height
    graft_fill_grid(
      &grid, start, channels.count, planes.plane, part.images.count, planes.imageStride,
      lastRow - firstRow + 1 + rowReach, memory,
      channelStride)
    return UnsafePointer(memory)
  }

  /// Writes the runs that together are `positions` of a part, counted through its images, and returns how many there are.
  func runs(
    _ positions: Range<Int>, of part: WindowPart, into runs: UnsafeMutablePointer<graft_run>
  ) -> Int {
    let lanes = table.pointee.lanes
    let columns = product.columns.positions
    let firstRow = part.positions.lowerBound / columns
    var (count, done) = (0, 0)
    while done < positions.count {
      let (image, place) = (positions.lowerBound + done).quotientAndRemainder(
        dividingBy: part.positions.count)
      var from: Int
      var length: Int
      if isImage {
        from = image * imageStride + place
        length = part.positions.count - place
      } else {
        let (row, column) = (part.positions.lowerBound + place).quotientAndRemainder(dividingBy: columns)
        from = image * imageStride + (row - firstRow) * width + column
        length = min(columns - column, part.positions.count - place)
      }
      length = min(length, positions.count - done)
      while length > 0 {
        runs[count] = graft_run(from: Int32(from), to: Int32(done))
        let step = min(lanes, length)
        (count, done, from, length) = (count + 1, done + step, from + step, length - step)
      }
    }
    return count
  }
}
