// Pooling and its adjoints by the definition.

extension PoolingPlan {
  /// All planes of all images.
  var planes: Range<Int> { 0..<(inputShape[0] * inputShape[1]) }

  /// Calls `body` for each window of some planes, with the window's output and the start of its plane in the input.
  func forEachWindow(
    in planes: Range<Int>, _ body: (_ output: Int, _ plane: Int, _ rows: Window, _ columns: Window) -> Void
  ) {
    let planeCount = inputShape[2] * inputShape[3]
    for plane in planes {
      for (y, rowWindow) in rows.enumerated() {
        for (x, columnWindow) in columns.enumerated() {
          let output = (plane * rows.count + y) * columns.count + x
          body(output, plane * planeCount, rowWindow, columnWindow)
        }
      }
    }
  }

  /// Calls `body` with the place in its plane of each element under a window, row by row.
  func forEachPlace(_ rows: Window, _ columns: Window, _ body: (Int) -> Void) {
    for row in rows.inside {
      for column in columns.inside { body(row * inputShape[3] + column) }
    }
  }
}

extension SpatialScalar {
  package static func maxPoolReference(
    _ input: Tensor<Self>, _ plan: PoolingPlan
  ) -> (values: Tensor<Self>, indices: Tensor<Int32>) {
    var places: [Int32] = []
    let values = Tensor<Self>(shape: plan.outputShape) { output in
      input.withContiguousBuffer { x in
        plan.forEachWindow(in: plan.planes) { index, plane, rows, columns in
          var place = rows.inside.lowerBound * plan.inputShape[3] + columns.inside.lowerBound
          var best = x[plane + place]
          plan.forEachPlace(rows, columns) { here in
            let value = x[plane + here]
            if value > best || (value.isNaN && !best.isNaN) { (best, place) = (value, here) }
          }
          output[index] = best
          places.append(Int32(place))
        }
      }
    }
    return (values, Tensor<Int32>(shape: plan.outputShape, scalars: places))
  }

  package static func maxPoolInputGradientReference(
    _ outputGradient: Tensor<Self>, indices: Tensor<Int32>, inputShape: Shape
  ) -> Tensor<Self> {
    let inputPlane = inputShape[2] * inputShape[3]
    let outputPlane = indices.shape[2] * indices.shape[3]
    return Tensor(shape: inputShape) { gradient in
      gradient.initialize(repeating: 0)
      outputGradient.withContiguousBuffer { g in
        indices.withContiguousBuffer { places in
          for index in 0..<g.count {
            let place = Int(places[index])
            require(
              place >= 0 && place < inputPlane,
              "maxPoolInputGradient: index \(place) lies outside a plane of input \(inputShape)")
            gradient[index / outputPlane * inputPlane + place] += g[index]
          }
        }
      }
    }
  }

  package static func averagePoolReference(_ input: Tensor<Self>, _ plan: PoolingPlan) -> Tensor<Self> {
    Tensor(shape: plan.outputShape) { output in
      input.withContiguousBuffer { x in
        plan.forEachWindow(in: plan.planes) { index, plane, rows, columns in
          var sum: Self = 0
          plan.forEachPlace(rows, columns) { sum += x[plane + $0] }
          output[index] = sum / Self(rows.divisor * columns.divisor)
        }
      }
    }
  }

  package static func averagePoolInputGradientReference(
    _ outputGradient: Tensor<Self>, _ plan: PoolingPlan
  ) -> Tensor<Self> {
    Tensor(shape: plan.inputShape) { gradient in
      gradient.initialize(repeating: 0)
      outputGradient.withContiguousBuffer { g in
        plan.forEachWindow(in: plan.planes) { index, plane, rows, columns in
          let share = g[index] / Self(rows.divisor * columns.divisor)
          plan.forEachPlace(rows, columns) { gradient[plane + $0] += share }
        }
      }
    }
  }
}
