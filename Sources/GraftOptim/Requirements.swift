import GraftTensor

// Settings that make no sense are mistakes in the program, so they trap, with the name of the type and the value.

/// Traps unless the value is finite and at least 0.
func requireNonNegative(_ value: some BinaryFloatingPoint, _ name: StaticString, in type: StaticString) {
  require(
    value.isFinite && value >= 0, "\(type): the \(name) \(value) is not a finite number of at least 0")
}

/// Traps unless the value is finite and above 0.
func requirePositive(_ value: some BinaryFloatingPoint, _ name: StaticString, in type: StaticString) {
  require(value.isFinite && value > 0, "\(type): the \(name) \(value) is not a finite number above 0")
}

/// Traps unless the value is at least 0 and below 1, as the decay of a moving average must be.
func requireDecay(_ value: some BinaryFloatingPoint, _ name: StaticString, in type: StaticString) {
  require(value >= 0 && value < 1, "\(type): \(name) \(value) is not at least 0 and below 1")
}

/// Traps unless the count is above 0.
func requirePositive(_ count: Int, _ name: StaticString, in type: StaticString) {
  require(count > 0, "\(type): \(count) \(name) is not above 0")
}
