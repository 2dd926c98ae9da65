import CGraftKernels

/// A convolution of `Float` images as matrix products.
///
/// The windows of an image are unrolled into the columns of a matrix, one row for each channel and element of the window
/// (Chellapilla, Puri, Simard: *High Performance Convolutional Neural Networks for Document Processing*, 2006). Then,
/// for each group, with P output positions and K = c / groups · kh · kw:
///
///     output  [o, P] = weight [o, K] · columns [K, P]
///     columns' [K, P] = weightᵀ · output'           (a prime marks the gradient; rolled up again they are the input's)
///     weight' [o, K] = Σ output' · columnsᵀ         (over the images)
///
/// Columns are made and used in blocks that stay in the caches: some rows of one large image, or several small images
/// side by side, so that the weight is not packed anew for every handful of columns. The blocks depend on the sizes
/// alone.
struct ColumnConvolution {
  /// Output positions whose columns are in use together: rows of one image, or all rows of several.
  struct Block {
    let images: Range<Int>
    let rows: Range<Int>
  }

  /// Columns of one block, of which each row goes `rowStride` elements on.
  struct Columns {
    let start: UnsafePointer<Float>
    let rowStride: Int
  }

  let plan: ConvolutionPlan
  let groups: Int
  /// Output channels of a group.
  let outputs: Int
  /// Rows of a group's columns.
  let depth: Int
  /// Output positions of an image.
  let positions: Int
  let inputCount: Int
  let outputCount: Int
  let weightCount: Int

  /// The most sums that the weight's gradient is made of. One, if the weight is so large that its products are worth dividing
  /// themselves and more sums would be costly to keep and add.
  let gradientParts: Int

  private let window: graft_window
  private let imagesPerBlock: Int
  private let rowsPerBlock: Int

  /// - Parameters:
  ///   - blockElements: the most elements of a block's columns, if it has more than one row. By default 1 MiB of them,
  ///     which the second-level cache holds in part and the third-level cache whole.
  ///   - joinedPositions: images with fewer output positions than this are joined until they have about as many.
  ///   - partedWeightCount: weights of at most so many elements have their gradients summed up in parts.
  init(
    _ plan: ConvolutionPlan, blockElements: Int = 1 << 18, joinedPositions: Int = 256,
    partedWeightCount: Int = 1 << 19
  ) {
    self.plan = plan
    let geometry = plan.geometry
    groups = geometry.groups
    outputs = plan.outputs / groups
    depth = plan.channels / groups * plan.kernelHeight * plan.kernelWidth
    positions = plan.outputHeight * plan.outputWidth
    inputCount = plan.channels * plan.height * plan.width
    outputCount = plan.outputs * positions
    weightCount = plan.outputs * depth
    gradientParts = weightCount <= partedWeightCount ? 16 : 1
    window = graft_window(
      channels: plan.channels, height: plan.height, width: plan.width,
      kernel_height: plan.kernelHeight, kernel_width: plan.kernelWidth,
      stride_height: geometry.stride.height, stride_width: geometry.stride.width,
      padding_height: geometry.padding.height, padding_width: geometry.padding.width,
      dilation_height: geometry.dilation.height, dilation_width: geometry.dilation.width,
      output_height: plan.outputHeight, output_width: plan.outputWidth)
    imagesPerBlock = max(1, joinedPositions / positions)
    let rowElements = max(1, groups * depth * plan.outputWidth)
    rowsPerBlock =
      imagesPerBlock > 1
      ? plan.outputHeight : min(plan.outputHeight, max(1, blockElements / rowElements))
  }

  /// How many runs of images there are; the images of a run share their blocks with no other.
  var runCount: Int { (plan.batch + imagesPerBlock - 1) / imagesPerBlock }

  /// How many blocks a run has.
  var blocksPerRun: Int { (plan.outputHeight + rowsPerBlock - 1) / rowsPerBlock }

  /// A block of the columns of a run.
  func block(_ block: Int, ofRun run: Int) -> Block {
    let (image, row) = (run * imagesPerBlock, block * rowsPerBlock)
    return Block(
      images: image..<min(plan.batch, image + imagesPerBlock),
      rows: row..<min(plan.outputHeight, row + rowsPerBlock))
  }

  /// The number of columns of a block.
  func width(of block: Block) -> Int { block.images.count * block.rows.count * plan.outputWidth }

  /// Calls `body` for each unit of work, with memory that no other unit uses meanwhile, on all threads.
  ///
  /// Where there are too few units for that, they are done one after the other and the products inside them are
  /// divided among the threads, which gives the same bits.
  func forEachUnit(_ count: Int, _ body: (Int, Scratch) -> Void) {
    let grain = count >= 2 * ComputeThreads.count ? 1 : max(1, count)
    parallelFor(count, grain: grain) { units in
      let scratch = makeScratch()
      for unit in units { body(unit, scratch) }
    }
  }

  /// Memory for the columns of any block, and for its output where images are joined.
  func makeScratch() -> Scratch {
    let width = imagesPerBlock * rowsPerBlock * plan.outputWidth
    return Scratch(
      columns: Storage<Float>(count: needsUnrolling ? groups * depth * width : 0),
      outputs: Storage<Float>(count: imagesPerBlock > 1 ? plan.outputs * width : 0))
  }

  /// Memory that one thread works in, from the pool.
  struct Scratch {
    let columns: Storage<Float>
    let outputs: Storage<Float>
  }

  /// Whether a block's columns differ from the input as it lies.
  private var needsUnrolling: Bool {
    imagesPerBlock > 1 || plan.kernelHeight > 1 || plan.kernelWidth > 1 || plan.geometry.stride != (1, 1)
      || plan.geometry.padding != (0, 0)
  }

  /// The images' columns: unrolled into `scratch`, or the image itself where that comes to the same.
  func columns(of block: Block, input: UnsafePointer<Float>, _ scratch: Scratch) -> Columns {
    if let place = placeInInput(of: block) { return Columns(start: input + place, rowStride: positions) }
    let width = width(of: block)
    let target = scratch.columns.pointer
    forEachImage(of: block, width: width) { image, column, channels in
      withUnsafePointer(to: window) {
        graft_im2col(
          $0, input + image * inputCount, target + column, width, channels.lowerBound, channels.upperBound,
          block.rows.lowerBound, block.rows.upperBound)
      }
    }
    return Columns(start: target, rowStride: width)
  }

  /// Adds columns in `scratch` to the images that they were unrolled from.
  func roll(_ block: Block, _ scratch: Scratch, into input: UnsafeMutablePointer<Float>) {
    let width = width(of: block)
    let source = scratch.columns.pointer
    forEachImage(of: block, width: width) { image, column, channels in
      withUnsafePointer(to: window) {
        graft_col2im(
          $0, source + column, width, input + image * inputCount, channels.lowerBound, channels.upperBound,
          block.rows.lowerBound, block.rows.upperBound)
      }
    }
  }

  /// Where the block's columns begin in the input if they lie there as they are; their rows are a plane apart.
  func placeInInput(of block: Block) -> Int? {
    guard !needsUnrolling else { return nil }
    return block.images.lowerBound * inputCount + block.rows.lowerBound * plan.outputWidth
  }

  /// Where the block's part of the output begins if it lies there as a matrix; its rows are a plane apart.
  func placeInOutput(of block: Block) -> Int? {
    guard imagesPerBlock == 1 else { return nil }
    return block.images.lowerBound * outputCount + block.rows.lowerBound * plan.outputWidth
  }

  /// The output gradient of a block as a matrix: joined in `scratch`, or where it lies if that will do.
  func outputColumns(of block: Block, _ gradient: UnsafePointer<Float>, _ scratch: Scratch) -> Columns {
    if let place = placeInOutput(of: block) { return Columns(start: gradient + place, rowStride: positions) }
    let width = width(of: block)
    copyImages(
      of: block, from: gradient + block.images.lowerBound * outputCount, [outputCount, positions, 1],
      to: scratch.outputs.pointer, [positions, width, 1])
    return Columns(start: scratch.outputs.pointer, rowStride: width)
  }

  /// Writes a block's output, joined in `scratch`, to the images it belongs to.
  func part(_ block: Block, _ scratch: Scratch, into output: UnsafeMutablePointer<Float>) {
    copyImages(
      of: block, from: scratch.outputs.pointer, [positions, width(of: block), 1],
      to: output + block.images.lowerBound * outputCount, [outputCount, positions, 1])
  }

  /// Copies [images, outputs, positions] from one layout to another.
  private func copyImages(
    of block: Block, from source: UnsafePointer<Float>, _ sourceStrides: [Int],
    to target: UnsafeMutablePointer<Float>, _ targetStrides: [Int]
  ) {
    graft_copy_strided(
      target, targetStrides, source, sourceStrides, [block.images.count, plan.outputs, positions], 3,
      MemoryLayout<Float>.size)
  }

  /// Calls `body` with each image, its first column in the block, and channels, divided among the threads.
  private func forEachImage(
    of block: Block, width: Int, _ body: (_ image: Int, _ column: Int, _ channels: Range<Int>) -> Void
  ) {
    // Copying so many elements takes some ten microseconds.
    let grain = max(1, (1 << 15) / (plan.kernelHeight * plan.kernelWidth * width))
    parallelFor(plan.channels, grain: grain) { channels in
      for (index, image) in block.images.enumerated() { body(image, index * positions, channels) }
    }
  }
}
