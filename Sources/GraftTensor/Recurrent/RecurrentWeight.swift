import CGraftKernels

/// The weight of a recurrent layer, packed once for the products of all steps.
///
/// A step multiplies the states of a few texts, and would spend as long on packing the weight as on multiplying. A sum does not depend on
/// how many steps there are, so that a long text may be read in pieces with the same bits. (Documentation/Kernels.md draws the panels.)
struct RecurrentWeight {
  private let inputs, outputs: Int

  /// The inputs of a block, whose panel stays in the first-level cache while the states pass by it.
  private let depth: Int

  /// Block after block of inputs, in each panel after panel of outputs.
  private let panels: Storage<Float>
  private let table: UnsafePointer<graft_kernel_table>

  /// As deep as the blocks of a matrix product, for the same reason: `TILE_DEPTH` in `gemm.c`.
  private static let mostDepth = 288

  /// The weight whose element for input p and output j is `weight[p * inputStride + j * outputStride]`, of one input and output at least.
  init(_ weight: UnsafePointer<Float>, inputs: Int, outputs: Int, inputStride: Int, outputStride: Int) {
    let blocks = (inputs + Self.mostDepth - 1) / Self.mostDepth
    let (table, depth) = (Kernels.current, (inputs + blocks - 1) / blocks)
    let nr = table.pointee.nr
    let panelCount = (outputs + nr - 1) / nr
    let panels = Storage<Float>(count: inputs * panelCount * nr)
    parallelFor(Partition(count: panelCount, grain: 4)) { _, range in
      let first = range.lowerBound * nr
      for start in stride(from: 0, to: inputs, by: depth) {
        let block = min(depth, inputs - start)
        table.pointee.pack_b(
          weight + start * inputStride + first * outputStride, outputStride, inputStride,
          min(range.count * nr, outputs - first), block,
          panels.pointer + start * panelCount * nr + first * block)
      }
    }
    self.inputs = inputs
    self.outputs = outputs
    self.depth = depth
    self.panels = panels
    self.table = table
  }

  /// Adds the products with the rows of `states` to the rows of `sums`.
  ///
  /// - Parameters:
  ///   - scratch: ``scratchCount(rows:)`` elements, of the calling thread alone.
  func addProducts(
    rows: Int, states: UnsafePointer<Float>, stateStride: Int, to sums: UnsafeMutablePointer<Float>,
    sumStride: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    let nr = table.pointee.nr
    let width = (outputs + nr - 1) / nr * nr
    for start in stride(from: 0, to: inputs, by: depth) {
      let block = min(depth, inputs - start)
      table.pointee.pack_a(states + start, stateStride, 1, rows, block, scratch)
      table.pointee.gemm_panels(
        block, scratch, panels.pointer + start * width, nr * block, sums, sumStride, rows, outputs, 1)
    }
  }

  /// The scratch that products with so many rows need.
  func scratchCount(rows: Int) -> Int {
    let mr = table.pointee.mr
    return (rows + mr - 1) / mr * mr * depth
  }
}
