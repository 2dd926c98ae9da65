import CGraftKernels

/// What a thread sees for the time of a call, and reads with each operation: two nanoseconds, where a task-local value takes thirty.
///
/// One kind of value uses this, so that nothing has to be looked up: the module above says which.
package enum ThreadScope {
  /// The value of the innermost ``with(_:_:)`` around the caller in this thread; `nil` outside.
  package static var current: UnsafeRawPointer? { UnsafeRawPointer(graft_scope()) }

  /// Runs `body`, and all that it calls in this thread, with `value` as the current one.
  package static func with<Value, Result>(_ value: Value, _ body: () throws -> Result) rethrows -> Result {
    var value = value
    return try withUnsafeMutablePointer(to: &value) { pointer in
      let outer = graft_exchange_scope(pointer)
      defer { _ = graft_exchange_scope(outer) }
      return try body()
    }
  }
}

/// A number that is never handed out again within the process.
package func uniqueNumber() -> UInt64 { graft_unique_number() }
