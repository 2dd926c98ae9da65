import CGraftKernels

// `Float` runs on the vector kernels.

extension Float: FloatingPointScalar {
  public static func combine(
    _ operation: BinaryOperation, _ left: UnsafePointer<Float>, step leftStep: Int,
    _ right: UnsafePointer<Float>, step rightStep: Int, into out: UnsafeMutablePointer<Float>, count: Int
  ) {
    let kernels = Kernels.current
    switch (leftStep, rightStep) {
    case (1, 1):
      switch operation {
      case .add: kernels.pointee.add(left, right, out, count)
      case .subtract: kernels.pointee.sub(left, right, out, count)
      case .multiply: kernels.pointee.mul(left, right, out, count)
      case .divide: kernels.pointee.div(left, right, out, count)
      case .maximum: kernels.pointee.max(left, right, out, count)
      case .minimum: kernels.pointee.min(left, right, out, count)
      }
    case (1, 0):
      switch operation {
      case .add: kernels.pointee.add_s(left, right[0], out, count)
      case .subtract: kernels.pointee.sub_s(left, right[0], out, count)
      case .multiply: kernels.pointee.mul_s(left, right[0], out, count)
      case .divide: kernels.pointee.div_s(left, right[0], out, count)
      case .maximum: kernels.pointee.max_s(left, right[0], out, count)
      case .minimum: kernels.pointee.min_s(left, right[0], out, count)
      }
    case (0, 1):
      switch operation {
      case .add: kernels.pointee.add_s(right, left[0], out, count)
      case .subtract: kernels.pointee.rsub_s(right, left[0], out, count)
      case .multiply: kernels.pointee.mul_s(right, left[0], out, count)
      case .divide: kernels.pointee.rdiv_s(right, left[0], out, count)
      case .maximum: kernels.pointee.max_s(right, left[0], out, count)
      case .minimum: kernels.pointee.min_s(right, left[0], out, count)
      }
    default:
      combineReference(operation, left, step: leftStep, right, step: rightStep, into: out, count: count)
    }
  }

  public static func compare(
    _ comparison: Comparison, _ left: UnsafePointer<Float>, step leftStep: Int,
    _ right: UnsafePointer<Float>, step rightStep: Int, into out: UnsafeMutablePointer<Bool>, count: Int
  ) {
    let kernels = Kernels.current
    let mask = Tensor<Bool>.bytes(out)
    switch comparison {
    case .equal: kernels.pointee.compare(GRAFT_EQUAL, left, leftStep, right, rightStep, mask, count)
    case .notEqual: kernels.pointee.compare(GRAFT_NOT_EQUAL, left, leftStep, right, rightStep, mask, count)
    case .less: kernels.pointee.compare(GRAFT_LESS, left, leftStep, right, rightStep, mask, count)
    case .lessOrEqual:
      kernels.pointee.compare(GRAFT_LESS_OR_EQUAL, left, leftStep, right, rightStep, mask, count)
    case .greater: kernels.pointee.compare(GRAFT_LESS, right, rightStep, left, leftStep, mask, count)
    case .greaterOrEqual:
      kernels.pointee.compare(GRAFT_LESS_OR_EQUAL, right, rightStep, left, leftStep, mask, count)
    }
  }

  public static func position(of extreme: Extreme, _ row: UnsafePointer<Float>, count: Int) -> Int {
    let kernels = Kernels.current
    switch extreme {
    case .maximum: return kernels.pointee.argmax(row, count)
    case .minimum: return kernels.pointee.argmin(row, count)
    }
  }

  public static func track(
    _ extreme: Extreme, _ row: UnsafePointer<Float>, at position: Int32, best: UnsafeMutablePointer<Float>,
    positions: UnsafeMutablePointer<Int32>, count: Int
  ) {
    let kernels = Kernels.current
    switch extreme {
    case .maximum: kernels.pointee.argmax_step(row, position, best, positions, count)
    case .minimum: kernels.pointee.argmin_step(row, position, best, positions, count)
    }
  }

  public static func reduce(_ reduction: Reduction, _ row: UnsafePointer<Float>, count: Int) -> Float {
    let kernels = Kernels.current
    switch reduction {
    case .sum: return kernels.pointee.sum(row, count)
    case .sumOfSquares: return kernels.pointee.sum_squares(row, count)
    case .maximum: return kernels.pointee.maximum(row, count)
    case .minimum: return kernels.pointee.minimum(row, count)
    case .product: return kernels.pointee.product(row, count)
    }
  }

  public static func apply(
    _ function: ElementwiseFunction, _ row: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    let kernels = Kernels.current
    switch function {
    case .exp: kernels.pointee.exp(row, out, count)
    case .log: kernels.pointee.log(row, out, count)
    case .sqrt: kernels.pointee.sqrt(row, out, count)
    case .rsqrt: kernels.pointee.rsqrt(row, out, count)
    case .tanh: kernels.pointee.tanh(row, out, count)
    case .erf: kernels.pointee.erf(row, out, count)
    case .sigmoid: kernels.pointee.sigmoid(row, out, count)
    case .relu: kernels.pointee.relu(row, out, count)
    case .gelu: kernels.pointee.gelu(row, out, count)
    case .geluTanh: kernels.pointee.gelu_tanh(row, out, count)
    case .silu: kernels.pointee.silu(row, out, count)
    case .softplus: kernels.pointee.softplus(row, out, count)
    case .sin: kernels.pointee.sin(row, out, count)
    case .cos: kernels.pointee.cos(row, out, count)
    case .abs: kernels.pointee.abs(row, out, count)
    case .square: kernels.pointee.square(row, out, count)
    case .reciprocal: kernels.pointee.reciprocal(row, out, count)
    case .sign: kernels.pointee.sign(row, out, count)
    case .floor: kernels.pointee.floor(row, out, count)
    case .ceil: kernels.pointee.ceil(row, out, count)
    case .round: kernels.pointee.round(row, out, count)
    case .trunc: kernels.pointee.trunc(row, out, count)
    }
  }

  public static func power(
    _ row: UnsafePointer<Float>, _ exponent: Float, into out: UnsafeMutablePointer<Float>, count: Int
  ) {
    Kernels.current.pointee.pow_s(row, exponent, out, count)
  }

  public static func logSumExp(_ row: UnsafePointer<Float>, count: Int) -> Float {
    Kernels.current.pointee.log_sum_exp(row, count)
  }

  public static func softmax(
    _ row: UnsafePointer<Float>, logarithm: Bool, into out: UnsafeMutablePointer<Float>, count: Int
  ) {
    let kernels = Kernels.current
    if logarithm {
      kernels.pointee.log_softmax(row, out, count)
    } else {
      kernels.pointee.softmax(row, out, count)
    }
  }

  public static func sumOfSquaredDeviations(
    _ row: UnsafePointer<Float>, center: Float, count: Int
  ) -> Float {
    Kernels.current.pointee.sum_squared_deviations(row, center, count)
  }
}
