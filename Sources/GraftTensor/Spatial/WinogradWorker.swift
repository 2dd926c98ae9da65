import CGraftKernels

/// Does units of a ``WinogradProduct``, one after the other, in memory of its own.
struct WinogradWorker {
  private let winograd: WinogradProduct
  private let filters: WinogradFilters
  private let grid: WinogradGrid
  private let table: UnsafePointer<graft_kernel_table>

  /// One channel's images, and where in it the tiles are.
  private let gridMemory: Storage<Float>
  private let places: Storage<Int32>
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
    _ winograd: WinogradProduct, _ filters: WinogradFilters, _ grid: WinogradGrid, _ parts: WindowParts,
    _ table: UnsafePointer<graft_kernel_table>
  ) {
    self.winograd = winograd
    self.filters = filters
    self.grid = grid
    self.table = table
    let (mr, nr) = (table.pointee.mr, table.pointee.nr)
    let channels = winograd.product.source.channels
    let tiles = (parts.largest + nr - 1) / nr * nr
    gridMemory = Storage(count: grid.count)
    places = Storage(count: tiles)
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
        // Adding -0 changes nothing.
        table.pointee.winograd_output(
          sums.pointer + index * tiles, sumStride, tiles, epilogue.bias?[output] ?? -0.0,
          epilogue.affines == nil && epilogue.rectifies ? 1 : 0, results.pointer)
        write(part, tiles: tiles, output: output, epilogue: epilogue, into: target)
      }
    }
  }

  private func transformInput(_ part: WindowPart, tiles: Int, _ source: UnsafePointer<Float>) {
    let nr = table.pointee.nr
    let channels = winograd.product.source.channels
    grid.locate(part, tiles: tiles, in: places.pointer)
    for channel in 0..<channels {
      grid.fill(part, channel: channel, of: source, gridMemory.pointer)
      table.pointee.winograd_input(
        gridMemory.pointer, grid.width, places.pointer, tiles, points.pointer + channel * nr, pointStride,
        channels * nr)
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
    let columns = winograd.tileColumns
    for (number, image) in part.images.enumerated() {
      let plane = image * planes.imageStride + output * planes.plane
      let first = part.positions.lowerBound
      graft_write_tiles(
        results.pointer + number * part.positions.count, tiles, first, part.positions.count, columns,
        target + plane, planes.height, planes.width)
      if epilogue.affines == nil { continue }
      finish(part.positions, columns: columns, plane: plane, output: output, epilogue, target)
    }
  }

  /// Applies what the epilogue does after the bias to the elements that some tiles cover.
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
        epilogue.normalize(
          target + place, count: min(planes.width, 4 * end) - 4 * column, channel: output, place: place)
      }
      position += end - column
    }
  }
}
