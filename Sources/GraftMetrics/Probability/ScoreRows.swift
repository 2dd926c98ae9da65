import GraftTensor

/// The rows of a batch of scores, each with the true class of its sample.
struct ScoreRows: Sequence {
  /// The number of scores in a row.
  let classCount: Int

  private let scores: [Float]
  private let labels: [Int32]
  private let operation: StaticString

  /// Traps unless `scores` is a matrix with a row for each of `labels`.
  init(_ scores: Tensor<Float>, labels: Tensor<Int32>, operation: StaticString) {
    require(
      scores.rank == 2 && scores.shape[0] == labels.count,
      "\(operation): scores of shape \(scores.shape) for labels of shape \(labels.shape)")
    require(scores.shape[1] > 0, "\(operation): scores of shape \(scores.shape) have no class")
    classCount = scores.shape[1]
    self.scores = scores.scalars
    self.labels = labels.scalars
    self.operation = operation
  }

  /// Goes through the rows; traps at a label that is not a class.
  func makeIterator() -> AnyIterator<(row: ArraySlice<Float>, label: Int)> {
    var sample = 0
    return AnyIterator {
      guard sample < labels.count else { return nil }
      defer { sample += 1 }
      let label = Int(labels[sample])
      require(
        label >= 0 && label < classCount,
        "\(operation): label \(label) is not one of \(classCount) classes")
      return (scores[(sample * classCount)..<((sample + 1) * classCount)], label)
    }
  }
}
