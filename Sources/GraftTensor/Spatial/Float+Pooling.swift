import CGraftKernels

extension Float {
  public static func maxPool(
    _ input: Tensor<Float>, _ plan: PoolingPlan
  ) -> (values: Tensor<Float>, indices: Tensor<Int32>) {
    guard let window = plan.window() else { return maxPoolReference(input, plan) }
    let places = Tensor<Int32>(uninitialized: plan.outputShape)
    let values = Tensor<Float>(shape: plan.outputShape) { output in
      input.withContiguousBuffer { image in
        guard let image = image.baseAddress, let output = output.baseAddress else { return }
        plan.forEachPlanes { planes in
          withUnsafePointer(to: window) {
            Kernels.current.pointee.max_pool(
              $0, image, output, places.firstElement, planes.lowerBound, planes.upperBound)
          }
        }
      }
    }
    return (values, places)
  }

  public static func maxPoolInputGradient(
    _ outputGradient: Tensor<Float>, indices: Tensor<Int32>, inputShape: Shape
  ) -> Tensor<Float> {
    let window = graft_window(input: inputShape, output: indices.shape)
    return Tensor(shape: inputShape) { gradient in
      outputGradient.withContiguousBuffer { g in
        indices.withContiguousBuffer { places in
          guard let gradient = gradient.baseAddress, let g = g.baseAddress, let places = places.baseAddress
          else { return }
          PoolingPlan.forEachPlanes(of: inputShape) { planes in
            fill(gradient, planes, of: inputShape)
            let areInside = withUnsafePointer(to: window) {
              graft_max_pool_backward($0, g, places, gradient, planes.lowerBound, planes.upperBound)
            }
            require(
              areInside != 0, "maxPoolInputGradient: an index lies outside the planes of input \(inputShape)")
          }
        }
      }
    }
  }

  public static func averagePool(_ input: Tensor<Float>, _ plan: PoolingPlan) -> Tensor<Float> {
    Tensor(shape: plan.outputShape) { output in
      input.withContiguousBuffer { image in
        guard let image = image.baseAddress, let output = output.baseAddress else { return }
        let window = plan.window()
        plan.forEachPlanes { planes in
          let kernels = Kernels.current
          if let size = plan.globalSize {
            for plane in planes {
              output[plane] = kernels.pointee.sum(image + plane * size, size) / Float(size)
            }
          } else if let window {
            withUnsafePointer(to: window) {
              kernels.pointee.average_pool(
                $0, image, output, plan.countsPadding ? 1 : 0, planes.lowerBound, planes.upperBound)
            }
          } else {
            plan.average(planes, image, into: output)
          }
        }
      }
    }
  }

  public static func averagePoolInputGradient(
    _ outputGradient: Tensor<Float>, _ plan: PoolingPlan
  ) -> Tensor<Float> {
    Tensor(shape: plan.inputShape) { gradient in
      outputGradient.withContiguousBuffer { g in
        guard let gradient = gradient.baseAddress, let g = g.baseAddress else { return }
        let window = plan.window()
        plan.forEachPlanes { planes in
          if let size = plan.globalSize {
            for plane in planes {
              withUnsafePointer(to: g[plane] / Float(size)) {
                graft_fill(gradient + plane * size, $0, size, MemoryLayout<Float>.size)
              }
            }
            return
          }
          fill(gradient, planes, of: plan.inputShape)
          if let window {
            withUnsafePointer(to: window) {
              Kernels.current.pointee.average_pool_backward(
                $0, g, gradient, plan.countsPadding ? 1 : 0, planes.lowerBound, planes.upperBound)
            }
          } else {
            plan.spread(planes, g, into: gradient)
          }
        }
      }
    }
  }

  /// Sets planes of a gradient to zero.
  private static func fill(_ gradient: UnsafeMutablePointer<Float>, _ planes: Range<Int>, of shape: Shape) {
    let count = shape[2] * shape[3]
    withUnsafePointer(to: 0 as Float) {
      graft_fill(
        gradient + planes.lowerBound * count, $0, planes.count * count, MemoryLayout<Float>.size)
    }
  }
}

extension PoolingPlan {
  /// Calls `body` with planes, numbered through all images, on all threads.
  fileprivate func forEachPlanes(_ body: (Range<Int>) -> Void) {
    Self.forEachPlanes(of: inputShape, body)
  }

  fileprivate static func forEachPlanes(of input: Shape, _ body: (Range<Int>) -> Void) {
    // Passing over so many elements takes some ten microseconds.
    parallelFor(input[0] * input[1], grain: max(1, (1 << 14) / (input[2] * input[3])), body)
  }

  /// The size of a plane, if there is one window and it covers just that.
  fileprivate var globalSize: Int? {
    let whole = [inputShape[2], inputShape[3]].map { Window(inside: 0..<$0, divisor: $0) }
    return rows == [whole[0]] && columns == [whole[1]] ? inputShape[2] * inputShape[3] : nil
  }

  /// The window as the kernels want it, if it moves evenly.
  fileprivate func window() -> graft_window? {
    guard let geometry else { return nil }
    var window = graft_window(input: inputShape, output: outputShape)
    (window.kernel_height, window.kernel_width) = geometry.kernel
    (window.stride_height, window.stride_width) = geometry.stride
    (window.padding_height, window.padding_width) = geometry.padding
    return window
  }

  /// The means of windows that do not move evenly, for some planes.
  fileprivate func average(
    _ planes: Range<Int>, _ image: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    let kernels = Kernels.current
    forEachWindow(in: planes) { index, plane, rows, columns in
      var sum: Float = 0
      forEachRun(rows, columns) { place, count in sum += kernels.pointee.sum(image + plane + place, count) }
      output[index] = sum / Float(rows.divisor * columns.divisor)
    }
  }

  /// Adds to each element under a window its share of the window's gradient.
  fileprivate func spread(
    _ planes: Range<Int>, _ outputGradient: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>
  ) {
    let kernels = Kernels.current
    forEachWindow(in: planes) { index, plane, rows, columns in
      let share = outputGradient[index] / Float(rows.divisor * columns.divisor)
      forEachRun(rows, columns) { place, count in
        kernels.pointee.add_s(gradient + plane + place, share, gradient + plane + place, count)
      }
    }
  }

  /// Calls `body` for each run of neighbouring elements under a window: its rows, or all at once if it is as wide as
  /// the image.
  private func forEachRun(_ rows: Window, _ columns: Window, _ body: (_ place: Int, _ count: Int) -> Void) {
    let width = inputShape[3]
    if columns.inside.count == width {
      body(rows.inside.lowerBound * width, rows.inside.count * width)
    } else {
      for row in rows.inside { body(row * width + columns.inside.lowerBound, columns.inside.count) }
    }
  }
}

extension graft_window {
  /// Planes of images and of what they are pooled to, under a window of one element.
  fileprivate init(input: Shape, output: Shape) {
    self.init(
      channels: input[0] * input[1], height: input[2], width: input[3], kernel_height: 1, kernel_width: 1,
      stride_height: 1, stride_width: 1, padding_height: 0, padding_width: 0, dilation_height: 1,
      dilation_width: 1, output_height: output[2], output_width: output[3])
  }
}
