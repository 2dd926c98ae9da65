import GraftTensor

/// Computes a loss, and its gradient for every trainable parameter that it depends on.
///
/// Inside `body`, layers train: dropout drops, batch norm uses the batch's statistics. Outside, nothing is recorded.
///
/// ```swift
/// let (loss, gradients) = valueAndGradients {
///   softmaxCrossEntropy(model(batch.images), batch.labels)
/// }
/// optimizer.update(with: gradients)
/// ```
///
/// Random layers draw from the surrounding ``withRandomness(_:_:)``; without one their numbers can't be repeated.
/// Use ``valueAndGradients(using:_:)`` for a run that can be.
///
/// - Returns: the loss, and the gradients (empty if no trainable parameter was reached).
/// - Precondition: the loss has one element.
public func valueAndGradients(
  _ body: () throws -> Variable
) rethrows -> (value: Float, gradients: Gradients) {
  var scope = Scope.current
  let tape = Tape()
  scope.tape = tape
  scope.mode = .training
  let loss = try scope.run(body)
  require(
    loss.value.count == 1, "valueAndGradients: the loss must be one number but has shape \(loss.shape)")
  guard let root = loss.node, root.tape == tape.id else { return (loss.scalar, Gradients()) }
  return (loss.scalar, tape.gradients(from: root, seed: Tensor(repeating: 1, shape: loss.shape)))
}

/// ``valueAndGradients(_:)`` with a generator for dropout and the like, which has moved on afterwards.
///
/// Same generator, same parameters, same batch: same bits.
public func valueAndGradients(
  using generator: inout RandomGenerator, _ body: () throws -> Variable
) rethrows -> (value: Float, gradients: Gradients) {
  try withRandomness(&generator) { try valueAndGradients(body) }
}

extension Variable {
  /// A value computed from up to three variables, recorded if one of them is and recording is on.
  ///
  /// Rules are written with this; `pullback` gets the gradient of `value`, which it may change in place,
  /// and adds to the gradients of the inputs. It should capture only the tensors that it needs.
  package static func record(
    _ value: Tensor<Float>, _ first: Node?, _ second: Node? = nil, _ third: Node? = nil,
    pullback: @escaping Tape.Pullback
  ) -> Variable {
    guard first != nil || second != nil || third != nil, let tape = Scope.tape,
      tape.records(first) || tape.records(second) || tape.records(third)
    else { return Variable(value) }
    return Variable(value, node: tape.append(.call(pullback)))
  }

  /// As ``record(_:_:_:_:pullback:)``, with a rule that the tape knows.
  static func record(
    _ value: Tensor<Float>, _ first: Node?, _ second: Node? = nil, rule: @autoclosure () -> Tape.Rule
  ) -> Variable {
    guard first != nil || second != nil, let tape = Scope.tape, tape.records(first) || tape.records(second)
    else { return Variable(value) }
    return Variable(value, node: tape.append(rule(), first: first, second: second))
  }

  /// As ``record(_:_:_:_:pullback:)``, for any number of inputs.
  package static func record(
    _ value: Tensor<Float>, from nodes: [Node?], pullback: @escaping Tape.Pullback
  ) -> Variable {
    guard let tape = Scope.tape, nodes.contains(where: tape.records) else { return Variable(value) }
    return Variable(value, node: tape.append(.call(pullback)))
  }

  /// An operation of your own: its value, and how the value's gradient flows back to the inputs.
  ///
  /// ```swift
  /// func cube(_ x: Variable) -> Variable {
  ///   let value = x.value
  ///   return .custom(value * value * value, inputs: [x]) { gradient in [gradient * 3 * value * value] }
  /// }
  /// ```
  ///
  /// Check a new operation with ``gradientCheck(at:of:step:)``.
  ///
  /// - Parameters:
  ///   - value: the result, computed from the inputs' values.
  ///   - inputs: what it was computed from.
  ///   - pullback: takes the gradient of `value`, returns a gradient of the shape of each input, in order; `nil` for none.
  public static func custom(
    _ value: Tensor<Float>, inputs: [Variable],
    pullback: @escaping (_ gradient: Tensor<Float>) -> [Tensor<Float>?]
  ) -> Variable {
    let nodes = inputs.map(\.node)
    let shapes = inputs.map(\.shape)
    return record(value, from: nodes) { gradient, sink in
      let results = pullback(gradient)
      require(
        results.count == nodes.count,
        "Variable.custom: the pullback returned \(results.count) gradients for \(nodes.count) inputs")
      for (index, result) in results.enumerated() {
        guard let result else { continue }
        require(
          result.shape == shapes[index],
          "Variable.custom: gradient of shape \(result.shape) for an input of shape \(shapes[index])")
        sink.add(result, to: nodes[index])
      }
    }
  }

  /// The value of a parameter as seen by the surrounding scope: recorded if `isTrainable`, else a constant.
  package static func leaf(_ leaf: any GradientLeaf, isTrainable: Bool) -> Variable {
    guard isTrainable, let tape = Scope.tape else { return Variable(leaf.value) }
    return tape.variable(for: leaf)
  }
}
