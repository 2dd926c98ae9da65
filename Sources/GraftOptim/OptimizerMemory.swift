import GraftNN
import GraftTensor

/// What an optimizer remembers: for each parameter it has moved, a state and the number of steps.
///
/// Parameters are told apart by identity, and held, so that none of them can be mistaken for a later one.
/// Use ``forget(_:)`` for those of a head that has been replaced.
public struct OptimizerMemory<State: ParameterState> {
  private var entries: [Entry] = []
  private var positions: [ObjectIdentifier: Int] = [:]

  private struct Entry {
    let parameter: Parameter
    var steps = 0
    var state = State()
  }

  /// No memories.
  public init() {}

  /// The parameters that something is remembered about, in the order of their first step.
  public var parameters: [Parameter] { entries.map(\.parameter) }

  /// How often a parameter has been moved.
  public func steps(of parameter: Parameter) -> Int {
    positions[ObjectIdentifier(parameter)].map { entries[$0].steps } ?? 0
  }

  /// What is remembered about a parameter; nil if it has not been moved.
  public func state(of parameter: Parameter) -> State? {
    positions[ObjectIdentifier(parameter)].map { entries[$0].state }
  }

  /// Replaces what is remembered about a parameter. Traps if `steps` is negative.
  public mutating func set(_ state: State, steps: Int, for parameter: Parameter) {
    require(steps >= 0, "OptimizerMemory.set: \(steps) steps is negative")
    let position = position(of: parameter)
    entries[position].state = state
    entries[position].steps = steps
  }

  /// Forgets a parameter: its next step is its first.
  public mutating func forget(_ parameter: Parameter) {
    guard let position = positions.removeValue(forKey: ObjectIdentifier(parameter)) else { return }
    entries.remove(at: position)
    for index in position..<entries.count { positions[ObjectIdentifier(entries[index].parameter)] = index }
  }

  /// Counts a step of a parameter and calls `body` with its state and the step's number, 1 for the first.
  mutating func advance(_ parameter: Parameter, _ body: (inout State, _ number: Int) -> Void) {
    let position = position(of: parameter)
    entries[position].steps += 1
    let number = entries[position].steps
    body(&entries[position].state, number)
  }

  private mutating func position(of parameter: Parameter) -> Int {
    if let position = positions[ObjectIdentifier(parameter)] { return position }
    positions[ObjectIdentifier(parameter)] = entries.count
    entries.append(Entry(parameter: parameter))
    return entries.count - 1
  }
}
