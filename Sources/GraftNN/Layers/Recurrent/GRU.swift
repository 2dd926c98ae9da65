import GraftAutograd
import GraftTensor

/// Layers of gated recurrent units over sequences.
///
///     r, z = σ(W x_t + b + R h_{t-1} + d)
///     n = tanh(W_n x_t + b_n + r (R_n h_{t-1} + d_n))
///     h_t = (1 - z) n + z h_{t-1}
///
/// (Cho et al.: *Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation*, 2014, in PyTorch's
/// form.) Has the keys and the order of gates of PyTorch's `GRU`: `weight_ih_l0`, …
public final class GRU: Module {
  /// The length of the input's last axis.
  public let inputCount: Int
  /// The elements of a state.
  public let width: Int
  /// Whether sequences are read from both ends.
  public let isBidirectional: Bool

  private let stack: RecurrentStack
  private let dropout: RecurrentDropout

  /// Fresh layers: everything uniform in ±1/√width, as PyTorch has it.
  ///
  /// - Parameters:
  ///   - inputs: the length of the input's last axis.
  ///   - width: the elements of a state.
  ///   - layers: how many, one on the other. Default: 1.
  ///   - isBidirectional: whether each layer reads from both ends; its output is twice as wide then. Default: no.
  ///   - bias: whether there are biases. Default: yes.
  ///   - dropout: the probability of an element to be dropped between layers while training. Default: 0.
  ///   - weightDropout: the probability of a recurrent weight to be dropped for a whole sequence while training. Default: 0.
  ///   - generator: where the initial values come from.
  public init(
    _ inputs: Int, _ width: Int, layers: Int = 1, isBidirectional: Bool = false, bias: Bool = true,
    dropout: Float = 0, weightDropout: Float = 0, using generator: inout RandomGenerator
  ) {
    require(
      inputs > 0 && width > 0 && layers > 0, "GRU: cannot make \(layers) layers from \(inputs) to \(width)")
    inputCount = inputs
    self.width = width
    self.isBidirectional = isBidirectional
    stack = RecurrentStack(
      inputs: inputs, width: width, gates: 3, layers: layers, isBidirectional: isBidirectional, bias: bias,
      using: &generator)
    self.dropout = RecurrentDropout(dropout, weights: weightDropout, in: "GRU")
  }

  /// The parameters under PyTorch's names.
  public var members: [Member] { stack.members }

  /// Reads sequences.
  ///
  /// - Parameters:
  ///   - input: `[n, length, inputs]`.
  ///   - lengths: how long each sequence is; what is behind its end is not read. Default: all are as long as the input.
  ///   - state: what the layers remember at the start, `[layers · directions, n, width]`. Default: zeros.
  /// - Returns: the last layer's states, `[n, length, width]`, twice as wide if it reads from both ends, zeros behind the end of a
  ///   sequence; and what the layers remember of each whole sequence, `[layers · directions, n, width]`.
  ///
  /// Traps if the shapes do not fit or the input has no places.
  public func callAsFunction(
    _ input: Variable, lengths: [Int]? = nil, state: Variable? = nil
  ) -> (states: Variable, last: Variable) {
    require(
      input.shape.rank == 3 && input.shape[2] == inputCount && input.shape[1] > 0,
      "GRU: an input of shape \(input.shape) is not [n, length, \(inputCount)]")
    let (count, length) = (input.shape[0], input.shape[1])
    let zeros = Variable(Tensor.zeros([count, width]))
    var last: [Variable] = []
    let states = stack(input, dropout: dropout) { weights, index, sequence, isReversed in
      let result = sequence.gru(
        weights, hidden: state?.select(index) ?? zeros, lengths: lengths, isReversed: isReversed)
      last.append(result.select(isReversed ? 0 : length - 1))
      return result
    }
    return (states.zeroed(behind: lengths), .stacked(last))
  }
}
