import CGraftKernels

extension Float {
  public static func convolve(
    _ input: Tensor<Float>, _ weight: Tensor<Float>, bias: Tensor<Float>?, _ plan: ConvolutionPlan
  ) -> Tensor<Float> {
    FastConvolution(plan).convolve(input, weight, bias: bias)
  }

  public static func convolutionInputGradient(
    _ outputGradient: Tensor<Float>, _ weight: Tensor<Float>, _ plan: ConvolutionPlan
  ) -> Tensor<Float> {
    FastConvolution(plan).inputGradient(outputGradient, weight)
  }

  public static func convolutionWeightGradient(
    _ input: Tensor<Float>, _ outputGradient: Tensor<Float>, _ plan: ConvolutionPlan
  ) -> Tensor<Float> {
    FastConvolution(plan).weightGradient(input, outputGradient)
  }
}

/// A convolution of `Float` images and its gradients.
struct FastConvolution {
  let plan: ConvolutionPlan
  let blocking: WindowBlocking
  let winograd: WinogradBlocking
  /// Whether narrow groups are convolved directly.
  let isDirect: Bool

  init(
    _ plan: ConvolutionPlan, _ blocking: WindowBlocking = WindowBlocking(),
    winograd: WinogradBlocking = WinogradBlocking(), isDirect: Bool = true
  ) {
    self.plan = plan
    self.blocking = blocking
    self.winograd = winograd
    self.isDirect = isDirect
  }

  /// The convolution of images, with what follows it in the same pass: `normalization` of each output channel, after
  /// which `residual`, of the output's shape, is added, or max(0, y).
  func convolve(
    _ input: Tensor<Float>, _ weight: Tensor<Float>, bias: Tensor<Float>?,
    normalization: ChannelNormalization? = nil, adding residual: Tensor<Float>? = nil,
    rectifying: Bool = false
  ) -> Tensor<Float> {
    tensor(plan.outputShape, from: input, weight) { source, filters, output in
      Tensor.withElements(of: bias) { bias in
        Tensor.withElements(of: residual) { residual in
          func compute(_ affines: UnsafePointer<graft_affine>?) {
            let epilogue = ConvolutionEpilogue(
              bias: bias, affines: affines, residual: residual,
              rectifies: normalization?.rectifies ?? rectifying)
            if isDirect, let direct = DirectConvolution(plan) {
              direct.convolve(source: source, filters: filters, epilogue: epilogue, into: output)
            } else {
              multiply(
                .convolution(plan, blocking), source: source, filters: filters, epilogue: epilogue,
                into: output)
            }
          }
          if let normalization {
            normalization.withAffines { compute($0.baseAddress) }
          } else {
            compute(nil)
          }
        }
      }
    }
  }

  /// The gradient of the images.
  func inputGradient(_ outputGradient: Tensor<Float>, _ weight: Tensor<Float>) -> Tensor<Float> {
    tensor(plan.inputShape, from: outputGradient, weight) { source, filters, gradient in
      if isDirect, let direct = DirectConvolution(inputGradient: plan) {
        let nothing = ConvolutionEpilogue()
        return direct.convolve(source: source, filters: filters, epilogue: nothing, into: gradient)
      }
      let products = WindowProduct.inputGradient(plan, blocking)
      // Elements that no window meets.
      if products.contains(where: { $0.tapCount == 0 }) {
        gradient.update(repeating: 0, count: plan.inputShape.elementCount)
      }
      for product in products where product.tapCount > 0 {
        multiply(product, source: source, filters: filters, epilogue: ConvolutionEpilogue(), into: gradient)
      }
    }
  }

  /// The gradient of the weight.
  func weightGradient(_ input: Tensor<Float>, _ outputGradient: Tensor<Float>) -> Tensor<Float> {
    tensor(plan.weightShape, from: input, outputGradient) { source, outputGradient, gradient in
      if isDirect, let direct = DirectConvolution(plan) {
        return direct.filterGradient(source: source, outputGradient: outputGradient, into: gradient)
      }
      let product = WindowProduct.convolution(plan, blocking)
      if let winograd = WinogradProduct(product, winograd) {
        winograd.filterGradient(source: source, outputGradient: outputGradient, into: gradient)
      } else {
        product.filterGradient(source: source, outputGradient: outputGradient, into: gradient)
      }
    }
  }

  /// Takes the faster of the two ways to a product.
  private func multiply(
    _ product: WindowProduct, source: UnsafePointer<Float>, filters: UnsafePointer<Float>,
    epilogue: ConvolutionEpilogue, into target: UnsafeMutablePointer<Float>
  ) {
    if let winograd = WinogradProduct(product, winograd) {
      winograd.multiply(source: source, filters: filters, epilogue: epilogue, into: target)
    } else {
      product.multiply(source: source, filters: filters, epilogue: epilogue, into: target)
    }
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
}
