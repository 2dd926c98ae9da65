import Foundation
import GraftTensor

/// The record of one ``valueAndGradients(_:)``: for each recorded value, how its gradient flows to what it was
/// computed from.
///
/// Entries stand in order of computation, so walking them backwards visits each value after everything that
/// used it. An entry's captured activations are freed as soon as it has been visited.
package final class Tape: @unchecked Sendable {
  /// What an entry does with the gradient of its value. The gradient may be changed in place.
  package typealias Pullback = (_ gradient: inout Tensor<Float>, _ sink: GradientSink) -> Void

  /// No two tapes of a process share a number, so a variable that outlives its tape is a constant to the next.
  let id: UInt64

  private var entries: [Entry] = []
  private var leafSlots: [ObjectIdentifier: Int] = [:]
  private var leaves: [(leaf: any GradientLeaf, slot: Int)] = []

  /// A function in a structure: as an element of its own, it would need a wrapper on the heap.
  private struct Entry {
    var pullback: Pullback?
  }

  /// The tape on whose behalf a first run of a ``checkpointed(_:_:)-([Variable],_)`` block notes the parameters that
  /// it uses, and nothing else; `nil` for a tape that records.
  private let surveyed: Tape?

  init(surveying surveyed: Tape? = nil) {
    id = Tape.identifiers.next()
    entries.reserveCapacity(128)
    self.surveyed = surveyed
  }

  /// Adds an entry and returns its place.
  func append(_ pullback: Pullback?) -> Node {
    entries.append(Entry(pullback: pullback))
    return Node(tape: id, slot: entries.count - 1)
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
    let node = append(nil)
    leafSlots[ObjectIdentifier(leaf)] = node.slot
    leaves.append((leaf, node.slot))
    return node
  }

  /// The parameters that were used, in the order of their first use.
  var recordedLeaves: [any GradientLeaf] { leaves.map(\.leaf) }

  /// Propagates `seed`, the gradient of the value at `root`, back to every leaf it reaches.
  ///
  /// A tape can be walked once: its activations are freed on the way.
  func gradients(from root: Node, seed: Tensor<Float>) -> Gradients {
    let sink = propagate(seed, from: root)
    var gradients = Gradients()
    for (leaf, slot) in leaves {
      if let gradient = sink.take(slot) { gradients.set(gradient.contiguous(), for: leaf) }
    }
    return gradients
  }

  /// Walks the entries backwards from the gradient of the value at `root` and returns what arrived at the leaves.
  func propagate(_ gradient: Tensor<Float>, from root: Node) -> GradientSink {
    let sink = GradientSink(tape: id, count: entries.count)
    sink.add(gradient, to: root)
    for slot in entries.indices.reversed() {
      guard let pullback = entries[slot].pullback.take(), var gradient = sink.take(slot) else { continue }
      pullback(&gradient, sink)
    }
    return sink
  }

  private static let identifiers = IdentifierSource()
}

/// Collects the gradients that pullbacks send to the values they depend on.
package final class GradientSink {
  private let tape: UInt64
  private let slots: TensorSlots

  init(tape: UInt64, count: Int) {
    self.tape = tape
    slots = TensorSlots(count: count)
  }

  /// Adds to the gradient of a recorded value; computes nothing if `node` is a constant of this tape.
  package func add(_ gradient: @autoclosure () -> Tensor<Float>, to node: Node?) {
    guard let node, node.tape == tape else { return }
    slots.add(gradient(), to: node.slot)
  }

  /// Changes the gradient of a recorded value in place, starting from zeros: for rules that add to a part of it.
  package func update(_ node: Node?, shape: Shape, _ change: (inout Tensor<Float>) -> Void) {
    guard let node, node.tape == tape else { return }
    var gradient = take(node.slot) ?? .zeros(shape)
    change(&gradient)
    slots.add(gradient, to: node.slot)
  }

  /// Removes and returns what has arrived at a slot.
  func take(_ slot: Int) -> Tensor<Float>? {
    slots.take(slot)
  }
}

/// Hands out numbers that are never repeated within a process.
private final class IdentifierSource: @unchecked Sendable {
  private let lock = NSLock()
  private var last: UInt64 = 0

  func next() -> UInt64 {
    lock.withLock {
      last += 1
      return last
    }
  }
}
