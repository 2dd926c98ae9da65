import GraftAutograd
import GraftTensor

/// The weights of all layers and directions of a recurrent module, under PyTorch's names: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`,
/// `bias_hh_l0`, and with `_reverse` behind them for the way from the end.
struct RecurrentStack {
  /// The parameters of one direction of one layer.
  struct Direction {
    let inputWeight, recurrentWeight: Parameter
    let inputBias, recurrentBias: Parameter?

    /// Their names end in this.
    let suffix: String
  }

  /// For each layer one direction or two.
  let layers: [[Direction]]

  /// Everything uniform in ±1/√width, as PyTorch begins.
  init(
    inputs: Int, width: Int, gates: Int, layers count: Int, isBidirectional: Bool, bias: Bool,
    using generator: inout RandomGenerator
  ) {
    let bound = 1 / Float(width).squareRoot()
    func parameter(_ shape: Shape) -> Parameter {
      Parameter(.uniform(shape, in: -bound..<bound, using: &generator))
    }
    layers = (0..<count).map { layer in
      (isBidirectional ? ["", "_reverse"] : [""]).map { way in
        let layerInputs = layer == 0 ? inputs : width * (isBidirectional ? 2 : 1)
        return Direction(
          inputWeight: parameter([gates * width, layerInputs]),
          recurrentWeight: parameter([gates * width, width]),
          inputBias: bias ? parameter([gates * width]) : nil,
          recurrentBias: bias ? parameter([gates * width]) : nil, suffix: "_l\(layer)\(way)")
      }
    }
  }

  /// The parameters, in PyTorch's order.
  var members: [Member] {
    layers.joined().flatMap { direction in
      [
        ("weight_ih", direction.inputWeight), ("weight_hh", direction.recurrentWeight),
        ("bias_ih", direction.inputBias), ("bias_hh", direction.recurrentBias),
      ].compactMap { name, parameter in
        parameter.map { Member(name + direction.suffix, .parameter($0)) }
      }
    }
  }

  /// Goes through all layers, the directions of a layer side by side, with dropout between layers while training.
  ///
  /// - Parameters:
  ///   - input: `[n, length, inputs]`.
  ///   - dropout: between layers, and of recurrent weights.
  ///   - apply: one direction of one layer, given its weights, its number among all, the time-major input and whether it is reversed; returns
  ///     the states.
  /// - Returns: the last layer's states, `[n, length, directions · width]`.
  func callAsFunction(
    _ input: Variable, dropout: RecurrentDropout,
    apply: (RecurrentWeights, Int, Variable, _ isReversed: Bool) -> Variable
  ) -> Variable {
    var sequence = input.transposed(0, 1)
    for (index, directions) in layers.enumerated() {
      if index > 0 { sequence = dropout.betweenLayers(sequence) }
      let results = directions.enumerated().map { way, direction in
        let weights = RecurrentWeights(
          input: direction.inputWeight.variable,
          recurrent: dropout.ofWeights(direction.recurrentWeight.variable),
          inputBias: direction.inputBias?.variable, recurrentBias: direction.recurrentBias?.variable)
        return apply(weights, index * directions.count + way, sequence, way == 1)
      }
      sequence = results.count == 1 ? results[0] : Variable.concatenated(results, along: 2)
    }
    return sequence.transposed(0, 1)
  }
}

/// What a recurrent module drops while training.
struct RecurrentDropout {
  /// The probability of an element between two layers to be dropped.
  let probability: Float

  /// The probability of a recurrent weight to be dropped, for a whole sequence (Merity, Keskar, Socher: *Regularizing and Optimizing LSTM
  /// Language Models*, 2017).
  let weightProbability: Float

  init(_ probability: Float, weights: Float, in module: String) {
    require(
      (0..<1).contains(probability) && (0..<1).contains(weights),
      "\(module): dropout of \(probability), and \(weights) of weights, are not probabilities below 1")
    self.probability = probability
    weightProbability = weights
  }

  func betweenLayers(_ sequence: Variable) -> Variable { dropped(sequence, probability) }

  func ofWeights(_ weights: Variable) -> Variable { dropped(weights, weightProbability) }

  private func dropped(_ variable: Variable, _ probability: Float) -> Variable {
    guard Mode.current == .training, probability > 0 else { return variable }
    return variable.dropped(probability: probability, using: &Randomness.current.generator)
  }
}

extension Variable {
  /// Zeros behind the end of each sequence, `[n, length, width]`, as PyTorch pads.
  func zeroed(behind lengths: [Int]?) -> Variable {
    guard let lengths, lengths.contains(where: { $0 < shape[1] }) else { return self }
    let padding = lengths.flatMap { length in (0..<shape[1]).map { $0 >= length } }
    let mask = Tensor<Bool>(shape: [shape[0], shape[1], 1], scalars: padding)
    return replacing(with: 0, where: mask.broadcast(to: shape))
  }
}
