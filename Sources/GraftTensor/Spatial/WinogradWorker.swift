import CGraftKernels

/// Does units of a ``WinogradProduct``, one after the other, in memory of its own.
struct WinogradWorker {
  private let winograd: WinogradProduct
  private let filters: WinogradFilters
  private let grid: WindowGrid
  private let table: UnsafePointer<graft_kernel_table>

  /// Channels that are gathered together.
  private let gathered: Int
  private let offsets: [Int]
  private let runs: WindowRuns
  private let gridMemory: Storage<Float>
  /// Tiles as they are gathered, `[channels, 6, 6, tiles]`.
  private let windows: Storage<Float>
  /// The input's points, `[points, panels, channels, nr]`.
  private let points: Storage<Float>
  private let pointStride: Int
  /// Sums for some filters, `[points, filters, tiles]`.
  private let sums: Storage<Float>
  private let sumStride: Int
  /// Results of one filter, `[4, 4, tiles]`.
  private let results: Storage<Float>
  private let chunk: Int

  init(
    _ winograd: WinogradProduct, _ filters: WinogradFilters, _ grid: WindowGrid, _ parts: WindowParts,
    _ table: UnsafePointer<graft_kernel_table>
  ) {
    self.winograd = winograd
    self.filters = filters
    self.grid = grid
    self.table = table
    let (mr, nr) = (table.pointee.mr, table.pointee.nr)
    let channels = winograd.product.source.channels
    let tiles = (parts.largest + nr - 1) / nr * nr
    gathered = min(4, channels)
    offsets = grid.offsets(channels: gathered)
    runs = WindowRuns(positions: tiles)
    gridMemory = Storage(count: grid.count(channels: gathered))
    windows = Storage(count: offsets.count * tiles + table.pointee.lanes)
    // Not a multiple of the cache's, so that the points do not all fall on the same lines.
    pointStride = tiles * channels + 16
    points = Storage(count: WinogradProduct.points * pointStride)
    chunk = (winograd.blocking.filters + mr - 1) / mr * mr
    sumStride = tiles * chunk + 16
    sums = Storage(count: WinogradProduct.points * sumStride)
    results = Storage(count: 16 * tiles)
  }

  func run(
    _ part: WindowPart, outputs: Range<Int>, source: UnsafePointer<Float>, epilogue: ConvolutionEpilogue,
    into target: UnsafeMutablePointer<Float>
  ) {
    let nr = table.pointee.nr
    let tiles = (part.count + nr - 1) / nr * nr
    transformInput(part, tiles: tiles, source)
    for start in stride(from: outputs.lowerBound, to: outputs.upperBound, by: chunk) {
      let some = start..<min(outputs.upperBound, start + chunk)
      multiply(some, tiles: tiles)
      for (index, output) in some.enumerated() {
        table.pointee.winograd_output(sums.pointer + index * tiles, sumStride, tiles, results.pointer)
        write(part, tiles: tiles, output: output, epilogue: epilogue, into: target)
      }
    }
  }

  private func transformInput(_ part: WindowPart, tiles: Int, _ source: UnsafePointer<Float>) {
    let nr = table.pointee.nr
    let channels = winograd.product.source.channels
    let runCount = grid.runs(0..<part.count, of: part, into: runs.pointer)
    for first in stride(from: 0, to: channels, by: gathered) {
      let some = first..<min(channels, first + gathered)
      let images = grid.fill(part, channels: some, of: source, gridMemory.pointer)
      let rows = some.count * WinogradProduct.points
      table.pointee.gather_windows(images, offsets, rows, runs.pointer, runCount, windows.pointer, tiles)
      for (index, channel) in some.enumerated() {
        table.pointee.winograd_input(
          windows.pointer + index * WinogradProduct.points * tiles, tiles, points.pointer + channel * nr,
          pointStride,
          channels * nr)
      }
    }
  }

  /// The sums over all channels, for all points.
  private func multiply(_ outputs: Range<Int>, tiles: Int) {
    let nr = table.pointee.nr
    let channels = winograd.product.source.channels
    for point in 0..<WinogradProduct.points {
      for block in filters.blocks {
        table.pointee.gemm_panels(
          block.count, filters.panels(point: point, block: block, output: outputs.lowerBound),
          points.pointer + point * pointStride + block.lowerBound * nr, channels * nr,
          sums.pointer + point * sumStride, tiles, outputs.count, tiles, block.lowerBound > 0 ? 1 : 0)
      }
    }
  }

  /// Puts the results of one filter where they belong.
  private func write(
    _ part: WindowPart, tiles: Int, output: Int, epilogue: ConvolutionEpilogue,
    into target: UnsafeMutablePointer<Float>
  ) {
    let planes = winograd.product.target
    let columns = winograd.tiles.columns.positions
    for (number, image) in part.images.enumerated() {
      let plane = image * planes.imageStride + output * planes.plane
      let first = part.positions.lowerBound
      graft_write_tiles(
        results.pointer + number * part.positions.count, tiles, first, part.positions.count, columns,
        target + plane, planes.height, planes.width)
      if epilogue.isEmpty { continue }
      finish(part.positions, columns: columns, plane: plane, output: output, epilogue, target)
    }
  }

  /// Applies the epilogue to the elements that some tiles cover.
  private func finish(
    _ positions: Range<Int>, columns: Int, plane: Int, output: Int, _ epilogue: ConvolutionEpilogue,
    _ target: UnsafeMutablePointer<Float>
  ) {
    let planes = winograd.product.target
    var position = positions.lowerBound
    while position < positions.upperBound {
      let (row, column) = position.quotientAndRemainder(dividingBy: columns)
      let end = min(columns, column + positions.upperBound - position)
      for y in (4 * row)..<min(planes.height, 4 * row + 4) {
        let place = plane + y * planes.width + 4 * column
        epilogue.apply(
          to: target + place, count: min(planes.width, 4 * end) - 4 * column, channel: output, place: place)
      }
      position += end - column
    }
  }
}
