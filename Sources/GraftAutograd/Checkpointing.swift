import GraftTensor

/// Runs a block without keeping its activations: they are computed again when the gradient comes back.
///
/// Trades time for memory: the block's forward pass runs twice, and only `input` and the result are kept meanwhile
/// (Chen, Xu, Zhang, Guestrin: *Training Deep Nets with Sublinear Memory Cost*, 2016). Random layers draw the same numbers
/// both times. Gradients reach the parameters used in the block also when `input` is a constant, as it is
/// after a frozen stem.
///
/// The block may use no recorded variable other than its argument and parameters. Running statistics of batch norm
/// are moved by the first pass only.
public func checkpointed(_ input: Variable, _ block: @escaping (Variable) -> Variable) -> Variable {
  var scope = Scope.current
  guard let outer = scope.tape else { return block(input) }
  let mode = scope.mode
  let randomness = Randomness.current
  let replayed = randomness.generator
  // The first pass only computes the value; its parameters appear on a tape of their own that is thrown away.
  let probe = Tape()
  scope.tape = probe
  scope.randomness = randomness
  let value = Scope.$current.withValue(scope) { block(Variable(input.value)).value }
  let inputNode = input.node
  let inputValue = input.value
  let leaves = probe.recordedLeaves
  for leaf in leaves { _ = outer.node(for: leaf) }
  let nodes = leaves.map { outer.node(for: $0) }
  return Variable.record(value, from: nodes + [inputNode]) { gradient, sink in
    let tape = Tape()
    let argument = tape.append(nil)
    var inner = Scope()
    inner.tape = tape
    inner.mode = mode
    inner.randomness = Randomness(replayed)
    inner.isReplaying = true
    let result = Scope.$current.withValue(inner) { block(Variable(inputValue, node: argument)) }
    guard let root = result.node, root.tape == tape.id else { return }
    let arrived = tape.propagate(from: [(root, gradient)])
    if let inputGradient = arrived.take(argument.slot) { sink.add(inputGradient, to: inputNode) }
    for (leaf, node) in zip(leaves, nodes) {
      if let leafGradient = arrived.take(tape.node(for: leaf).slot) { sink.add(leafGradient, to: node) }
    }
  }
}
