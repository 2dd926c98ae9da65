import GraftTensor

/// The gradients of a function's sum at a point, one for each argument (zeros where it does not depend on one).
///
/// Runs in training mode. The result of `function` may have any shape: the gradients are those of the sum of its
/// elements.
public func gradients(
  at arguments: [Tensor<Float>], of function: ([Variable]) throws -> Variable
) rethrows -> [Tensor<Float>] {
  let leaves = arguments.map(FreeLeaf.init)
  let (_, gradients) = try valueAndGradients {
    try function(leaves.map { .leaf($0, isTrainable: true) }).sum()
  }
  return leaves.map { gradients[$0] ?? .zeros($0.value.shape) }
}

/// What ``gradientCheck(at:of:step:tolerance:)`` found.
public struct GradientCheckReport: Sendable, CustomStringConvertible {
  /// The largest difference between the two gradients, relative to the numeric one where that is above 1; NaN if
  /// either is NaN.
  public internal(set) var maximumError: Float = 0
  /// The argument in which the largest difference is.
  public internal(set) var argument = 0
  /// Which element of that argument, counted in row-major order.
  public internal(set) var element = 0
  /// That element's gradient by the differentiation rules.
  public internal(set) var analytic: Float = 0
  /// That element's gradient by central differences.
  public internal(set) var numeric: Float = 0
  /// How many elements were compared.
  public internal(set) var elementCount = 0
  /// The largest error that passes.
  public let tolerance: Float

  /// Whether there was something to compare and no error is above the tolerance.
  public var passed: Bool { elementCount > 0 && maximumError <= tolerance }

  public var description: String {
    "gradient check \(passed ? "passed" : "FAILED"): largest error \(maximumError) of \(elementCount) elements, in"
      + " element \(element) of argument \(argument): \(analytic) by rule, \(numeric) by differences"
  }

  /// Compares one element.
  mutating func compare(_ analytic: Float, with numeric: Float, argument: Int, element: Int) {
    let error = abs(analytic - numeric) / max(1, abs(numeric))
    // Also true if the error is NaN, after which it stays.
    if elementCount == 0 || (!(error <= maximumError) && !maximumError.isNaN) {
      (maximumError, self.argument, self.element) = (error, argument, element)
      (self.analytic, self.numeric) = (analytic, numeric)
    }
    elementCount += 1
  }
}

/// Compares the gradients of a function by its rules with central differences.
///
/// The function's elements are added up in double precision with fixed random weights between 1/2 and 1 and random
/// signs, so that no two errors cancel. With L the weighted sum, the numeric derivative in one element is
///
///     D(h) = (L(x + h) - L(x - h)) / 2h,   extrapolated to (4 · D(h) - D(2h)) / 3,
///
/// whose truncation error is h⁴/30 · f⁽⁵⁾ · 4. Rounding adds about ε · √n · |f| / h for n elements of size |f|, with
/// ε = 2⁻²⁴. For the default step 2⁻⁶, n = 100 and derivatives and values near 1 that makes 1e-8 + 4e-5; the default
/// tolerance leaves room for values near 10. A wrong rule is off by far more.
///
/// Choose arguments further than twice the step from kinks (0 for `relu`, ties for `max`) and of a size near 1.
/// `function` runs in training mode and draws the same random numbers each time.
///
/// - Parameters:
///   - arguments: the point at which to check.
///   - function: what to check; its result may have any shape.
///   - step: h. Default: 2⁻⁶.
///   - tolerance: the largest error that passes. Default: 1e-3.
public func gradientCheck(
  at arguments: [Tensor<Float>], of function: ([Variable]) -> Variable, step: Float = 0x1p-6,
  tolerance: Float = 1e-3
) -> GradientCheckReport {
  /// Everything starts from the same random numbers.
  func repeatably<Result>(_ body: () -> Result) -> Result {
    var generator = RandomGenerator(seed: 0)
    return withRandomness(&generator, body)
  }
  let shape = repeatably {
    withoutRecording { withMode(.training) { function(arguments.map { Variable($0) }) } }
  }.shape
  let weights = projectionWeights(shape)
  let analytic = repeatably { gradients(at: arguments) { function($0) * Variable(weights) } }

  /// L, with one element of one argument moved.
  func projection(_ argument: Int, _ element: Int, movedTo value: Float) -> Double {
    var moved = arguments
    moved[argument].withUnsafeMutableBuffer { $0[element] = value }
    let result = repeatably {
      withoutRecording { withMode(.training) { function(moved.map { Variable($0) }).value } }
    }
    return zip(result.scalars, weights.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  var report = GradientCheckReport(tolerance: tolerance)
  for (index, argument) in arguments.enumerated() {
    let (values, rule) = (argument.scalars, analytic[index].scalars)
    for element in values.indices {
      /// D(h); the distance is that of the numbers as they were rounded.
      func difference(_ step: Float) -> Double {
        let (above, below) = (values[element] + step, values[element] - step)
        let change =
          projection(index, element, movedTo: above) - projection(index, element, movedTo: below)
        return change / (Double(above) - Double(below))
      }
      let numeric = Float((4 * difference(step) - difference(2 * step)) / 3)
      report.compare(rule[element], with: numeric, argument: index, element: element)
    }
  }
  return report
}

private func projectionWeights(_ shape: Shape) -> Tensor<Float> {
  var generator = RandomGenerator(seed: 1)
  let scalars = (0..<shape.elementCount).map { _ in
    Float.random(in: 0.5...1, using: &generator) * (Bool.random(using: &generator) ? 1 : -1)
  }
  return Tensor(shape: shape, scalars: scalars)
}

/// A value to differentiate by that belongs to no model.
private final class FreeLeaf: GradientLeaf {
  let value: Tensor<Float>

  init(_ value: Tensor<Float>) { self.value = value }
}
