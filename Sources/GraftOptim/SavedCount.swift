import GraftTensor

/// A number of steps as it stands in a saved state.
func savedCount(_ count: Int) -> AnyTensor {
  AnyTensor(Tensor<Int64>(Int64(count)))
}

/// Reads a number of steps that can still be counted on; throws an ``OptimizerStateError`` if the entry holds none.
func readCount(_ entry: AnyTensor, named name: String) throws -> Int {
  guard let number = entry.as(Int64.self), number.count == 1, let count = Int(exactly: number.scalar),
    (0..<Int.max).contains(count)
  else {
    throw OptimizerStateError.mismatched(
      name: name, expected: "one int64 of at least 0", found: "\(entry.elementType.rawValue) \(entry.shape)")
  }
  return count
}
