import CGraftKernels

// One step of an optimizer over one parameter, in a single pass over memory and in the order of PyTorch's
// operations. OptimizerKernels+Reference.swift has the plain form of each, with the same signature.
//
// `rate` is the learning rate, `decay` the weight decay. Every tensor has the parameter's shape. What an
// optimizer remembers is nil before the first step that needs it, and is made there.

extension Tensor where Scalar == Float {
  /// Moves this parameter by one step of stochastic gradient descent.
  ///
  /// With momentum, `velocity` becomes the gradient at the first step.
  package mutating func sgdStep(
    gradient: Tensor, velocity: inout Tensor?, rate: Double, momentum: Double, dampening: Double,
    decay: Double, nesterov: Bool
  ) {
    let settings = graft_sgd(
      learning_rate: rate, momentum: momentum, dampening: dampening, decay: decay,
      nesterov: nesterov ? 1 : 0, first: velocity == nil ? 1 : 0)
    if momentum != 0 { velocity.makeIfMissing(shape) }
    withStepRows("SGD", gradient, &velocity) { rows in
      withUnsafePointer(to: settings) { settings in
        parallelFor(rows.count, grain: StepRows.grain) { range in
          let part = rows[range]
          Kernels.current.pointee.sgd_step(part.parameter, part.gradient, part.first, part.count, settings)
        }
      }
    }
  }

  /// Moves this parameter by one step of Adam, or of AdamW where the decay is decoupled.
  ///
  /// - Parameters:
  ///   - maximum: AMSGrad's running maximum of the second moment; used if `amsgrad`.
  ///   - rate: the learning rate, not corrected for bias.
  ///   - number: 1 at the parameter's first step.
  ///   - decay: the weight decay. Decoupled, the parameter shrinks by rate · decay first; else decay · parameter
  ///     is added to the gradient.
  package mutating func adamStep(
    gradient: Tensor, firstMoment: inout Tensor?, secondMoment: inout Tensor?, maximum: inout Tensor?,
    rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double, decoupled: Bool,
    amsgrad: Bool,
    number: Int
  ) {
    guard !amsgrad else {
      // Rarely wanted, so it has no kernel of its own.
      return adamStepReference(
        gradient: gradient, firstMoment: &firstMoment, secondMoment: &secondMoment, maximum: &maximum,
        rate: rate,
        beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay, decoupled: decoupled, amsgrad: true,
        number: number)
    }
    let bias = AdamBias(beta1: beta1, beta2: beta2, number: number)
    let settings = graft_adam(
      step_size: rate / bias.first, beta1: beta1, beta2: beta2, epsilon: epsilon, bias2_sqrt: bias.secondRoot,
      decoupled_decay: decoupled ? rate * decay : 0, l2_decay: decoupled ? 0 : decay)
    firstMoment.makeIfMissing(shape)
    secondMoment.makeIfMissing(shape)
    withStepRows("Adam", gradient, &firstMoment, &secondMoment, &maximum) { rows in
      withUnsafePointer(to: settings) { settings in
        parallelFor(rows.count, grain: StepRows.grain) { range in
          let part = rows[range]
          Kernels.current.pointee.adam_step(
            part.parameter, part.gradient, part.first, part.second, part.count, settings)
        }
      }
    }
  }

  /// Moves this parameter by one step of RMSprop; centered, the average gradient is subtracted.
  package mutating func rmspropStep(
    gradient: Tensor, squareAverage: inout Tensor?, gradientAverage: inout Tensor?, velocity: inout Tensor?,
    rate: Double, smoothing: Double, epsilon: Double, momentum: Double, decay: Double, centered: Bool
  ) {
    let settings = graft_rmsprop(
      learning_rate: rate, smoothing: smoothing, epsilon: epsilon, momentum: momentum, decay: decay)
    squareAverage.makeIfMissing(shape)
    if centered { gradientAverage.makeIfMissing(shape) }
    if momentum != 0 { velocity.makeIfMissing(shape) }
    withStepRows("RMSprop", gradient, &squareAverage, &gradientAverage, &velocity) { rows in
      withUnsafePointer(to: settings) { settings in
        parallelFor(rows.count, grain: StepRows.grain) { range in
          let part = rows[range]
          Kernels.current.pointee.rmsprop_step(
            part.parameter, part.gradient, part.first, centered ? part.second : nil, part.third, part.count,
            settings)
        }
      }
    }
  }

  /// Moves this parameter by one step of Lion.
  package mutating func lionStep(
    gradient: Tensor, momentum: inout Tensor?, rate: Double, beta1: Double, beta2: Double, decay: Double
  ) {
    let settings = graft_lion(learning_rate: rate, beta1: beta1, beta2: beta2, decay: decay)
    momentum.makeIfMissing(shape)
    withStepRows("Lion", gradient, &momentum) { rows in
      withUnsafePointer(to: settings) { settings in
        parallelFor(rows.count, grain: StepRows.grain) { range in
          let part = rows[range]
          Kernels.current.pointee.lion_step(part.parameter, part.gradient, part.first, part.count, settings)
        }
      }
    }
  }
}
