import CGraftKernels

extension Float {
  public static func convolve(
    _ input: Tensor<Float>, _ weight: Tensor<Float>, bias: Tensor<Float>?, _ plan: ConvolutionPlan
  ) -> Tensor<Float> {
    ColumnConvolution(plan).convolve(input, weight, bias: bias)
  }

  public static func convolutionInputGradient(
    _ outputGradient: Tensor<Float>, _ weight: Tensor<Float>, _ plan: ConvolutionPlan
  ) -> Tensor<Float> {
    ColumnConvolution(plan).inputGradient(outputGradient, weight)
  }

  public static func convolutionWeightGradient(
    _ input: Tensor<Float>, _ outputGradient: Tensor<Float>, _ plan: ConvolutionPlan
  ) -> Tensor<Float> {
    ColumnConvolution(plan).weightGradient(input, outputGradient)
  }
}

extension ColumnConvolution {
  /// The convolution of images.
  func convolve(_ input: Tensor<Float>, _ weight: Tensor<Float>, bias: Tensor<Float>?) -> Tensor<Float> {
    let bias = bias?.scalars
    return tensor(plan.outputShape, from: input, weight) { convolve($0, $1, bias: bias, into: $2) }
  }

  /// The gradient of the images.
  func inputGradient(_ outputGradient: Tensor<Float>, _ weight: Tensor<Float>) -> Tensor<Float> {
    tensor(plan.inputShape, from: outputGradient, weight) { inputGradient($0, $1, into: $2) }
  }

  /// The gradient of the weight.
  func weightGradient(_ input: Tensor<Float>, _ outputGradient: Tensor<Float>) -> Tensor<Float> {
    tensor(plan.weightShape, from: input, outputGradient) { weightGradient($0, $1, into: $2) }
  }

  /// A tensor that `compute` writes, given the elements of two others in row-major order.
  private func tensor(
    _ shape: Shape, from first: Tensor<Float>, _ second: Tensor<Float>,
    _ compute: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor<Float> {
    Tensor(shape: shape) { output in
      guard let output = output.baseAddress else { return }
      first.contiguous().withUnsafeElements { first in
        second.contiguous().withUnsafeElements { second in compute(first, second, output) }
      }
    }
  }

  private func convolve(
    _ input: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, bias: [Float]?,
    into output: UnsafeMutablePointer<Float>
  ) {
    forEachUnit(runCount * blocksPerRun) { unit, scratch in
      let block = block(unit % blocksPerRun, ofRun: unit / blocksPerRun)
      let width = width(of: block)
      let columns = columns(of: block, input: input, scratch)
      let place = placeInOutput(of: block)
      let target = place.map { output + $0 } ?? scratch.outputs.pointer
      let rowStride = place == nil ? width : positions
      if let bias {
        for (channel, value) in bias.enumerated() {
          fill(target + channel * rowStride, with: value, count: width)
        }
      }
      gemmBatched(
        count: groups, m: outputs, n: width, k: depth,
        a: weight, aStride: weightCount / groups, aRowStride: depth, aColumnStride: 1,
        b: columns.start, bStride: depth * columns.rowStride, bRowStride: columns.rowStride, bColumnStride: 1,
        c: target, cStride: outputs * rowStride, cRowStride: rowStride, accumulate: bias != nil)
      if place == nil { part(block, scratch, into: output) }
    }
  }

  private func inputGradient(
    _ outputGradient: UnsafePointer<Float>, _ weight: UnsafePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    // Windows of neighbouring rows overlap, so the blocks of a run are done one after the other.
    forEachUnit(runCount) { run, scratch in
      for index in 0..<blocksPerRun {
        let block = block(index, ofRun: run)
        let width = width(of: block)
        let outputs = outputColumns(of: block, outputGradient, scratch)
        let place = placeInInput(of: block)
        let target = place.map { gradient + $0 } ?? scratch.columns.pointer
        let rowStride = place == nil ? width : positions
        gemmBatched(
          count: groups, m: depth, n: width, k: self.outputs,
          a: weight, aStride: weightCount / groups, aRowStride: 1, aColumnStride: depth,
          b: outputs.start, bStride: self.outputs * outputs.rowStride, bRowStride: outputs.rowStride,
          bColumnStride: 1,
          c: target, cStride: depth * rowStride, cRowStride: rowStride, accumulate: false)
        if place == nil {
          if index == 0 {
            fill(
              gradient + block.images.lowerBound * inputCount, with: 0, count: block.images.count * inputCount
            )
          }
          roll(block, scratch, into: gradient)
        }
      }
    }
  }

  /// The images are divided into parts that depend on the sizes alone; each part has a sum of its own, and these are
  /// added in their order.
  private func weightGradient(
    _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    guard runCount > 0 else { return fill(gradient, with: 0, count: weightCount) }
    let partition = Partition(count: runCount, grain: (runCount + gradientParts - 1) / gradientParts)
    let others = Storage<Float>(count: (partition.parts - 1) * weightCount)
    parallelFor(partition) { part, runs in
      let scratch = makeScratch()
      let sum = part == 0 ? gradient : others.pointer + (part - 1) * weightCount
      for run in runs {
        for index in 0..<blocksPerRun {
          let block = block(index, ofRun: run)
          let outputs = outputColumns(of: block, outputGradient, scratch)
          let columns = columns(of: block, input: input, scratch)
          gemmBatched(
            count: groups, m: self.outputs, n: depth, k: width(of: block),
            a: outputs.start, aStride: self.outputs * outputs.rowStride, aRowStride: outputs.rowStride,
            aColumnStride: 1,
            b: columns.start, bStride: depth * columns.rowStride, bRowStride: 1,
            bColumnStride: columns.rowStride,
            c: sum, cStride: weightCount / groups, cRowStride: depth,
            accumulate: run > runs.lowerBound || index > 0)
        }
      }
    }
    guard partition.parts > 1 else { return }
    parallelFor(weightCount, grain: 1 << 14) { range in
      let sum = gradient + range.lowerBound
      for part in 1..<partition.parts {
        Kernels.current.pointee.add(
          sum, others.pointer + (part - 1) * weightCount + range.lowerBound, sum, range.count)
      }
    }
  }

  private func fill(_ target: UnsafeMutablePointer<Float>, with value: Float, count: Int) {
    withUnsafePointer(to: value) { graft_fill(target, $0, count, MemoryLayout<Float>.size) }
  }
}
