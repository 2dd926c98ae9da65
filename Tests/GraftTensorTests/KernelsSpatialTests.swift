import CGraftKernels
import GraftTensor
import Testing

@Suite struct KernelsSpatialTests {
  private func window(
    channels: Int, height: Int, width: Int, kernel: (Int, Int), stride: (Int, Int), padding: (Int, Int),
    dilation: (Int, Int) = (1, 1)
  ) -> graft_window {
    graft_window(
      channels: channels, height: height, width: width, kernel_height: kernel.0, kernel_width: kernel.1,
      stride_height: stride.0, stride_width: stride.1, padding_height: padding.0, padding_width: padding.1,
      dilation_height: dilation.0, dilation_width: dilation.1,
      output_height: graft_window_positions(height, kernel.0, stride.0, padding.0, dilation.0),
      output_width: graft_window_positions(width, kernel.1, stride.1, padding.1, dilation.1))
  }

  /// Windows of many kinds, all of which fit at least once.
  private func windows(dilated: Bool) -> [graft_window] {
    var generator = TestGenerator(dilated ? 11 : 12)
    // Rows longer than the pieces they are done in.
    var result = [1, 2, 3].map { stride in
      window(
        channels: 1, height: 3, width: 270 * stride, kernel: (2, 3), stride: (1, stride), padding: (0, 1))
    }
    // Wide enough for vectors of every size, with a rest.
    let rows = (0..<24).map { _ in generator.length(4...45) }
    result += rows.enumerated().map { index, width in
      let kernel = index % 4 + 1
      return window(
        channels: 2, height: 5, width: width + kernel, kernel: (2, kernel),
        stride: (1 + index % 2, 1 + index / 4 % 3),
        padding: (1, kernel / 2))
    }
    while result.count < 84 {
      let kernel = (Int.random(in: 1...4, using: &generator), Int.random(in: 1...4, using: &generator))
      let candidate = window(
        channels: Int.random(in: 1...3, using: &generator),
        height: Int.random(in: 1...9, using: &generator), width: Int.random(in: 1...9, using: &generator),
        kernel: kernel,
        stride: (Int.random(in: 1...3, using: &generator), Int.random(in: 1...3, using: &generator)),
        padding: dilated
          ? (Int.random(in: 0...3, using: &generator), Int.random(in: 0...3, using: &generator))
          : (
            Int.random(in: 0...(kernel.0 / 2), using: &generator),
            Int.random(in: 0...(kernel.1 / 2), using: &generator)
          ),
        dilation: dilated
          ? (Int.random(in: 1...3, using: &generator), Int.random(in: 1...3, using: &generator)) : (1, 1))
      if candidate.output_height > 0 && candidate.output_width > 0 { result.append(candidate) }
    }
    return result
  }

  /// Every image element under the window at one position, or nil for padding: the definition.
  private func under(_ w: graft_window, _ y: Int, _ x: Int) -> [(i: Int, j: Int, place: Int?)] {
    var result: [(Int, Int, Int?)] = []
    for i in 0..<w.kernel_height {
      for j in 0..<w.kernel_width {
        let row = y * w.stride_height + i * w.dilation_height - w.padding_height
        let column = x * w.stride_width + j * w.dilation_width - w.padding_width
        let inside = row >= 0 && row < w.height && column >= 0 && column < w.width
        result.append((i, j, inside ? row * w.width + column : nil))
      }
    }
    return result
  }

  private func imageSize(_ w: graft_window) -> Int { w.channels * w.height * w.width }
  private func outputSize(_ w: graft_window) -> Int { w.channels * w.output_height * w.output_width }

  @Test func windowPositions() {
    #expect(graft_window_positions(224, 7, 2, 3, 1) == 112)
    #expect(graft_window_positions(5, 3, 1, 0, 2) == 1)
    #expect(graft_window_positions(4, 3, 1, 0, 2) == 0)
  }

  @Test(arguments: TableUnderTest.all) func maxPoolingAgreesWithDefinition(_ test: TableUnderTest) {
    let kernels = test.kernels
    var generator = TestGenerator(15)
    for var w in windows(dilated: true) {
      // Few values, so that there are equals.
      var image = (0..<imageSize(w)).map { _ in Float(Int.random(in: -3...3, using: &generator)) }
      if image.count > 12 { image[5] = .nan }
      var output = [Float](repeating: 99, count: outputSize(w))
      var indices = [Int32](repeating: 99, count: output.count)
      let gradient = generator.floats(output.count)
      var back = [Float](repeating: 0, count: image.count)
      var expectedBack = back
      kernels.max_pool(&w, image, &output, &indices, 0, w.channels)
      graft_max_pool_backward(&w, gradient, indices, &back, 0, w.channels)
      for c in 0..<w.channels {
        let plane = c * w.height * w.width
        for y in 0..<w.output_height {
          for x in 0..<w.output_width {
            let places = under(w, y, x).compactMap(\.place)
            let nan = places.first { image[plane + $0].isNaN }
            let greatest = places.map { image[plane + $0] }.max()
            let place = nan ?? places.first { image[plane + $0] == greatest }
            let at = (c * w.output_height + y) * w.output_width + x
            #expect(indices[at] == place.map(Int32.init) ?? -1, "\(w)")
            let value = place.map { image[plane + $0] } ?? -.infinity
            #expect(output[at] == value || (output[at].isNaN && value.isNaN), "\(w)")
            if let place { expectedBack[plane + place] += gradient[at] }
          }
        }
      }
      #expect(back == expectedBack)
      var again = output
      kernels.max_pool(&w, image, &again, nil, 0, w.channels)
      #expect(zip(again, output).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    }
  }

  @Test(arguments: [false, true], TableUnderTest.all)
  func averagePoolingAgreesWithDefinition(_ countsPadding: Bool, on test: TableUnderTest) {
    let kernels = test.kernels
    var generator = TestGenerator(16)
    for var w in windows(dilated: false) {
      // One more position than fits, as when sizes are rounded up.
      if Bool.random(using: &generator) { w.output_height += 1 }
      let image = generator.floats(imageSize(w))
      var output = [Float](repeating: 99, count: outputSize(w))
      let gradient = generator.floats(output.count)
      var back = [Float](repeating: 0, count: image.count)
      var expectedBack = back
      kernels.average_pool(&w, image, &output, countsPadding ? 1 : 0, 0, w.channels)
      kernels.average_pool_backward(&w, gradient, &back, countsPadding ? 1 : 0, 0, w.channels)
      for c in 0..<w.channels {
        let plane = c * w.height * w.width
        for y in 0..<w.output_height {
          for x in 0..<w.output_width {
            let places = under(w, y, x).compactMap(\.place)
            var divisor = places.count
            if countsPadding {
              let rows = min(w.kernel_height, w.height + 2 * w.padding_height - y * w.stride_height)
              let columns = min(w.kernel_width, w.width + 2 * w.padding_width - x * w.stride_width)
              divisor = max(0, rows) * max(0, columns)
            }
            let sum = places.reduce(0) { $0 + image[plane + $1] }
            let at = (c * w.output_height + y) * w.output_width + x
            #expect(output[at] == (divisor > 0 ? sum / Float(divisor) : 0), "\(w)")
            for place in places { expectedBack[plane + place] += gradient[at] / Float(divisor) }
          }
        }
      }
      #expect(back == expectedBack, "\(w)")
    }
  }
}
