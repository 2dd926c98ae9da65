import CGraftKernels

extension WinogradProduct {
  /// The gradient of the filters of a convolution, `[outputs, channels, 3, 3]`: the adjoint of ``multiply(source:filters:epilogue:into:)``,
  ///
  ///     gradient = Gᵀ [ Σ over tiles of (A outputGradient tile Aᵀ) ⊙ (Bᵀ tile B) ] G
  ///
  /// The sums over tiles, one for each of the 36 points, are matrix products, channels × tiles times tiles × outputs. For some tiles after
  /// the others all threads together transform both sides, then multiply, each some points of some channels. A sum is made by one thread
  /// at a time, in the order of the tiles.
  func filterGradient(
    source: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    // Whole rows of tiles.
    let parts = WindowParts(
      images: product.source.count, positions: tileRows,
      target: max(1, blocking.gradientTiles / max(1, tileColumns)), multiple: 1)
    let sums = WinogradFilterSums(self, parts, Kernels.current)
    for index in 0..<parts.count {
      sums.transform(parts[index], source: source, outputGradient: outputGradient)
      sums.multiply(accumulating: index > 0)
    }
    sums.write(to: gradient)
  }
}

/// The sums for filters' gradients, and both sides of the products that they are made of.
private final class WinogradFilterSums {
  private let winograd: WinogradProduct
  private let table: UnsafePointer<graft_kernel_table>
  private let grid: WinogradGrid
  private let channels: Int, outputs: Int
  /// Outputs in whole panels.
  private let paddedOutputs: Int

  /// Room for so many tiles, and how many there are.
  private let mostTiles: Int
  private var tiles = 0

  /// The input's points, `[points, channels, tiles]`, and the output gradient's, `[points, panels, tiles, nr]`.
  private let inputs: Storage<Float>
  private let inputStride: Int
  private let gradients: Storage<Float>
  private let gradientStride: Int
  /// `[points, channels, outputs]`.
  private let sums: Storage<Float>
  private let sumStride: Int

  /// Channels that are transformed, or multiplied, together.
  private let transformed = 8, multiplied = 64

  init(_ winograd: WinogradProduct, _ parts: WindowParts, _ table: UnsafePointer<graft_kernel_table>) {
    self.winograd = winograd
    self.table = table
    let nr = table.pointee.nr
    channels = winograd.product.source.channels
    outputs = winograd.product.filters.outputs
    paddedOutputs = (outputs + nr - 1) / nr * nr
    mostTiles = (parts.largest * winograd.tileColumns + nr - 1) / nr * nr
    grid = WinogradGrid(winograd, images: parts.mostImages, rows: parts.rows(width: 1))
    // Not multiples of the cache's, so that the points do not all fall on the same lines.
    inputStride = channels * mostTiles + 16
    gradientStride = paddedOutputs * mostTiles + 16
    sumStride = channels * paddedOutputs + 16
    inputs = Storage(count: WinogradProduct.points * inputStride)
    gradients = Storage(count: WinogradProduct.points * gradientStride)
    sums = Storage(count: WinogradProduct.points * sumStride)
  }

  /// Transforms the tiles of a part, whose positions are rows of tiles.
  func transform(
    _ part: WindowPart, source: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>
  ) {
    let columns = winograd.tileColumns
    let tilesOfPart = WindowPart(
      images: part.images,
      positions: part.positions.lowerBound * columns..<part.positions.upperBound * columns)
    tiles = tilesOfPart.count
    let channelUnits = (channels + transformed - 1) / transformed
    let panels = paddedOutputs / table.pointee.nr
    parallelFor(channelUnits + panels, grain: 1) { [self] range in
      for unit in range {
        if unit < channelUnits {
          let first = unit * transformed
          transformInput(tilesOfPart, channels: first..<min(channels, first + transformed), source)
        } else {
          transformGradient(part, panel: unit - channelUnits, outputGradient)
        }
      }
    }
  }

  private func transformInput(_ part: WindowPart, channels: Range<Int>, _ source: UnsafePointer<Float>) {
    let nr = table.pointee.nr
    let padded = (part.count + nr - 1) / nr * nr
    let gridMemory = Storage<Float>(count: grid.count)
    let places = Storage<Int32>(count: padded)
    grid.locate(part, tiles: padded, in: places.pointer)
    for channel in channels {
      grid.fill(part, channel: channel, of: source, gridMemory.pointer)
      table.pointee.winograd_input(
        gridMemory.pointer, grid.width, places.pointer, padded, inputs.pointer + channel * mostTiles,
        inputStride, nr)
    }
  }

  private func transformGradient(_ part: WindowPart, panel: Int, _ gradient: UnsafePointer<Float>) {
    let nr = table.pointee.nr
    let planes = winograd.product.target
    let packed = Storage<Float>(count: 4 * planes.width * nr)
    let lanes = min(nr, outputs - panel * nr)
    var out = gradients.pointer + panel * nr * mostTiles
    for image in part.images {
      let start = gradient + image * planes.imageStride + panel * nr * planes.plane
      for row in part.positions {
        let rows = min(4, planes.height - 4 * row)
        table.pointee.pack_b(
          start + 4 * row * planes.width, planes.plane, 1, lanes, rows * planes.width, packed.pointer)
        table.pointee.winograd_gradient(packed.pointer, rows, planes.width, out, gradientStride)
        out += winograd.tileColumns * nr
      }
    }
  }

  /// Adds the products of what has been transformed.
  func multiply(accumulating: Bool) {
    let nr = table.pointee.nr
    let blocks = (channels + multiplied - 1) / multiplied
    parallelFor(WinogradProduct.points * blocks, grain: 1) { [self] units in
      for unit in units {
        let (point, block) = unit.quotientAndRemainder(dividingBy: blocks)
        let first = block * multiplied
        let a = inputs.pointer + point * inputStride + first * mostTiles
        let c = sums.pointer + point * sumStride + first * paddedOutputs
        for output in stride(from: 0, to: paddedOutputs, by: nr) {
          table.pointee.gemm_direct(
            tiles, a, mostTiles, 1, gradients.pointer + point * gradientStride + output * mostTiles, nr,
            c + output, paddedOutputs, min(multiplied, channels - first), nr, accumulating ? 1 : 0)
        }
      }
    }
  }

  /// Transforms the sums back and writes them, transposed.
  func write(to gradient: UnsafeMutablePointer<Float>) {
    let taps = 9
    parallelFor((channels + transformed - 1) / transformed, grain: max(1, (1 << 9) / paddedOutputs)) {
      [self] units in
      let results = Storage<Float>(count: transformed * taps * paddedOutputs)
      for unit in units {
        let first = unit * transformed
        let count = min(transformed, channels - first)
        for channel in 0..<count {
          table.pointee.winograd_filter_gradient(
            sums.pointer + (first + channel) * paddedOutputs, sumStride, paddedOutputs,
            results.pointer + channel * taps * paddedOutputs, paddedOutputs)
        }
        graft_copy_strided(
          gradient + first * taps, [winograd.product.filters.outputStride, 1],
          results.pointer, [1, paddedOutputs], [outputs, count * taps], 2, MemoryLayout<Float>.size)
      }
    }
  }
}
