// The plain form of each optimizer step: one element after the other, written out as the formula has it.
// They are what the fast ones are tested against.

extension Tensor where Scalar == Float {
  /// The plain form of ``sgdStep(gradient:velocity:rate:momentum:dampening:decay:nesterov:)``.
  package mutating func sgdStepReference(
    gradient: Tensor, velocity: inout Tensor?, rate: Double, momentum: Double, dampening: Double,
    decay: Double, nesterov: Bool
  ) {
    let (rate, momentum, decay) = (Float(rate), Float(momentum), Float(decay))
    let share = Float(1 - dampening)
    let isFirst = velocity == nil
    if momentum != 0 { velocity.makeIfMissing(shape) }
    withStepRows("SGD", gradient, &velocity) { rows in
      for i in 0..<rows.count {
        var g = rows.gradient[i] + decay * rows.parameter[i]
        if momentum != 0, let velocity = rows.first {
          velocity[i] = isFirst ? g : momentum * velocity[i] + share * g
          g = nesterov ? g + momentum * velocity[i] : velocity[i]
        }
        rows.parameter[i] -= rate * g
      }
    }
  }

  /// The plain form of `adamStep`.
  package mutating func adamStepReference(
    gradient: Tensor, firstMoment: inout Tensor?, secondMoment: inout Tensor?, maximum: inout Tensor?,
    rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double, decoupled: Bool,
    amsgrad: Bool,
    number: Int
  ) {
    let bias = AdamBias(beta1: beta1, beta2: beta2, number: number)
    let stepSize = Float(rate / bias.first)
    let secondRoot = Float(bias.secondRoot)
    let shrink = decoupled ? Float(1 - rate * decay) : 1
    let addition = decoupled ? 0 : Float(decay)
    let (rest1, rest2) = (Float(1 - beta1), Float(1 - beta2))
    let (beta2, epsilon) = (Float(beta2), Float(epsilon))
    firstMoment.makeIfMissing(shape)
    secondMoment.makeIfMissing(shape)
    if amsgrad { maximum.makeIfMissing(shape) }
    withStepRows("Adam", gradient, &firstMoment, &secondMoment, &maximum) { rows in
      guard let m = rows.first, let v = rows.second else { return }
      for i in 0..<rows.count {
        let g = rows.gradient[i] + addition * rows.parameter[i]
        m[i] += rest1 * (g - m[i])
        v[i] = beta2 * v[i] + rest2 * g * g
        var second = v[i]
        if amsgrad, let maximum = rows.third {
          if !(maximum[i] > second) { maximum[i] = second }  // takes over a NaN
          second = maximum[i]
        }
        let denominator = second.squareRoot() / secondRoot + epsilon
        rows.parameter[i] = shrink * rows.parameter[i] - stepSize * m[i] / denominator
      }
    }
  }

  /// The plain form of `rmspropStep`.
  package mutating func rmspropStepReference(
    gradient: Tensor, squareAverage: inout Tensor?, gradientAverage: inout Tensor?, velocity: inout Tensor?,
    rate: Double, smoothing: Double, epsilon: Double, momentum: Double, decay: Double, centered: Bool
  ) {
    let rest = Float(1 - smoothing)
    let (rate, smoothing, epsilon) = (Float(rate), Float(smoothing), Float(epsilon))
    let (momentum, decay) = (Float(momentum), Float(decay))
    squareAverage.makeIfMissing(shape)
    if centered { gradientAverage.makeIfMissing(shape) }
    if momentum != 0 { velocity.makeIfMissing(shape) }
    withStepRows("RMSprop", gradient, &squareAverage, &gradientAverage, &velocity) { rows in
      guard let squares = rows.first else { return }
      for i in 0..<rows.count {
        let g = rows.gradient[i] + decay * rows.parameter[i]
        squares[i] = smoothing * squares[i] + rest * g * g
        var variance = squares[i]
        if centered, let average = rows.second {
          average[i] += rest * (g - average[i])
          variance -= average[i] * average[i]
        }
        let denominator = variance.squareRoot() + epsilon
        if momentum != 0, let velocity = rows.third {
          velocity[i] = momentum * velocity[i] + g / denominator
          rows.parameter[i] -= rate * velocity[i]
        } else {
          rows.parameter[i] -= rate * g / denominator
        }
      }
    }
  }

  /// The plain form of ``lionStep(gradient:momentum:rate:beta1:beta2:decay:)``.
  package mutating func lionStepReference(
    gradient: Tensor, momentum: inout Tensor?, rate: Double, beta1: Double, beta2: Double, decay: Double
  ) {
    let (rest1, rest2) = (Float(1 - beta1), Float(1 - beta2))
    let (rate, beta1, beta2, decay) = (Float(rate), Float(beta1), Float(beta2), Float(decay))
    momentum.makeIfMissing(shape)
    withStepRows("Lion", gradient, &momentum) { rows in
      guard let m = rows.first else { return }
      for i in 0..<rows.count {
        let g = rows.gradient[i]
        let blend = beta1 * m[i] + rest1 * g
        let direction: Float = blend > 0 ? 1 : blend < 0 ? -1 : blend
        rows.parameter[i] -= rate * (direction + decay * rows.parameter[i])
        m[i] = beta2 * m[i] + rest2 * g
      }
    }
  }
}
