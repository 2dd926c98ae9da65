/// A walk over up to three operands of one broadcast shape, in runs that a plain loop can handle.
///
/// Axes that all operands step through evenly are joined first, so that a tensor and a scalar, contiguous tensors, or a feature
/// map and its per-channel numbers need few runs, however many axes they have.
struct BroadcastLoop {
  /// The joined axes, outermost first, and the operands' strides along them.
  private var lengths = Shape()
  private var leftStrides = Shape()
  private var rightStrides = Shape()
  private var thirdStrides = Shape()

  /// The length of a run, and the distance of its neighbours in the operands.
  private(set) var width = 1
  private(set) var leftStep = 0
  private(set) var rightStep = 0
  private(set) var thirdStep = 0

  /// A walk in row-major order of `shape`, which the operands have been broadcast to.
  init(shape: Shape, left: Shape, right: Shape, third: Shape? = nil) {
    for axis in 0..<shape.rank where shape[axis] != 1 {
      let last = lengths.rank - 1
      let length = shape[axis]
      let (l, r, t) = (left[axis], right[axis], third?[axis] ?? 0)
      if last >= 0, leftStrides[last] == l * length, rightStrides[last] == r * length,
        thirdStrides[last] == t * length, lengths[last] * length <= Shape.maximumLength
      {
        lengths[last] *= length
        leftStrides[last] = l
        rightStrides[last] = r
        thirdStrides[last] = t
      } else {
        lengths.append(length)
        leftStrides.append(l)
        rightStrides.append(r)
        thirdStrides.append(t)
      }
    }
    if lengths.rank > 0 {
      width = lengths.remove(at: lengths.rank - 1)
      leftStep = leftStrides.remove(at: leftStrides.rank - 1)
      rightStep = rightStrides.remove(at: rightStrides.rank - 1)
      thirdStep = thirdStrides.remove(at: thirdStrides.rank - 1)
    }
  }

  /// Calls `body` for each run, or piece of one, that makes up the elements `range` in row-major order, with the
  /// element offsets into the output and two operands and the number of elements.
  func forEachRun(
    in range: Range<Int>, _ body: (_ output: Int, _ left: Int, _ right: Int, _ count: Int) -> Void
  ) {
    forEachRun(in: range) { output, left, right, _, count in body(output, left, right, count) }
  }

  /// Calls `body` for each run, or piece of one, that makes up the elements `range` in row-major order, with the
  /// element offsets into the output and three operands and the number of elements.
  @inline(__always)
  func forEachRun(
    in range: Range<Int>,
    _ body: (_ output: Int, _ left: Int, _ right: Int, _ third: Int, _ count: Int) -> Void
  ) {
    guard !range.isEmpty else { return }
    var position = lengths
    var (left, right, third) = (0, 0, 0)
    var run = range.lowerBound / width
    var axis = lengths.rank - 1
    while axis >= 0 {
      position[axis] = run % lengths[axis]
      run /= lengths[axis]
      left += position[axis] * leftStrides[axis]
      right += position[axis] * rightStrides[axis]
      third += position[axis] * thirdStrides[axis]
      axis -= 1
    }
    var output = range.lowerBound
    var column = range.lowerBound % width
    while true {
      let count = min(width - column, range.upperBound - output)
      body(
        output, left + column * leftStep, right + column * rightStep, third + column * thirdStep, count)
      output += count
      column = 0
      if output == range.upperBound { return }
      axis = lengths.rank - 1
      while true {
        position[axis] += 1
        left += leftStrides[axis]
        right += rightStrides[axis]
        third += thirdStrides[axis]
        if position[axis] < lengths[axis] { break }
        left -= position[axis] * leftStrides[axis]
        right -= position[axis] * rightStrides[axis]
        third -= position[axis] * thirdStrides[axis]
        position[axis] = 0
        axis -= 1
      }
    }
  }
}

/// What computes a run: operands with their steps (0 or 1), output, number of elements.
typealias RunKernel<Left, Right, Result> = (
  UnsafePointer<Left>, Int, UnsafePointer<Right>, Int, UnsafeMutablePointer<Result>, Int
) -> Void

/// Elements that make a part of the work on a tensor: tens of microseconds, so that waking a thread for it pays.
let elementwiseGrain = 32_768

extension Tensor {
  /// Writes what `kernel` makes of the elements of two tensors, broadcast to `shape`, to `out`, row-major.
  static func walk<Left, Right>(
    _ left: Tensor<Left>, _ right: Tensor<Right>, shape: Shape, into out: UnsafeMutablePointer<Scalar>,
    _ kernel: RunKernel<Left, Right, Scalar>
  ) {
    let count = shape.elementCount
    guard count > 0 else { return }
    if left.shape == shape && right.shape == shape && left.isContiguous && right.isContiguous {
      // The common case: one run, and nothing to find out.
      return left.withUnsafeElements { l in
        right.withUnsafeElements { r in
          parallelFor(count, grain: elementwiseGrain) { range in
            let start = range.lowerBound
            kernel(l + start, 1, r + start, 1, out + start, range.count)
          }
        }
      }
    }
    let left = left.broadcast(to: shape)
    let right = right.broadcast(to: shape)
    let loop = BroadcastLoop(shape: shape, left: left.strides, right: right.strides)
    // A run's neighbours lie neither together nor at the same place: a copy brings them together.
    guard loop.leftStep == 0 || loop.leftStep == 1 else {
      return walk(left.contiguous(), right, shape: shape, into: out, kernel)
    }
    guard loop.rightStep == 0 || loop.rightStep == 1 else {
      return walk(left, right.contiguous(), shape: shape, into: out, kernel)
    }
    left.withUnsafeElements { l in
      right.withUnsafeElements { r in
        parallelFor(count, grain: elementwiseGrain) { range in
          loop.forEachRun(in: range) { output, leftOffset, rightOffset, count in
            kernel(l + leftOffset, loop.leftStep, r + rightOffset, loop.rightStep, out + output, count)
          }
        }
      }
    }
  }

  /// A new tensor of what `kernel` makes of the elements of two tensors that are broadcast together.
  static func combining<Left, Right>(
    _ left: Tensor<Left>, _ right: Tensor<Right>, operation: StaticString,
    _ kernel: RunKernel<Left, Right, Scalar>
  ) -> Tensor {
    let shape = Shape.broadcast(left.shape, right.shape, operation: operation)
    return Tensor(shape: shape) { buffer in
      guard let out = buffer.baseAddress else { return }
      walk(left, right, shape: shape, into: out, kernel)
    }
  }
}
