import GraftTensor

/// The record of one ``valueAndGradients(_:)``: for each recorded value, how its gradient flows to what it was
/// computed from.
///
/// Entries stand in order of computation, so walking them backwards visits each value after everything that
/// used it. An entry's saved activations are freed as soon as it has been visited.
package final class Tape: @unchecked Sendable {
  /// What an entry does with the gradient of its value. The gradient may be changed in place.
  package typealias Pullback = (_ gradient: inout Tensor<Float>, _ sink: GradientSink) -> Void

  /// How the gradient of a value becomes that of its inputs.
  ///
  /// The commonest rules are kept on the tape itself. A function would need a piece of the heap for what it captures, which
  /// takes longer than a small operation.
  enum Rule: ~Copyable {
    /// A leaf: the gradient stays where it is.
    case stay
    /// The gradient as it is goes to the entry's inputs.
    case pass
    /// The gradient times a number goes to the first input.
    case scale(Float)
    /// The gradient times a derivative at a point goes to the first input.
    case differentiate(DerivativeKernel, at: Tensor<Float>)
    /// A function of the gradient sends what it makes of it.
    case call(Pullback)

    var isStay: Bool {
      switch self {
      case .stay: return true
      default: return false
      }
    }
  }

  /// A recorded value.
  fileprivate struct Entry: ~Copyable {
    var rule: Rule
    /// The slots of the inputs for rules that do not know them; -1 for none.
    var first: Int32 = -1
    var second: Int32 = -1
    /// What has arrived so far, on the way back.
    var gradient: Tensor<Float>?
  }

  /// No two tapes of a process share a number, so a variable that outlives its tape is a constant to the next.
  let id = uniqueNumber()

  fileprivate let entries = PooledList<Entry>(capacity: 100)
  private var leafSlots: [ObjectIdentifier: Int] = [:]
  private var leaves: [(leaf: any GradientLeaf, slot: Int)] = []

  /// The tape on whose behalf a first run of a ``checkpointed(_:_:)-([Variable],_)`` block notes the parameters that
  /// it uses, and nothing else; `nil` for a tape that records.
  private let surveyed: Tape?

  init(surveying surveyed: Tape? = nil) {
    self.surveyed = surveyed
  }

  /// Adds an entry and returns its place; `first` and `second` are where its rule sends a gradient, if it has to be told.
  func append(_ rule: consuming Rule, first: Node? = nil, second: Node? = nil) -> Node {
    entries.append(Entry(rule: rule, first: slot(of: first), second: slot(of: second)))
    return Node(tape: id, slot: entries.count - 1)
  }

  private func slot(of node: Node?) -> Int32 {
    guard let node, node.tape == id else { return -1 }
    return Int32(truncatingIfNeeded: node.slot)
  }

  /// The value of a parameter, recorded; just noted, and a constant, while surveying.
  func variable(for leaf: any GradientLeaf) -> Variable {
    let node = node(for: leaf)
    return Variable(leaf.value, node: surveyed == nil ? node : nil)
  }

  /// Whether an operation with this input is to be recorded. Traps if a checkpointed block uses what was recorded
  /// outside of it.
  func records(_ node: Node?) -> Bool {
    guard let node else { return false }
    if node.tape == id { return true }
    var outer = surveyed
    while let tape = outer {
      require(
        node.tape != tape.id, "checkpointed: the block uses a recorded variable that is not among its inputs")
      outer = tape.surveyed
    }
    return false
  }

  /// The place of a parameter: one for each tape, however often the parameter is used.
  func node(for leaf: any GradientLeaf) -> Node {
    if let slot = leafSlots[ObjectIdentifier(leaf)] { return Node(tape: id, slot: slot) }
    let node = append(.stay)
    leafSlots[ObjectIdentifier(leaf)] = node.slot
    leaves.append((leaf, node.slot))
    return node
  }

  /// The parameters that were used, in the order of their first use.
  var recordedLeaves: [any GradientLeaf] { leaves.map(\.leaf) }
}

// MARK: - The way back

/// What pullbacks send gradients to: the tape they were recorded on.
package typealias GradientSink = Tape

extension Tape {
  /// Propagates `seed`, the gradient of the value at `root`, back to every leaf it reaches.
  ///
  /// A tape can be walked once: its activations are freed on the way.
  func gradients(from root: Node, seed: Tensor<Float>) -> Gradients {
    propagate(seed, from: root)
    var gradients = Gradients()
    for (leaf, slot) in leaves {
      if let gradient = take(slot) { gradients.set(gradient.contiguous(), for: leaf) }
    }
    return gradients
  }

  /// Walks the entries backwards from the gradient of the value at `root`; what arrives at the leaves can then be taken.
  func propagate(_ gradient: Tensor<Float>, from root: Node) {
    add(gradient, at: root.slot)
    for slot in stride(from: root.slot, through: 0, by: -1) { visit(slot) }
  }

  private func visit(_ slot: Int) {
    let place = entries.place(slot)
    if place.pointee.rule.isStay { return }
    // Moved out, so that the gradient can be changed in place and the activations are freed after use.
    let (first, second) = (Int(place.pointee.first), Int(place.pointee.second))
    let entry = place.move()
    place.initialize(to: Entry(rule: .stay))
    guard var gradient = entry.gradient else { return }
    switch consume entry.rule {
    case .stay: return
    case .pass:
      if second >= 0 { add(gradient, at: second) }
    case .scale(let factor): gradient *= factor
    case .differentiate(let function, let point): gradient.pullBack(through: function, at: point)
    case .call(let pullback): return pullback(&gradient, self)
    }
    if first >= 0 { add(gradient, at: first) }
  }

  /// Adds to the gradient of a recorded value; computes nothing if `node` is a constant of this tape.
  package func add(_ gradient: @autoclosure () -> Tensor<Float>, to node: Node?) {
    guard let node, node.tape == id else { return }
    add(gradient(), at: node.slot)
  }

  /// Changes the gradient of a recorded value in place, starting from zeros: for rules that add to a part of it.
  package func update(_ node: Node?, shape: Shape, _ change: (inout Tensor<Float>) -> Void) {
    guard let node, node.tape == id else { return }
    var gradient = take(node.slot) ?? .zeros(shape)
    change(&gradient)
    add(gradient, at: node.slot)
  }

  /// Removes and returns what has arrived at a slot.
  func take(_ slot: Int) -> Tensor<Float>? { entries.place(slot).pointee.gradient.take() }

  /// In place if nobody else holds what has arrived before.
  private func add(_ gradient: consuming Tensor<Float>, at slot: Int) {
    let place = entries.place(slot)
    if place.pointee.gradient == nil {
      place.pointee.gradient = gradient
    } else {
      place.pointee.gradient? += gradient
    }
  }
}
