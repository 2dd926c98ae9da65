import GraftTensor

extension WeightAverage {
  /// The averages under `average.` and their paths in the model, and the number of updates, for a checkpoint.
  public var state: [String: AnyTensor] {
    var result = [updatesName: savedCount(updates)]
    for entry in entries { result[averagePrefix + entry.member.path] = entry.average }
    return result
  }

  /// Takes over what ``state`` gave, so that averaging goes on as if it had not been interrupted.
  ///
  /// Either all of it is taken over or, if an ``OptimizerStateError`` is thrown, nothing.
  public mutating func load(_ state: [String: AnyTensor]) throws {
    var remaining = state
    guard let count = remaining.removeValue(forKey: updatesName) else {
      throw OptimizerStateError.missing(name: updatesName)
    }
    let updates = try readCount(count, named: updatesName)
    var loaded = entries
    for position in loaded.indices {
      let name = averagePrefix + loaded[position].member.path
      let present = loaded[position].average
      guard let average = remaining.removeValue(forKey: name) else {
        throw OptimizerStateError.missing(name: name)
      }
      guard average.elementType == present.elementType, average.shape == present.shape else {
        throw OptimizerStateError.mismatched(
          name: name, expected: "\(present.elementType.rawValue) \(present.shape)",
          found: "\(average.elementType.rawValue) \(average.shape)")
      }
      loaded[position].average = average
    }
    guard remaining.isEmpty else { throw OptimizerStateError.unexpected(names: remaining.keys.sorted()) }
    entries = loaded
    self.updates = updates
  }
}

private let updatesName = "updates"
private let averagePrefix = "average."
