// Convolution and its two adjoints by the definition. All three go through the same products, so that each is the
// other's adjoint by construction.

extension ConvolutionPlan {
  /// Calls `body` for each product input · weight that belongs to an output, with the three elements' places.
  ///
  /// The products of one output come in the order of channel, window row, window column.
  func forEachProduct(_ body: (_ input: Int, _ weight: Int, _ output: Int) -> Void) {
    let groupChannels = channels / geometry.groups
    let groupOutputs = outputs / geometry.groups
    for image in 0..<batch {
      for o in 0..<outputs {
        for y in 0..<outputHeight {
          for x in 0..<outputWidth {
            let output = ((image * outputs + o) * outputHeight + y) * outputWidth + x
            for c in 0..<groupChannels {
              let channel = image * channels + o / groupOutputs * groupChannels + c
              for i in 0..<kernelHeight {
                let row = y * geometry.stride.height + i * geometry.dilation.height - geometry.padding.height
                guard row >= 0 && row < height else { continue }
                for j in 0..<kernelWidth {
                  let column =
                    x * geometry.stride.width + j * geometry.dilation.width - geometry.padding.width
                  guard column >= 0 && column < width else { continue }
                  body(
                    (channel * height + row) * width + column,
                    ((o * groupChannels + c) * kernelHeight + i) * kernelWidth + j, output)
                }
              }
            }
          }
        }
      }
    }
  }
}

extension SpatialScalar {
  package static func convolveReference(
    _ input: Tensor<Self>, _ weight: Tensor<Self>, bias: Tensor<Self>?, _ plan: ConvolutionPlan
  ) -> Tensor<Self> {
    Tensor(shape: plan.outputShape) { output in
      let bias = bias?.scalars ?? Array(repeating: 0, count: plan.outputs)
      let plane = plan.outputHeight * plan.outputWidth
      for index in 0..<output.count { output[index] = bias[index / plane % plan.outputs] }
      input.withContiguousBuffer { x in
        weight.withContiguousBuffer { w in
          plan.forEachProduct { i, k, o in output[o] += x[i] * w[k] }
        }
      }
    }
  }

  package static func convolutionInputGradientReference(
    _ outputGradient: Tensor<Self>, _ weight: Tensor<Self>, _ plan: ConvolutionPlan
  ) -> Tensor<Self> {
    Tensor(shape: plan.inputShape) { gradient in
      gradient.initialize(repeating: 0)
      outputGradient.withContiguousBuffer { g in
        weight.withContiguousBuffer { w in
          plan.forEachProduct { i, k, o in gradient[i] += g[o] * w[k] }
        }
      }
    }
  }

  package static func convolutionWeightGradientReference(
    _ input: Tensor<Self>, _ outputGradient: Tensor<Self>, _ plan: ConvolutionPlan
  ) -> Tensor<Self> {
    Tensor(shape: plan.weightShape) { gradient in
      gradient.initialize(repeating: 0)
      outputGradient.withContiguousBuffer { g in
        input.withContiguousBuffer { x in
          plan.forEachProduct { i, k, o in gradient[k] += g[o] * x[i] }
        }
      }
    }
  }
}
