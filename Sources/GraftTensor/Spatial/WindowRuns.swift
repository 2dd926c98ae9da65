import CGraftKernels

/// Memory for the runs that make up some positions.
struct WindowRuns {
  let pointer: UnsafeMutablePointer<graft_run>
  private let memory: Storage<Int32>

  /// Room for `positions` of them: at worst every position is a run by itself.
  init(positions: Int) {
    memory = Storage(count: 2 * positions)
    pointer = UnsafeMutableRawPointer(memory.pointer).assumingMemoryBound(to: graft_run.self)
  }
}
