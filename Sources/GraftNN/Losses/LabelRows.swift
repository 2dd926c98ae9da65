import GraftTensor

/// Labels made ready for a loss: checked, in one row, each with its weight.
struct LabelRows {
  /// `[rows]`; an ignored label stands as -1.
  let labels: Tensor<Int32>

  /// `[rows]`, the weight of each label's class; 0 for an ignored label.
  let weights: Tensor<Float>

  /// The sum of the weights: what a weighted mean divides by.
  let totalWeight: Float

  /// Traps with value, position and number of classes if a label is neither a class nor `ignored`.
  init(
    _ labels: Tensor<Int32>, classes: Int, classWeights: Tensor<Float>? = nil, ignored: Int32? = nil,
    operation: StaticString
  ) {
    let perClass = classWeights?.scalars
    var cleaned = labels.scalars
    var weights = [Float](repeating: 1, count: cleaned.count)
    for (position, label) in cleaned.enumerated() {
      if label == ignored {
        cleaned[position] = -1
        weights[position] = 0
        continue
      }
      require(
        label >= 0 && label < classes,
        "\(operation): the label \(label) at position \(position) is not in 0..<\(classes), the classes of the logits"
      )
      if let perClass { weights[position] = perClass[Int(label)] }
    }
    self.labels = Tensor(cleaned)
    self.weights = Tensor(weights)
    totalWeight = Float(weights.reduce(0) { $0 + Double($1) })
  }
}
