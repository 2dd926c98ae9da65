import GraftTensor

/// Runs a block without keeping its activations: they are computed again when the gradient comes back.
///
/// Trades time for memory: the block's forward pass runs twice, and only the inputs and the result are kept meanwhile
/// (Chen, Xu, Zhang, Guestrin: *Training Deep Nets with Sublinear Memory Cost*, 2016). Random layers draw the same
/// numbers both times. Gradients reach the parameters used in the block also when the inputs are constants, as they
/// are after a frozen stem. Running statistics of batch norm are moved by the first pass only.
///
/// The block must compute the same when it runs again: what it reads may not have changed by then. It traps if the
/// block uses a recorded variable that is neither a parameter nor among its inputs, because no gradient would
/// reach it.
public func checkpointed(_ inputs: [Variable], _ block: @escaping ([Variable]) -> Variable) -> Variable {
  var scope = Scope.current
  guard let outer = scope.tape else { return block(inputs) }
  let randomness = Randomness.current
  let start = randomness.generator

  // The first pass computes the value and finds out which parameters the block uses.
  let survey = Tape(surveying: outer)
  scope.tape = survey
  scope.randomness = randomness
  let values = inputs.map(\.value)
  let result = scope.run { block(values.map { Variable($0) }).value }
  let leaves = survey.recordedLeaves
  let nodes = inputs.map(\.node) + leaves.map { outer.node(for: $0) }

  let mode = scope.mode
  return .record(result, from: nodes) { gradient, sink in
    let tape = Tape()
    let arguments = values.map { Variable($0, node: tape.append(.stay)) }
    let replay = Scope(tape: tape, mode: mode, randomness: Randomness(start), isReplaying: true)
    let output = replay.run { block(arguments) }
    guard let root = output.node, root.tape == tape.id else { return }
    tape.propagate(gradient, from: root)
    let targets = arguments.map(\.node) + leaves.map { tape.node(for: $0) }
    for (source, target) in zip(targets, nodes) {
      if let source, let part = tape.take(source.slot) { sink.add(part, to: target) }
    }
  }
}

/// ``checkpointed(_:_:)-([Variable],_)`` for a block of one input.
public func checkpointed(_ input: Variable, _ block: @escaping (Variable) -> Variable) -> Variable {
  checkpointed([input]) { block($0[0]) }
}
