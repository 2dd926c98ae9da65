import GraftTensor

/// The weights of one direction of one recurrent layer, with the gates side by side: i, f, g, o in an LSTM, r, z, n in a GRU.
public struct RecurrentWeights {
  /// What inputs are multiplied by, `[gates · width, inputs]`.
  public var input: Variable
  /// What states are multiplied by, `[gates · width, width]`.
  public var recurrent: Variable
  /// Added to the product with the input, `[gates · width]`.
  public var inputBias: Variable
  /// Added to the product with the state, `[gates · width]`.
  public var recurrentBias: Variable

  /// The given weights; biases that are left out are 0.
  ///
  /// Traps unless the shapes fit each other.
  public init(
    input: Variable, recurrent: Variable, inputBias: Variable? = nil, recurrentBias: Variable? = nil
  ) {
    self.input = input
    self.recurrent = recurrent
    let none = Variable(Tensor.zeros([recurrent.shape.first ?? 0]))
    self.inputBias = inputBias ?? none
    self.recurrentBias = recurrentBias ?? none
    require(
      input.shape.rank == 2 && recurrent.shape.rank == 2 && input.shape[0] == recurrent.shape[0]
        && self.inputBias.shape == [recurrent.shape[0]] && self.recurrentBias.shape == [recurrent.shape[0]],
      "RecurrentWeights: an input weight of shape \(input.shape), a recurrent one of \(recurrent.shape), and biases of "
        + "\(self.inputBias.shape) and \(self.recurrentBias.shape) do not fit")
  }

  /// The elements of a state.
  public var width: Int { recurrent.shape[1] }
}

extension Variable {
  /// Long short-term memory on sequences `[length, n, inputs]`: the state after each place, `[length, n, width]`, behind a sequence's
  /// end its last one, and the cell after the last step, `[n, width]`.
  ///
  ///     i, f, o = σ(…), g = tanh(…) of W x_t + b + R h_{t-1} + d;  c_t = f c_{t-1} + i g;  h_t = o tanh(c_t)
  ///
  /// Hochreiter, Schmidhuber: *Long Short-Term Memory*, 1997; with PyTorch's order of gates.
  ///
  /// - Parameters:
  ///   - weights: W, R, b and d.
  ///   - hidden: h before the first step, `[n, width]`.
  ///   - cell: c before the first step, `[n, width]`.
  ///   - lengths: how long each sequence is; `nil` if none is padded.
  ///   - isReversed: whether sequences are read from their end.
  ///
  /// Traps if the shapes do not fit.
  public func lstm(
    _ weights: RecurrentWeights, hidden: Variable, cell: Variable, lengths: [Int]? = nil,
    isReversed: Bool = false
  ) -> (hidden: Variable, lastCell: Variable) {
    let plan = recurrentPlan(
      weights, gates: 4, states: [hidden, cell], lengths: lengths, isReversed: isReversed)
    let bias = weights.inputBias.value + weights.recurrentBias.value
    let share = InputShare(of: self, weights.input, bias: bias)
    let sequence = LSTMSequence(
      inputGates: share.gates(), weight: weights.recurrent.value, hidden: hidden.value, cell: cell.value,
      plan: plan)
    // The last cell is a result of its own. Its gradient arrives first, because it is recorded last, and waits here.
    let lastCellGradient = Waiting()
    let states = Variable.custom(
      sequence.hidden,
      inputs: [
        self, weights.input, weights.recurrent, weights.inputBias, weights.recurrentBias, hidden, cell,
      ]
    ) { gradient in
      let back = sequence.pullBack(gradient, lastCell: lastCellGradient.take())
      let ofInput = share.gradients(of: back.inputGates)
      return [
        ofInput.input, ofInput.weight, back.weight, ofInput.bias, ofInput.bias, back.hidden, back.cell,
      ]
    }
    let last = sequence.cell.shape[0] == 0 ? cell.value : sequence.cell.select(plan.lastPlace)
    let shape = sequence.hidden.shape
    let lastCell = Variable.custom(last, inputs: [states]) { gradient in
      lastCellGradient.tensor = gradient
      return [.zeros(shape)]
    }
    return (states, lastCell)
  }

  /// Gated recurrent units on sequences `[length, n, inputs]`: the state after each place, `[length, n, width]`, behind a
  /// sequence's end its last one.
  ///
  ///     r, z = σ(W x_t + b + R h_{t-1} + d);  n = tanh(W_n x_t + b_n + r (R_n h_{t-1} + d_n));  h_t = (1 - z) n + z h_{t-1}
  ///
  /// Cho et al.: *Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation*, 2014, in PyTorch's form.
  ///
  /// - Parameters:
  ///   - weights: W, R, b and d.
  ///   - hidden: h before the first step, `[n, width]`.
  ///   - lengths: how long each sequence is; `nil` if none is padded.
  ///   - isReversed: whether sequences are read from their end.
  ///
  /// Traps if the shapes do not fit.
  public func gru(
    _ weights: RecurrentWeights, hidden: Variable, lengths: [Int]? = nil, isReversed: Bool = false
  ) -> Variable {
    let plan = recurrentPlan(weights, gates: 3, states: [hidden], lengths: lengths, isReversed: isReversed)
    let share = InputShare(of: self, weights.input, bias: weights.inputBias.value)
    let sequence = GRUSequence(
      inputGates: share.gates(), weight: weights.recurrent.value, bias: weights.recurrentBias.value,
      hidden: hidden.value, plan: plan)
    return Variable.custom(
      sequence.hidden,
      inputs: [self, weights.input, weights.recurrent, weights.inputBias, weights.recurrentBias, hidden]
    ) { gradient in
      let back = sequence.pullBack(gradient)
      let ofInput = share.gradients(of: back.inputGates)
      return [ofInput.input, ofInput.weight, back.weight, ofInput.bias, back.bias, back.hidden]
    }
  }

  private func recurrentPlan(
    _ weights: RecurrentWeights, gates: Int, states: [Variable], lengths: [Int]?, isReversed: Bool
  ) -> RecurrentPlan {
    let width = weights.width
    require(
      shape.rank == 3 && weights.input.shape == [gates * width, shape[2]],
      "recurrent layer: an input of shape \(shape) and an input weight of \(weights.input.shape) do not fit; they have to be "
        + "[length, n, inputs] and [\(gates) · width, inputs]")
    for state in states {
      require(
        state.shape == [shape[1], width],
        "recurrent layer: a state of shape \(state.shape) before \(shape[1]) sequences with states of \(width)"
      )
    }
    return RecurrentPlan(
      length: shape[0], rows: shape[1], width: width, lengths: lengths, isReversed: isReversed)
  }
}

/// W x + b for all places at once.
private struct InputShare {
  /// x, `[length · n, inputs]`, and W.
  let input, weight: Tensor<Float>
  let bias: Tensor<Float>
  let shape: Shape
  let learnsInput: Bool

  init(of input: Variable, _ weight: Variable, bias: Tensor<Float>) {
    shape = input.shape
    self.input = input.value.reshaped(to: [shape[0] * shape[1], shape[2]])
    self.weight = weight.value
    self.bias = bias
    learnsInput = input.node != nil
  }

  /// `[length, n, gates · width]`.
  func gates() -> Tensor<Float> {
    input.linear(weight: weight, bias: bias).output.reshaped(to: [shape[0], shape[1], weight.shape[0]])
  }

  /// The gradients of x, W and b, from that of W x + b.
  func gradients(
    of gates: Tensor<Float>
  ) -> (input: Tensor<Float>?, weight: Tensor<Float>, bias: Tensor<Float>) {
    let flat = gates.reshaped(to: [input.shape[0], weight.shape[0]])
    return (
      learnsInput ? flat.matmul(weight).reshaped(to: shape) : nil, flat.transposed().matmul(input),
      flat.sum(along: [0])
    )
  }
}

/// A gradient that waits for another.
private final class Waiting {
  var tensor: Tensor<Float>?

  func take() -> Tensor<Float>? {
    defer { tensor = nil }
    return tensor
  }
}
