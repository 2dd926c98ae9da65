import CGraftKernels

/// The table of inner loops for the instruction set in use.
///
/// It is the best one the machine has, unless the environment variable `GRAFT_INSTRUCTION_SET` names another
/// (`baseline`, `avx2` or `avx512`) when it is first read.
package enum Kernels {
  /// The table for the calling thread. Read it where it is used; reading takes a nanosecond or two.
  package static var current: UnsafePointer<graft_kernel_table> { graft_current_kernels() }

  /// The tables this machine can run, from the plainest to the best.
  package static var available: [UnsafePointer<graft_kernel_table>] {
    [GRAFT_BASELINE, GRAFT_AVX2, GRAFT_AVX512].compactMap { graft_kernels($0) }
  }

  /// Runs `body` with the given table for the calling thread and the workers that help it.
  package static func using<Result>(
    _ table: UnsafePointer<graft_kernel_table>, _ body: () throws -> Result
  ) rethrows -> Result {
    let previous = graft_override_kernels(table)
    defer { _ = graft_override_kernels(previous) }
    return try body()
  }
}
